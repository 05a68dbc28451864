"""tc(8): the token bucket filters of devices, and what it shows of them."""

import errno
import os
import re
from collections.abc import Mapping, Sequence

from ..errors import KernelError
from ..kernel import Plan
from ..model import Link, Tbf
from ..ops import AddQdisc, DeleteQdisc, Op
from ..output import Output
from .call import Call, Refused, absent, change, holds
from .devices import in_order

REFUSED, WRONG = 2, 255
RATES = {"bit": 1, "kbit": 10**3, "mbit": 10**6, "gbit": 10**9, "bps": 8, "kbps": 8 * 10**3, "mbps": 8 * 10**6, "": 1}
SIZES = {"b": 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30, "gb": 1 << 30, "": 1}
TIMES = {"us": 1, "usec": 1, "usecs": 1, "ms": 10**3, "msec": 10**3, "msecs": 10**3, "s": 10**6, "sec": 10**6, "secs": 10**6, "": 1}
"""The units of tc(8): in bits in a second, bytes and microseconds."""
TICK = 15.625
"""So many of the kernel's ticks are a microsecond."""
USAGE = """\
Usage: ... tbf limit BYTES burst BYTES[/BYTES] rate KBPS [ mtu BYTES[/BYTES] ]
\t[ peakrate KBPS ] [ latency TIME ] [ overhead BYTES ] [ linklayer TYPE ]"""
SPELLINGS = {"burst": "burst", "buffer": "burst", "maxburst": "burst", "rate": "rate", "limit": "limit", "latency": "latency"}


def tc(call: Call) -> Plan[Output]:
    """What a command line says is done: ``qdisc add dev NAME root tbf …``, ``qdisc del dev NAME root`` and ``qdisc show``."""
    words = call.arguments
    match words:
        case ["qdisc", "add", "dev", name, "root", "tbf", *rest]:
            yield from change(AddQdisc(call.netns, name, _tbf(rest)), _says)
            return Output()
        case ["qdisc", ("del" | "delete"), "dev", name, "root"]:
            yield from change(DeleteQdisc(call.netns, name), _says)
            return Output()
        case ["qdisc"] | ["qdisc", ("show" | "list" | "ls")] | ["qdisc", ("show" | "list" | "ls"), "dev", _]:
            return (yield from _show(call.netns, words[3] if len(words) > 3 else ""))  # noqa: PLR2004 - the word after dev
    raise absent(
        f"'{' '.join(call.words)}'",
        ("tc qdisc add dev NAME root tbf rate … burst … limit …", "tc qdisc del dev NAME root", "tc qdisc show"),
    )


def _tbf(words: Sequence[str]) -> Tbf:
    """Read the options of tc-tbf(8). Raises Refused in its words."""
    if len(words) % 2 or set(words[::2]) - set(SPELLINGS):
        wrong = next((word for word in words[::2] if word not in SPELLINGS), words[-1])
        raise Refused(f'tbf: unknown parameter "{wrong}"\n{USAGE}')
    given = {SPELLINGS[key]: value for key, value in zip(words[::2], words[1::2], strict=True)}
    units = {"rate": RATES, "burst": SIZES, "limit": SIZES, "latency": TIMES}
    numbers = {key: _number(key, value, units[key]) for key, value in given.items()}
    rate, burst = numbers.get("rate", 0) // 8 * 8, numbers.get("burst", 0)
    missing = [f'tbf: the "{key}" parameter is mandatory.' for key, value in (("rate", rate), ("burst", burst)) if not value]
    if not numbers.get("limit") and not numbers.get("latency"):
        missing.append('tbf: either "limit" or "latency" is required.')
    if missing:
        raise Refused("\n".join([*missing, USAGE]))
    return Tbf(rate, burst, numbers.get("limit") or rate // 8 * numbers["latency"] // 10**6 + burst)


def _number(key: str, text: str, units: Mapping[str, int]) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d*)?)([a-z]*)", text.lower())
    if found is None or found[2] not in units:
        raise Refused(f'tbf: illegal value for "{key}": "{text}"')
    return int(float(found[1]) * units[found[2]])


def _says(op: Op, error: KernelError) -> Refused:
    words = {
        errno.EEXIST: "Error: Exclusivity flag on, cannot modify.",
        errno.ENOENT: "Error: Cannot delete qdisc with handle of zero.",
    }
    if error.errno == errno.ENODEV:
        return Refused(f'Cannot find device "{getattr(op, "name", "")}"')
    return Refused(words.get(error.errno, f"RTNETLINK answers: {os.strerror(error.errno)}"), REFUSED)


def _show(netns: str, name: str) -> Plan[Output]:
    """List the disciplines of devices that are up, or have one that was set. The numbers of the latter count from 8001 here."""
    links = in_order((yield from holds(netns))[netns])
    if name and name not in [link.name for link in links]:
        raise Refused(f'Cannot find device "{name}"')
    shown = [link for link in links if name in ("", link.name) and (link.qdisc or link.was_up or link.up)]
    numbers = {link.name: 8001 + at for at, link in enumerate(each for each in links if each.qdisc)}
    return Output("".join(_line(link, numbers.get(link.name), with_device=not name) for link in shown))


def _line(link: Link, number: int | None, *, with_device: bool) -> str:
    where = f"dev {link.name} " if with_device else ""
    if link.qdisc is None:
        return f"qdisc noqueue 0: {where}root refcnt 2 \n"
    rate, time = link.qdisc.rate // 8, int(link.qdisc.ticks / TICK)
    latency = 10**6 * link.qdisc.limit / rate - time
    last = f"lat {_time(latency)} " if latency >= 0 else f"limit {_size(link.qdisc.limit)} "
    return f"qdisc tbf {number}: {where}root refcnt 2 rate {_rate(rate * 8)} burst {_size(rate * time // 10**6)} {last}\n"


def _rate(bits: int) -> str:
    unit = 0
    while bits >= 1000 and not (bits % 1000 and bits < 10**6):  # noqa: PLR2004 - print_rate of iproute2
        bits, unit = bits // 1000, unit + 1
    return f"{bits}{('', 'K', 'M', 'G')[unit]}bit"


def _size(size: int) -> str:
    for unit, step, near in (("Mb", 1 << 20, 1024), ("Kb", 1 << 10, 16)):
        if size >= step and abs(step * round(size / step) - size) < near:
            return f"{round(size / step)}{unit}"
    return f"{size}b"


def _time(microseconds: float) -> str:
    for unit, step in (("s", 10**6), ("ms", 10**3)):
        if microseconds >= step:
            return f"{microseconds / step:.3g}{unit}"
    return f"{int(microseconds)}us"
