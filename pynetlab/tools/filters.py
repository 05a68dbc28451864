"""The filters that output is piped through: grep(1), head(1), tail(1), wc(1), sort(1), uniq(1), with the options people use there."""

import re
from collections.abc import Callable, Mapping

from ..kernel import Plan
from ..output import Output
from .call import Call, Refused, Tools, absent
from .files import texts

Lines = list[str]


def _options(call: Call, flags: str, valued: str = "") -> tuple[dict[str, str], tuple[str, ...]]:
    """Split a filter's words into options and arguments. ``flags`` are its letters, ``valued`` those that take a value."""
    found: dict[str, str] = {}
    left, rest = list(call.arguments), list[str]()
    while left:
        word = left.pop(0)
        if word == "--":
            rest += left
            break
        if not word.startswith("-") or word == "-":
            rest.append(word)
            continue
        letters = word[1:]
        if "n" in valued and letters.isdigit():  # head -3
            found["n"] = letters
            continue
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in valued:
                found[letter] = letters or (left.pop(0) if left else "")
                break
            if letter not in flags:
                raise absent(f"{call.name} {word}", [f"-{each}" for each in flags + valued])
            found[letter] = ""
    return found, tuple(rest)


def grep(call: Call) -> Plan[Output]:
    """Print the lines that match; 0 where one does, 1 where none does, 2 for a missing file."""
    options, words = _options(call, "vicnoEFqwxh", "ABCe")
    pattern, *paths = ((options["e"],) if "e" in options else ()) + words or ("",)
    if not words and "e" not in options:
        raise Refused("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.", 2)
    found, missing = yield from texts(call, tuple(paths))
    expression = _expression(pattern, options)
    out, matched = "", False
    for name, text in found:
        prefix = f"{name}:" if len(paths) > 1 and "h" not in options else ""
        lines = text.splitlines()
        hits = [n for n, line in enumerate(lines) if bool(expression.search(line)) != ("v" in options)]
        matched = matched or bool(hits)
        if "c" in options:
            out += f"{prefix}{len(hits)}\n"
        else:
            out += "".join(f"{prefix}{line}\n" for line in _shown(lines, hits, expression, options))
    return Output("" if "q" in options else out, 2 if missing else int(not matched), err=missing)


def _expression(pattern: str, options: Mapping[str, str]) -> re.Pattern[str]:
    if "F" in options:
        pattern = re.escape(pattern)
    elif "E" not in options:  # in a basic expression these are characters, and with a backslash what they are in others
        pattern = re.sub(r"\\?[+?|(){}]", lambda found: found[0][1:] if found[0][0] == "\\" else "\\" + found[0], pattern)
    pattern = pattern.replace("[[:space:]]", r"\s").replace("[[:digit:]]", r"\d")
    pattern = rf"\b(?:{pattern})\b" if "w" in options else rf"^(?:{pattern})$" if "x" in options else pattern
    try:
        return re.compile(pattern, re.IGNORECASE if "i" in options else 0)
    except re.error as error:
        raise Refused(f"grep: Invalid regular expression: {error}", 2) from None


def _shown(lines: Lines, hits: list[int], expression: re.Pattern[str], options: Mapping[str, str]) -> Lines:
    if "o" in options:
        return [found[0] for n in hits for found in expression.finditer(lines[n])]
    before, after = (int(options.get(letter, options.get("C", "0"))) for letter in "BA")
    shown, last = Lines(), -1
    for n in sorted({near for hit in hits for near in range(max(0, hit - before), min(len(lines), hit + after + 1))}):
        if (before or after) and 0 <= last < n - 1:
            shown.append("--")
        shown.append((f"{n + 1}{':' if n in hits else '-'}" if "n" in options else "") + lines[n])
        last = n
    return shown


def _cut(call: Call, choose: Callable[[Lines, int], Lines]) -> Plan[Output]:
    options, paths = _options(call, "", "n")
    number = options.get("n", "10")
    if not number.lstrip("-+").isdigit():
        raise Refused(f"{call.name}: invalid number of lines: '{number}'")
    found, missing = yield from texts(call, paths)
    return Output(
        "".join("".join(choose(text.splitlines(keepends=True), int(number))) for _, text in found), int(bool(missing)), err=missing
    )


def head(call: Call) -> Plan[Output]:
    """Print the first lines, ten where no number is given."""
    return _cut(call, lambda lines, count: lines[:count])


def tail(call: Call) -> Plan[Output]:
    """Print the last lines, or with ``+N`` those from the Nth on."""
    if any(word.startswith("+") for word in call.arguments):
        return _cut(call, lambda lines, first: lines[max(first - 1, 0) :])
    return _cut(call, lambda lines, count: lines[-count:] if count else [])


def wc(call: Call) -> Plan[Output]:
    """Count lines, words and bytes."""
    options, paths = _options(call, "lwc")
    found, missing = yield from texts(call, paths)
    kinds = [letter for letter in "lwc" if letter in options or not options]
    rows = [([_count(text, letter) for letter in kinds], name) for name, text in found]
    if len(rows) > 1:
        rows.append(([sum(column) for column in zip(*(numbers for numbers, _ in rows), strict=True)], "total"))
    width = 1 if len(kinds) == 1 else 7 if not paths else max(len(str(_count(text, "c"))) for _, text in found or [("", "")])
    lines = [" ".join(f"{number:>{width}}" for number in numbers) + (f" {name}" if name else "") for numbers, name in rows]
    return Output("".join(f"{line}\n" for line in lines), int(bool(missing)), err=missing)


def _count(text: str, letter: str) -> int:
    return {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}[letter]


def sort(call: Call) -> Plan[Output]:
    """Sort lines by their bytes, as in the C locale."""
    options, paths = _options(call, "rnu")
    found, missing = yield from texts(call, paths)
    lines = [line for _, text in found for line in text.splitlines()]
    lines.sort(key=(lambda line: (_leading(line), line)) if "n" in options else lambda line: (0, line), reverse="r" in options)
    if "u" in options:
        lines = list(dict.fromkeys(lines))
    return Output("".join(f"{line}\n" for line in lines), 2 * bool(missing), err=missing)


def _leading(line: str) -> int:
    found = re.match(r"\s*(-?\d+)", line)
    return int(found[1]) if found else 0


def uniq(call: Call) -> Plan[Output]:
    """Leave out lines that are like the one before; with ``-c`` say how many there were."""
    options, paths = _options(call, "c")
    found, missing = yield from texts(call, paths[:1])
    groups: list[tuple[str, int]] = []
    for line in "".join(text for _, text in found).splitlines():
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    return Output(
        "".join((f"{count:>7} " if "c" in options else "") + f"{line}\n" for line, count in groups), int(bool(missing)), err=missing
    )


TOOLS: Tools = {"grep": grep, "head": head, "tail": tail, "wc": wc, "sort": sort, "uniq": uniq}
