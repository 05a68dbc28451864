"""cat(1), echo(1), tee(1), and the files of a machine of the simulation: those of /etc that the lab keeps, and settings."""

import errno
import re
from collections.abc import Mapping

from ..errors import KernelError
from ..kernel import Plan, Step
from ..ops import ListFiles, Op, ReadSysctl, SetSysctl, WriteFile
from ..output import Output
from .call import ASKED, Call, Refused, change

SETTINGS = "/proc/sys/"
NOWHERE = "/dev/null"
MISUSED = 2


def key_of(path: str) -> str:
    """Give the setting that a file under /proc/sys is; the part that names a device may hold no dot."""
    return path.removeprefix(SETTINGS).strip("/").replace("/", ".")


def read(netns: str, path: str, scratch: Mapping[str, str], missing: str = "{}: No such file or directory", code: int = 1) -> Plan[str]:
    """Give a file's text. Raises Refused with the given words where there is none."""
    if path == NOWHERE:
        return ""
    if path in scratch:
        return scratch[path]
    if path.startswith(SETTINGS):
        try:
            value: str = yield Step(ReadSysctl(netns, key_of(path)), ASKED, may_fail=True)
        except KernelError:
            raise Refused(missing.format(path), code) from None
        return f"{value}\n"
    files: dict[str, str] = yield Step(ListFiles(netns), ASKED)
    if path not in files:
        raise Refused(missing.format(path), code)
    return files[path]


def write(netns: str, path: str, text: str, scratch: dict[str, str]) -> Plan[None]:
    """Make a file hold a text: a setting, a file of /etc that the lab keeps, or one that ends with the script."""
    if path.startswith(SETTINGS):
        yield from change(SetSysctl(netns, key_of(path), text.strip()), _says)
    elif path.startswith("/etc/"):
        yield from change(WriteFile(netns, path, text), _says)
    else:
        scratch[path] = text


def append(netns: str, path: str, text: str, scratch: dict[str, str]) -> Plan[None]:
    """Put a text at the end of a file; a setting takes it as its value."""
    before = ""
    if path.startswith("/etc/"):
        files: dict[str, str] = yield Step(ListFiles(netns), ASKED)
        before = files.get(path, "")
    yield from write(netns, path, before + scratch.get(path, "") + text, scratch)


def _says(op: Op, error: KernelError) -> Refused:
    if error.errno == errno.ENOENT and isinstance(op, SetSysctl):
        return Refused(f"sh: 1: cannot create {SETTINGS}{op.key.replace('.', '/')}: Directory nonexistent", MISUSED)
    return Refused("sh: 1: echo: echo: I/O error")


def texts(call: Call, paths: tuple[str, ...]) -> Plan[tuple[list[tuple[str, str]], str]]:
    """Read the files of a filter, or standard input where it names none: each with its name, and what is to be said of those missing."""
    if not paths:
        return [("", call.stdin)], ""
    found, missing = [], ""
    for path in paths:
        try:
            found.append((path, call.stdin if path == "-" else (yield from read(call.netns, path, call.scratch))))
        except Refused as error:
            missing += f"{call.name}: {error}\n"
    return found, missing


def cat(call: Call) -> Plan[Output]:
    """Print files one after the other."""
    found, missing = yield from texts(call, call.arguments)
    return Output("".join(text for _, text in found), int(bool(missing)), err=missing)


def echo(call: Call) -> Plan[Output]:
    """Print words, with what a backslash means in them, as the echo of dash(1) does."""
    yield from ()
    bare = call.arguments[:1] == ("-n",)
    text = re.sub(r"\\([nt\\])", lambda found: ESCAPES[found[1]], " ".join(call.arguments[bare:]))
    return Output(text + ("" if bare else "\n"))


ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}


def tee(call: Call) -> Plan[Output]:
    """Write standard input to files, settings too, and print it."""
    names = [word for word in call.arguments if word != "-a"]
    put = append if "-a" in call.arguments else write
    for name in names:
        yield from put(call.netns, name, call.stdin, call.scratch)
    return Output(call.stdin)
