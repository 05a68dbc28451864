"""The legacy tables, by python-iptables: libiptc takes a table out of the kernel, changes it and puts it back.

python-iptables keeps one handle a table for the process, which belongs to the namespace where it was opened. So
every commit here opens a table of its own, in the namespace where this thread is, and drops it.
"""

import ctypes
import errno
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from ..model import BUILTIN, Rule
from ..model.rule import Option
from ..ops import AppendRule, DeleteChain, DeleteRule, DeleteRuleAt, FirewallOp, FlushChain, InsertRule, NewChain, SetPolicy
from ..ops.firewall import RuleOp

SPOKEN = ("DNAT", "SNAT", "MASQUERADE", "REDIRECT", "REJECT", "MARK", "LOG")
VERDICTS = ("ACCEPT", "DROP", "RETURN", "QUEUE")
UNSPOKEN = ("TRACE", "NOTRACK")
"""Targets for which python-iptables opens tables behind our back, or which it writes wrongly."""


def speaks(op: FirewallOp) -> bool:
    """Say whether python-iptables can be trusted with the operation; iptables-restore does the others."""
    if find_spec("iptc") is None:
        return False
    if not isinstance(op, RuleOp):
        return True
    words = [option.words[:1] for match in op.rule.matches for option in match.options]
    return op.rule.target not in UNSPOKEN and ("!",) not in words


def commit(ops: Sequence[FirewallOp]) -> int:
    """Carry out operations on one table, all or none, and give the errno, 0 where it went well."""
    from iptc import ip4tc  # noqa: PLC0415 - it loads C libraries, which an nf_tables lab does not need

    table = object.__new__(ip4tc.Table)
    try:
        table._init(ops[0].table, False)  # noqa: FBT003 - the public way gives the process-wide table
        for op in ops:
            number = _apply(ip4tc, table, op)
            if number:
                return number
        table.commit()
    except ip4tc.IPTCError:
        return int(ip4tc._get_errno_loc()[0])  # noqa: SLF001 - the error has only the text
    except (ip4tc.XTablesError, ValueError):
        return errno.EINVAL
    finally:
        table.close()
    return 0


def _apply(ip4tc: Any, table: Any, op: FirewallOp) -> int:  # noqa: ANN401 - python-iptables has no types
    match op:
        case NewChain():
            table.create_chain(op.chain)
        case DeleteChain():
            table.delete_chain(op.chain)
        case FlushChain():
            table.flush_entries(op.chain)
        case SetPolicy():
            if op.chain not in BUILTIN[op.table]:
                return errno.EINVAL
            table.set_policy(op.chain, op.policy)
        case DeleteRuleAt():
            return _delete_at(table, op)
        case RuleOp():
            if op.rule.target not in (*VERDICTS, *SPOKEN, "") and not table.is_chain(op.rule.target):
                return errno.ENOENT
            _apply_rule(ip4tc, table, op)
    return 0


def _delete_at(table: Any, op: DeleteRuleAt) -> int:  # noqa: ANN401
    library, handle = table._iptc, table._handle  # noqa: SLF001 - it has no method for this one
    done = library.iptc_delete_num_entry(op.chain.encode(), ctypes.c_uint(op.position - 1), handle)
    return 0 if done else ctypes.get_errno() or _last_errno()


def _last_errno() -> int:
    from iptc import ip4tc  # noqa: PLC0415

    return int(ip4tc._get_errno_loc()[0])  # noqa: SLF001


def _apply_rule(ip4tc: Any, table: Any, op: RuleOp) -> None:  # noqa: ANN401
    rule = _built(ip4tc, op.rule)
    entry = rule.rule
    match op:
        case AppendRule():
            table.append_entry(op.chain, entry)
        case InsertRule():
            table.insert_entry(op.chain, entry, op.position - 1)
        case DeleteRule():
            table.delete_entry(op.chain, entry, rule.mask)


def _built(ip4tc: Any, rule: Rule) -> Any:  # noqa: ANN401
    made = ip4tc.Rule()
    for name, wanted in (
        ("src", rule.source),
        ("dst", rule.destination),
        ("in_interface", rule.in_interface),
        ("out_interface", rule.out_interface),
        ("protocol", rule.protocol),
    ):
        if wanted is not None:
            setattr(made, name, f"{'!' if wanted.negated else ''}{wanted.value}")
    for match in rule.matches:
        _set(made.create_match(match.name), match.options)
    # python-iptables looks a chain's name up in tables that it keeps for the process; a verdict's name it takes as it is
    jumps = rule.target not in (*SPOKEN, "")
    target = made.create_target("ACCEPT" if jumps else rule.target, goto=rule.goto)
    if jumps:
        target.standard_target = rule.target
    _set(target, rule.options)
    return made


def _set(module: Any, options: Sequence[Option]) -> None:  # noqa: ANN401
    for option in options:
        module.set_parameter(option.name.removeprefix("--"), [*(["!"] if option.negated else []), *option.words])
    module._final_check()  # noqa: SLF001 - the public one first writes all options anew, some of them wrongly
