"""How the daemon calls iptables: a command line at a time, and the command's own words when it fails.

moby v1.2.0 pkg/iptables/iptables.go: Raw, Exists. ``--wait`` stands first because the iptables of the host knows it.
"""

import errno
import os

from ...errors import KernelError, SpecError
from ...kernel import Passed, Plan, Step
from ...ops import AppendRule, CheckRule, DeleteRule, InsertRule, NewChain, Op
from ...ops.command import iptables
from ...ops.firewall import is_builtin
from .engine import Engine

HELP = "Try `iptables -h' or 'iptables --help' for more information."


def raw(engine: Engine, words: tuple[str, ...], why: str, node: str = "") -> Plan[str]:
    """Run one iptables command; give Docker's text for its failure, empty where it worked."""
    line = " ".join(words)
    engine.debug.append(f"/usr/sbin/iptables, [--wait {line}]")
    try:
        op = iptables(engine.netns, words)
    except SpecError as error:
        yield Passed(f"iptables refuses the line before it asks the kernel: {error}.", node)
        return _failed(line, f"iptables v1.8.9 (nf_tables): {error}\n{HELP}", 2)
    try:
        answer = yield Step(op, why, node, may_fail=True)
    except KernelError as error:
        return _failed(line, *_said(op, error.errno))
    return _failed(line, *_said(op, errno.ENOENT)) if isinstance(op, CheckRule) and not answer else ""


def exists(engine: Engine, words: tuple[str, ...], why: str, node: str = "") -> Plan[bool]:
    """Ask with ``-C`` whether a rule is there; any failure counts as no."""
    return not (yield from raw(engine, ("-C", *words), why, node))


def _failed(line: str, said: str, status: int) -> str:
    return f"iptables failed: iptables --wait {line}: {said}\n (exit status {status})"


def _said(op: Op, number: int) -> tuple[str, int]:
    """Give what iptables prints when the kernel refuses, and its exit status."""
    if isinstance(op, NewChain) and number == errno.EEXIST:
        return "iptables: Chain already exists.", 1
    if isinstance(op, (CheckRule, DeleteRule)) and number == errno.ENOENT:
        return "iptables: Bad rule (does a matching rule exist in that chain?).", 1
    if isinstance(op, (AppendRule, InsertRule)) and number == errno.ENOENT:
        if op.rule.target and is_builtin(op.table, op.chain):
            return "iptables: No chain/target/match by that name.", 1
        return f"iptables v1.8.9 (nf_tables): Chain '{op.chain}' does not exist\n{HELP}", 2
    return f"iptables: {os.strerror(number)}.", 1
