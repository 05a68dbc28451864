"""A chain of rules after a fault: what it would be had there been none, and the operations that lead there."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from ..kernel import Taken
from ..model import Chain, Rule
from ..ops import AppendRule, CheckRule, DeleteRule, DeleteRuleAt, FirewallOp, FlushChain, InsertRule, Op

Rules = tuple[Rule, ...]


def restored(op: FirewallOp, before: Chain, after: Chain, now: Chain, since: Iterable[Taken]) -> Rules:
    """Give the rules that a chain would have without the fault.

    ``since`` is done again to what was there before. Where that does not explain what is there now, since somebody changed
    the chain who keeps no books, each rule that the fault took goes back behind the one that it followed.
    """
    place = (op.netns, op.table, op.chain)
    about = [taken for taken in since if taken.refused is None and _place(taken.op) == place]
    if _again(after.rules, about) == now.rules:
        again = _again(before.rules, about)
        if again is not None:
            return again
    return _merged(before, after, now, {taken.op.rule for taken in about if isinstance(taken.op, CheckRule | DeleteRule)})


def _place(op: Op | None) -> tuple[str, str, str] | None:
    return (op.netns, op.table, op.chain) if isinstance(op, FirewallOp | CheckRule) else None


def _again(rules: Rules, since: Iterable[Taken]) -> Rules | None:
    """Do to a chain again what was done since; None where that cannot be said, since a number stood for a rule.

    Who asked for a rule and heard that it was missing wanted to delete it, or did add it next.
    """
    found = list(rules)
    for taken in since:
        match taken.op:
            case AppendRule(rule=rule):
                found.append(rule)
            case InsertRule(rule=rule, position=1):
                found.insert(0, rule)
            case FlushChain():
                found.clear()
            case DeleteRule(rule=rule) if rule in found:
                found.remove(rule)
            case CheckRule(rule=rule) if not taken.answer and rule in found:
                found.remove(rule)
            case InsertRule() | DeleteRuleAt():
                return None
    return tuple(found)


def missing(before: Chain, after: Chain, now: Sequence[Rule]) -> list[Rule]:
    """Give the rules that a fault took out of a chain and that are not there now."""
    taken = Counter(before.rules) - Counter(after.rules)
    return list((taken & (Counter(before.rules) - Counter(now))).elements())


def _merged(before: Chain, after: Chain, now: Chain, unwanted: set[Rule]) -> Rules:
    rules = list(now.rules)
    for rule in (Counter(after.rules) - Counter(before.rules)).elements():
        if rule in rules:
            rules.remove(rule)
    back = Counter(rule for rule in missing(before, after, rules) if rule not in unwanted)
    at = 0
    for rule in before.rules:
        if back[rule]:
            back[rule] -= 1
            rules.insert(at, rule)
        at = rules.index(rule, at) + 1 if rule in rules[at:] else at
    return tuple(rules)


def lead(op: FirewallOp, now: Rules, wanted: Rules) -> Iterator[Op]:
    """Lead a chain from the rules that it has to others, from its end on, so that numbers stay true."""
    place = (op.netns, op.table, op.chain)
    for _, i, end, j, last in reversed(SequenceMatcher(None, now, wanted, autojunk=False).get_opcodes()):
        if now[i:end] != wanted[j:last]:
            yield from (DeleteRuleAt(*place, number) for number in range(end, i, -1))
            yield from (InsertRule(*place, rule, position=i + 1) for rule in reversed(wanted[j:last]))
