"""How wide words are, without a font at hand: the advance widths of DejaVu Sans, a wide face, so that others fit too.

Widths are in hundredths of the type size, for the characters 32 to 126, as the font's ``hmtx`` table has them.
"""

import re

# One number a line, as the formatter would have it, is a page of them.
# fmt: off
_ADVANCE = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53,
    100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50,
    50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
]
# fmt: on
_OTHER, _MONO, BOLD = 84, 60.2, 1.13
_PIECE = re.compile(r"[A-Z]*[^A-Z/=,._-]*[/=,._-]*(?<=.)")


def width(words: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """Give the width of one line in the unit of ``size``."""
    if mono:
        return len(words) * _MONO * size / 100
    hundredths = sum(_ADVANCE[ord(c) - 32] if " " <= c <= "~" else _OTHER for c in words)
    return hundredths * size / 100 * (BOLD if bold else 1)


def fitting(words: str, limit: float, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """Give the type size, that one at most, at which one line is no wider than ``limit``."""
    return min(size, size * limit / max(width(words, size, bold=bold, mono=mono), 1))


def wrap(words: str, limit: float, size: float, *, mono: bool = False) -> list[str]:
    """Break a text into lines no wider than ``limit``; a word that is wider is broken before a capital or after a sign."""
    lines = [""]
    for word in words.split():
        pieces = [word] if width(word, size, mono=mono) <= limit else _PIECE.findall(word)
        for i, piece in enumerate(pieces):
            longer = f"{lines[-1]}{' ' if lines[-1] and not i else ''}{piece}"
            if lines[-1] and width(longer, size, mono=mono) > limit:
                lines.append(piece)
            else:
                lines[-1] = longer
    return lines
