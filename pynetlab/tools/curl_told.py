"""What curl tells of a transfer: its meter on standard error, and what -w asks for; curl(1), src/tool_writeout.c, lib/progress.c."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from .curl_asked import Url

HEADS = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
)
SPEED = 3000
"""Bytes a second, of every transfer: a simulation has no clock."""
TOOK = "0.000500"
"""Seconds, likewise."""
NO_TIME = "--:--:--"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer, and what came of it."""

    url: Url
    code: int = 0
    error: str = ""
    ip: IPv4Address | None = None
    local: str = ""
    port: int = 0
    connected: bool = False
    status: int = 0
    size: int = 0
    """What the response says of its length, in bytes."""
    received: int = 0
    head_size: int = 0
    request_size: int = 0
    content_type: str = ""
    method: str = "GET"
    text: str = ""
    took: float = 0.0
    """In seconds."""


@dataclass(frozen=True, slots=True)
class Meter:
    """The progress meter: a line at the beginning, one a second, and one at the end."""

    shown: bool

    def begin(self) -> str:
        """Give the heads and the first line."""
        return HEADS + _line(0, 0, 0, 0) if self.shown else ""

    def passing(self, took: float) -> str:
        """Give the lines of the seconds that nothing comes in."""
        return "".join(_line(0, 0, 0, second) for second in range(int(took))) if self.shown else ""

    def end(self, size: int, received: int, took: float) -> str:
        """Give the last line."""
        return _line(size, received, SPEED if received else 0, int(took)) + "\n" if self.shown else ""


def _line(size: int, received: int, speed: int, spent: int) -> str:
    percent = 100 * received // size if size else 0
    clock = f"{spent // 3600:2}:{spent // 60 % 60:02}:{spent % 60:02}" if spent else NO_TIME
    return f"\r{percent:3} {size:5}  {percent:3} {received:5}    0     0  {speed:5}      0 {NO_TIME} {clock} {NO_TIME} {speed:5}"


TOLD: Mapping[str, Callable[[Transfer], object]] = {
    "http_code": lambda done: f"{done.status:03}",
    "response_code": lambda done: f"{done.status:03}",
    "exitcode": lambda done: done.code,
    "errormsg": lambda done: done.error,
    "remote_ip": lambda done: done.ip if done.connected else "",
    "remote_port": lambda done: done.url.port if done.connected else 0,
    "local_ip": lambda done: done.local,
    "local_port": lambda done: done.port,
    "size_download": lambda done: done.received,
    "size_upload": lambda _: 0,
    "size_header": lambda done: done.head_size,
    "size_request": lambda done: done.request_size,
    "content_type": lambda done: done.content_type,
    "url": lambda done: done.url,
    "url_effective": lambda done: done.url,
    "method": lambda done: done.method,
    "scheme": lambda done: done.url.scheme.upper() if done.connected else "",
    "http_version": lambda done: "1.1" if done.status else "0",
    "num_connects": lambda done: int(done.connected),
    "num_redirects": lambda _: 0,
    "redirect_url": lambda _: "",
    "speed_download": lambda done: SPEED if done.received else 0,
    "speed_upload": lambda _: 0,
    **dict.fromkeys(("time_total", "time_connect", "time_starttransfer", "time_namelookup", "time_pretransfer"), lambda _: TOOK),
}
"""The variables of -w."""


def told_by(template: str, done: Transfer, file: str) -> tuple[str, str]:
    """Fill in what -w asks for; give it, and the complaints about what there is not."""
    wrong: list[str] = []

    def filled(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[2]:
            return {"n": "\n", "r": "\r", "t": "\t"}[found[2]]
        if found[1] == "filename_effective":
            return file
        if found[1] not in TOLD:
            wrong.append(f"curl: unknown --write-out variable: '{found[1]}'\n")
            return ""
        return str(TOLD[found[1]](done))

    return re.sub(r"%%|%\{(\w+)\}|\\([nrt])", filled, template), "".join(wrong)
