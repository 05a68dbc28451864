"""iptables: operations of one table that follow each other are committed at once, by the back end of the lab's dialect."""

import errno
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from ..errors import LiveError
from ..model import BUILTIN, Chain, Rule, Table, untouched
from ..model.firewall import misplaced
from ..model.words import split
from ..ops import DeleteChain, DeleteRuleAt, FirewallOp, SetPolicy
from ..ops.firewall import RuleOp
from . import legacy
from .isolate import own_programs
from .lab import Kept, Lab, Refused
from .messages import HEADER
from .nf_messages import DONE, DUMP, ERROR, GENERIC, NETFILTER, TABLES, attributes, message

SAYS = {
    "Chain already exists": errno.EEXIST,
    "No chain/target/match by that name": errno.ENOENT,
    "does a matching rule exist": errno.ENOENT,
    "does not exist": errno.ENOENT,
    "Couldn't load target": errno.ENOENT,
    "too big": errno.E2BIG,
    "with references left": errno.EMLINK,
    "Bad built-in chain name": errno.EINVAL,
    "Can't delete built-in chain": errno.EINVAL,
}
"""What iptables(8) says in place of the kernel's number."""

GET_TABLE, GET_GENERATION = TABLES << 8 | 1, TABLES << 8 | 16
"""NFT_MSG_GETTABLE and NFT_MSG_GETGEN, of the kernel's nf_tables.h."""

NUMBERS: Mapping[str, int] = {os.strerror(number): number for number in errno.errorcode}


def dialect_here() -> str | None:
    """Give the dialect that this machine's iptables speaks; None where it has none."""
    program = shutil.which("iptables", path=_search())
    if program is None:
        return None
    version = _done([program, "--version"]).stdout
    return "nft" if "nf_tables" in version else "legacy"


def _search() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def choose(dialect: str | None) -> str:
    """Make ``iptables`` mean one dialect inside the lab, for scripts too, and say which. Raises LiveError."""
    here = dialect_here()
    wanted = dialect or here or "nft"
    os.environ["PATH"] = _search()
    if wanted != here and shutil.which(f"iptables-{wanted}"):
        own_programs({f"iptables{tail}": f"iptables-{wanted}{tail}" for tail in ("", "-save", "-restore")})
    elif dialect not in (None, here):
        raise LiveError(f"there is no iptables-{dialect} on this machine: install the package iptables, or ask for the other dialect")
    return wanted


@cache
def check() -> None:
    """Raise LiveError where this machine has no iptables, or its kernel not the tables; it is tried in the agent's empty namespace."""
    if shutil.which("iptables-restore") is None:
        raise LiveError("this machine has no iptables; install the package iptables")
    tried = _done(["iptables", "-S"])
    if tried.returncode:
        said = tried.stderr.strip().partition("\n")[0]
        raise LiveError(f"iptables does not work with this kernel ({said}); load ip_tables or nf_tables, or ask for the other dialect")


def commit(lab: Lab, ops: Sequence[FirewallOp]) -> None:
    """Carry out operations on one table of one namespace, all at once; where that fails, one by one.

    Raises Refused with the position in ``ops`` of the first that is refused; those before it stay.
    """
    with lab.inside(lab.space(ops[0])):
        if len(ops) > 1 and _together(lab.dialect, ops) == 0:
            return
        for position, op in enumerate(ops):
            number = _alone(lab.dialect, op)
            if number:
                raise Refused(position, number)


def _together(dialect: str, ops: Sequence[FirewallOp]) -> int:
    if any(map(_foreseen, ops)):
        return errno.EINVAL
    if dialect == "legacy" and all(map(legacy.speaks, ops)):
        return legacy.commit(ops)
    lines = [f"*{ops[0].table}", *(op.words() for op in ops), "COMMIT", ""]
    return _run(["iptables-restore", "--noflush"], "\n".join(lines))


