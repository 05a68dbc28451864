"""What a command line of curl asks for: its options, its URLs, and the request that they make."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

MISUSED, BAD_URL, NO_PROTOCOL, BAD_RESOLVE = 2, 3, 1, 49
HINT = "curl: try 'curl --help' or 'curl --manual' for more information"
PORTS = {"http": 80, "https": 443}
LAST_PORT = 65535
FLAGS = {
    "-s": "silent", "-S": "show_error", "-f": "fail", "-v": "verbose", "-i": "include", "-I": "head", "-O": "remote_name",
    "-4": "", "-k": "", "-L": "", "-N": "", "-g": "", "-0": "?",
}  # fmt: skip
VALUES = {
    "-o": "output", "-w": "write_out", "-m": "limit", "-X": "method", "-H": "headers", "-A": "agent", "--connect-timeout": "connect",
    "--resolve": "resolve", "--interface": "interface", "--url": "urls",
}  # fmt: skip
LONG = {
    "--silent": "-s", "--show-error": "-S", "--fail": "-f", "--verbose": "-v", "--include": "-i", "--head": "-I", "--remote-name": "-O",
    "--ipv4": "-4", "--insecure": "-k", "--location": "-L", "--no-buffer": "-N", "--globoff": "-g", "--output": "-o", "--write-out": "-w",
    "--max-time": "-m", "--request": "-X", "--header": "-H", "--user-agent": "-A",
}  # fmt: skip
REAL = re.compile(
    r"-[#:0-46aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwxXyYzZ]$|--(data|user|proxy|http|unix-socket|retry|max-redirs|cacert|form|get|json)"
)
"""Options that curl has and the simulation may lack."""


class Wrong(Exception):  # noqa: N818 - it is what curl says
    """A call that curl refuses: its words and its exit code."""

    def __init__(self, text: str, code: int = MISUSED) -> None:
        """Keep both."""
        super().__init__(text)
        self.code = code


class Url(NamedTuple):
    """A URL, as far as it is needed: RFC 3986."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Give the host, with the port unless that goes without saying, as the header Host does."""
        return self.host if PORTS[self.scheme] == self.port else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        """Print it as curl writes it."""
        return f"{self.scheme}://{self.place}{self.path}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; the names are those of the options."""

    urls: tuple[str, ...] = ()
    silent: bool = False
    show_error: bool = False
    fail: bool = False
    verbose: bool = False
    include: bool = False
    head: bool = False
    remote_name: bool = False
    output: tuple[str, ...] = ()
    write_out: str = ""
    limit: float = math.inf
    """Seconds for all of it."""
    connect: float = math.inf
    """Seconds until there has to be a connection."""
    method: str = ""
    headers: tuple[str, ...] = ()
    agent: str = "curl/7.88.1"
    interface: str = ""
    resolve: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @property
    def patience(self) -> float:
        """Give the seconds until there has to be a connection, of both limits the shorter one."""
        return min(self.limit, self.connect)

    def file(self, url: Url, order: int) -> str | None:
        """Give the file for a URL's response: None for standard output, empty where a URL names none."""
        if self.remote_name:
            return url.path.partition("?")[0].rpartition("/")[2]
        return self.output[order] if order < len(self.output) and self.output[order] != "-" else None

    def request(self, url: Url) -> list[str]:
        """Write the lines of the request; the last is empty."""
        method = self.method or ("HEAD" if self.head else "GET")
        own = {line.partition(":")[0].lower(): line for line in self.headers}
        usual = [f"Host: {url.place}", f"User-Agent: {self.agent}", "Accept: */*"]
        kept = [own.pop(line.partition(":")[0].lower(), line) for line in usual]
        return [f"{method} {url.path} HTTP/1.1", *(line for line in kept if line.partition(": ")[2]), *own.values(), ""]


def url_of(text: str) -> Url:
    """Read a URL; without a scheme it is of HTTP. Raises Wrong for one that is none."""
    scheme, found, rest = text.partition("://")
    scheme = scheme.lower() if found else "http"
    if scheme not in PORTS:
        if scheme in ("ftp", "file", "ws", "telnet", "smtp", "ldap", "tftp"):
            raise Wrong(f"{scheme}:// is not in the simulation; there are http://, https://", NO_PROTOCOL)
        raise Wrong(f'Protocol "{scheme}" not supported or disabled in libcurl', NO_PROTOCOL)
    try:
        parts = urlsplit(f"//{rest if found else text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or " " in text:
        raise Wrong("URL using bad/illegal format or missing URL", BAD_URL)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(scheme, host, PORTS[scheme] if port is None else port, path)


def read(words: Sequence[str]) -> Asked:
    """Read a command line. Raises Wrong in curl's words for one that it refuses, and in its own for what is not modelled."""
    asked, left, plain = Asked(), list(words), False
    while left:
        word = left.pop(0)
        if plain or not word.startswith("-") or word == "-":
            asked = replace(asked, urls=(*asked.urls, word))
        elif word == "--":
            plain = True
        elif word.startswith("--"):
            asked = _option(asked, LONG.get(word, word), word, left)
        else:
            asked = _letters(asked, word[1:], left)
    if not asked.urls:
        raise Wrong(f"curl: no URL specified!\n{HINT}" if words else HINT)
    return asked


def _letters(asked: Asked, letters: str, left: list[str]) -> Asked:
    """Read options of one letter in one word; the value of one that has a value is the rest."""
    for at, letter in enumerate(letters):
        option = f"-{letter}"
        if option in VALUES:
            rest = [letters[at + 1 :]] if letters[at + 1 :] else left
            return _option(asked, option, option, rest)
        asked = _option(asked, option, option, left)
    return asked


def _option(asked: Asked, option: str, typed: str, left: list[str]) -> Asked:
    if FLAGS.get(option, "?") != "?":
        name = FLAGS[option]
        asked = _with(asked, name, value=True) if name else asked
        return replace(asked, include=True) if option == "-I" else asked
    if option not in VALUES:
        if REAL.match(option):
            there = ", ".join([*(each for each, name in FLAGS.items() if name != "?"), *VALUES])
            raise Wrong(f"curl {typed} is not in the simulation; there are {there}", 127)
        raise Wrong(f"curl: option {typed}: is unknown\n{HINT}")
    if not left:
        raise Wrong(f"curl: option {typed}: requires parameter\n{HINT}")
    return _valued(asked, VALUES[option], typed, left.pop(0))


def _with(asked: Asked, name: str, value: object) -> Asked:
    changed: dict[str, Any] = {name: value}
    return replace(asked, **changed)


def _valued(asked: Asked, name: str, typed: str, value: str) -> Asked:
    if name in ("limit", "connect"):
        if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", value):
            raise Wrong(f"curl: option {typed}: expected a proper numerical parameter\n{HINT}")
        return _with(asked, name, float(value) or math.inf)
    if name in ("output", "headers", "urls"):
        return _with(asked, name, (*getattr(asked, name), value))
    if name == "resolve":
        host, _, rest = value.partition(":")
        port, _, ip = rest.partition(":")
        if not port.isdigit() or not ip:
            raise Wrong(f"curl: (49) Couldn't parse CURLOPT_RESOLVE entry '{value}'", BAD_RESOLVE)
        return replace(asked, resolve={**asked.resolve, (host, int(port)): ip})
    return _with(asked, name, value)
