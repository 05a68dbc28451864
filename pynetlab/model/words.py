"""The words of an iptables rule: from its text and back, quoted as iptables-save(8) quotes them."""

import re

from ..errors import SpecError

_WORD = re.compile(r"""\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)""", re.DOTALL)
_PART = re.compile(r"""\"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|([^\s"'\\]+)""", re.DOTALL)

FREE_TEXT = ("--comment", "--log-prefix")
"""Options whose words are quoted unless they are as plain as a name."""

ALWAYS = ("--u32",)
"""Options whose words are always quoted."""


def split(text: str) -> list[str]:
    """Split a command line into words, as a shell does and as iptables-restore(8) does. Raises SpecError for an open quote."""
    words, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise SpecError(f"a quote or a backslash stands open in: {text}")
        words.append("".join(_plain(part) for part in _PART.finditer(found[1])))
        at = found.end()
    return words


def _plain(part: re.Match[str]) -> str:
    double, single, escaped, bare = part.groups()
    return re.sub(r"\\(.)", r"\1", double, flags=re.DOTALL) if double is not None else single or escaped or bare or ""


def quoted(option: str, word: str) -> str:
    """Quote a word of an option; see xtables_save_string, which calls only letters, digits, "_" and "-" plain."""
    if option in ALWAYS or (option in FREE_TEXT and not re.fullmatch(r"[A-Za-z0-9_-]+", word)):
        return '"' + re.sub(r"""(["'\\])""", r"\\\1", word) + '"'
    return word