def _alone(dialect: str, op: FirewallOp) -> int:
    if number := _foreseen(op):
        return number
    if dialect == "legacy" and legacy.speaks(op):
        return legacy.commit([op])
    number = _run(["iptables", "-t", op.table, *split(op.words())], "")
    # nf_tables makes a built-in chain when it gets its first rule, and until then has none to delete from
    return errno.E2BIG if isinstance(op, DeleteRuleAt) and op.chain in BUILTIN[op.table] and number else number


def _foreseen(op: FirewallOp) -> int:
    """Give the number for what the dialects refuse with different ones, or what the program refuses and not the kernel; else 0."""
    built_in = BUILTIN[op.table]
    match op:
        case RuleOp() if misplaced(op.table, op.chain, op.rule) or op.rule.target in built_in:
            return errno.EINVAL
        case SetPolicy(table="nat", policy="DROP"):
            return errno.EINVAL
        case DeleteChain() if op.chain in built_in:
            return errno.ENOENT
    return 0


def _run(command: Sequence[str], text: str) -> int:
    done = _done(command, text)
    return _number(done.stderr) if done.returncode else 0


def _done(command: Sequence[str], text: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603 - words of our own, and no shell


def _number(said: str) -> int:
    for words, number in SAYS.items():
        if words in said:
            return number
    found = [
        NUMBERS[words] for words in re.findall(r"\(([^()]+)\)|: ([^:\n]+?)\.?$", said, re.MULTILINE) for words in words if words in NUMBERS
    ]
    return found[0] if found else errno.EINVAL


def tables(dialect: str, kept: Kept) -> dict[str, Table]:
    """Read the tables of the namespace in which this thread is, as iptables-save prints them; those that somebody touched.

    ``kept`` is what was read there the last time, and is brought up to date: of nf_tables nothing is read again while
    the generation of its rules is the same, since iptables-save is a process.
    """
    now = generation() if dialect == "nft" else 0
    if not now or now != kept.generation:
        kept.generation, kept.tables = now, _read(dialect)
    return kept.tables


def _read(dialect: str) -> dict[str, Table]:
    if shutil.which("iptables-save") is None or not _any_table(dialect):
        return {}
    text = _done(["iptables-save"]).stdout
    found: dict[str, Table] = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:]
            if table in BUILTIN:
                found[table] = Table.fresh(table)
        elif table in found:
            found[table] = _with_line(found[table], line)
    return {name: table for name, table in found.items() if not untouched(table)}


def _any_table(dialect: str) -> bool:
    """Say whether the namespace in which this thread is has a table: most have none."""
    if dialect == "legacy":
        names = Path("/proc/thread-self/net/ip_tables_names")
        return names.exists() and bool(names.read_text())
    return _asked(GET_TABLE, DUMP)[0] not in (DONE, ERROR)


def generation() -> int:
    """Give the number of the last change to nf_tables in the namespace where this thread is; 0 where the kernel does not say."""
    kind, data = _asked(GET_GENERATION, 0)
    return 0 if kind == ERROR else int.from_bytes(attributes(data[HEADER.size + GENERIC.size :]).get(1, b""), "big")


def _asked(kind: int, flags: int) -> tuple[int, bytes]:
    """Send a request about nf_tables and give the type and the bytes of the first answer."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETFILTER) as line:
        line.send(message(kind, flags, family=socket.AF_INET))
        data = line.recv(1 << 16)
    return HEADER.unpack_from(data)[1], data


def _with_line(table: Table, line: str) -> Table:
    if line.startswith(":"):
        name, policy, _ = line[1:].split(" ", 2)
        return table.with_chain(name, Chain(None if policy == "-" else policy))
    if line.startswith("-A "):
        _, name, *rest = line.split(" ", 2)
        chain = table.chains[name]
        return table.with_chain(name, Chain(chain.policy, (*chain.rules, parsed(*rest))))
    return table


@lru_cache(4096)
def parsed(text: str = "") -> Rule:
    """Read a rule; the same one stands in many chains, and is read again at every step."""
    return Rule.parse(text)
