"""iptables, simulated: what ip_tables.c and nf_tables_api.c refuse, and what they keep."""

import errno
from collections.abc import Mapping
from dataclasses import replace

from ..model import BUILTIN, Chain, Netns, Rule, State, Table, untouched
from ..model.extensions import TARGETS, VERDICTS
from ..model.firewall import misplaced
from ..ops import AppendRule, DeleteChain, DeleteRule, DeleteRuleAt, FirewallOp, FlushChain, InsertRule, NewChain, Op, RuleOp, SetPolicy
from .change import change, existing, refuse
from .fit import fits_chain, fits_table, resets

NFT_ERRNO: Mapping[int, int] = {errno.ENOTEMPTY: errno.EBUSY, errno.EMLINK: errno.EBUSY, errno.ELOOP: errno.EMLINK}
"""Where the nf_tables variant refuses with another number than the legacy one."""


def _table(netns: Netns, name: str) -> Table:
    return netns.tables.get(name) or Table.fresh(name)


def _chain(netns: Netns, op: FirewallOp) -> Chain:
    chain = _table(netns, op.table).chains.get(op.chain)
    if chain is None:
        raise refuse(errno.ENOENT, op)
    return chain


def _with(state: State, op: FirewallOp, chain: Chain | None) -> State:
    netns = existing(state, op)
    table = _table(netns, op.table).with_chain(op.chain, chain)
    if isinstance(op, AppendRule | InsertRule):
        _check_reach(table, op)
    tables = {name: other for name, other in netns.tables.items() if name != op.table}
    if not untouched(table):
        tables[op.table] = table
    return state.with_netns(replace(netns, tables=tables))


def _check_reach(table: Table, op: AppendRule | InsertRule) -> None:
    """Refuse what a built-in chain would come to with a new rule; only one that jumps leads to more than itself."""
    if op.rule.target in table.chains:
        _check_jumps(table, op)
    elif any(op.chain in _reached(table, start) and not fits_chain(op.rule, table.name, start) for start in BUILTIN[table.name]):
        raise refuse(errno.EINVAL, op)


def _reached(table: Table, start: str) -> set[str]:
    """Name the chains to which a built-in chain leads, itself too."""
    found, todo = {start}, [start]
    while todo:
        targets = {rule.target for rule in table.chains[todo.pop()].rules if rule.target in table.chains} - found
        found |= targets
        todo += targets
    return found


def _check_jumps(table: Table, op: Op) -> None:
    """Refuse what a built-in chain can reach: a loop, and a rule where it may not stand."""
    for start in BUILTIN[table.name]:
        todo: list[tuple[str, tuple[str, ...]]] = [(start, ())]
        seen: set[str] = set()
        while todo:
            name, path = todo.pop()
            if name in path:
                raise refuse(errno.ELOOP, op)
            if name in seen:
                continue
            for rule in table.chains[name].rules:
                if not fits_chain(rule, table.name, start):
                    raise refuse(errno.EINVAL, op)
                if rule.target in table.chains:
                    todo.append((rule.target, (*path, name)))


def _check_target(netns: Netns, op: FirewallOp, rule: Rule) -> None:
    """Refuse what iptables(8) does not even show to the kernel."""
    target = rule.target
    if misplaced(op.table, op.chain, rule) or target in BUILTIN[op.table]:
        raise refuse(errno.EINVAL, op)
    known = not target or target in VERDICTS or target in TARGETS
    if not known and target not in _table(netns, op.table).chains:
        raise refuse(errno.ENOENT, op)


def _check_fit(op: RuleOp) -> None:
    """Refuse what the kernel refuses wherever it stands in the table."""
    if resets(op.rule) or not fits_table(op.rule, op.table):
        raise refuse(errno.EINVAL, op)


@change.register
def _(op: NewChain, state: State) -> State:
    netns = existing(state, op)
    if op.chain in _table(netns, op.table).chains:
        raise refuse(errno.EEXIST, op)
    return _with(state, op, Chain())


@change.register
def _(op: DeleteChain, state: State) -> State:
    netns = existing(state, op)
    chain = _chain(netns, op)
    if chain.policy is not None:
        raise refuse(errno.ENOENT, op)
    if any(rule.target == op.chain for other in _table(netns, op.table).chains.values() for rule in other.rules):
        raise refuse(errno.EMLINK, op)
    if chain.rules:
        raise refuse(errno.ENOTEMPTY, op)
    return _with(state, op, None)


@change.register
def _(op: FlushChain, state: State) -> State:
    return _with(state, op, replace(_chain(existing(state, op), op), rules=()))


@change.register
def _(op: SetPolicy, state: State) -> State:
    netns = existing(state, op)
    if op.chain not in BUILTIN[op.table] or (op.table, op.policy) == ("nat", "DROP"):
        raise refuse(errno.EINVAL, op)
    return _with(state, op, replace(_chain(netns, op), policy=op.policy))


@change.register
def _(op: AppendRule, state: State) -> State:
    netns = existing(state, op)
    _check_target(netns, op, op.rule)
    chain = _chain(netns, op)
    _check_fit(op)
    return _with(state, op, replace(chain, rules=(*chain.rules, op.rule)))


@change.register
def _(op: InsertRule, state: State) -> State:
    netns = existing(state, op)
    _check_target(netns, op, op.rule)
    chain, at = _chain(netns, op), op.position - 1
    if not 0 <= at <= len(chain.rules):
        raise refuse(errno.E2BIG, op)
    _check_fit(op)
    return _with(state, op, replace(chain, rules=(*chain.rules[:at], op.rule, *chain.rules[at:])))


@change.register
def _(op: DeleteRule, state: State) -> State:
    netns = existing(state, op)
    _check_target(netns, op, op.rule)
    chain = _chain(netns, op)
    if op.rule not in chain.rules:
        raise refuse(errno.ENOENT, op)
    at = chain.rules.index(op.rule)
    return _with(state, op, replace(chain, rules=(*chain.rules[:at], *chain.rules[at + 1 :])))


@change.register
def _(op: DeleteRuleAt, state: State) -> State:
    chain, at = _chain(existing(state, op), op), op.position - 1
    if not 0 <= at < len(chain.rules):
        raise refuse(errno.E2BIG, op)
    return _with(state, op, replace(chain, rules=(*chain.rules[:at], *chain.rules[at + 1 :])))
