"""From a command line of iptables(8) to the operation that does the same."""

from collections.abc import Callable, Mapping, Sequence

from ..errors import SpecError
from ..model import BUILTIN, Rule
from .base import Op
from .firewall import AppendRule, CheckRule, DeleteChain, DeleteRule, DeleteRuleAt, FlushChain, InsertRule, NewChain, SetPolicy

Words = Sequence[str]
Build = Callable[[str, str, str, list[str], str], Op]
"""Takes the namespace, the table, the chain, the words that are left and the line as it was spelled."""


def iptables(netns: str, words: Words) -> Op:
    """Give the operation of a command line, without ``iptables`` itself; the line is kept as it was spelled.

    Options may stand anywhere, as iptables allows. Raises SpecError, in iptables' own words where it has some, for
    a line that iptables would not take, and for a command that is not modelled.
    """
    table, command, chain, rest = "filter", "", "", list[str]()
    left = list(words)
    while left:
        word = left.pop(0)
        if word in ("-t", "--table"):
            table = _argument(word, left)
        elif word in ("-w", "--wait"):
            pass  # the kernels here have one user each, so there is nothing to wait for
        elif word in COMMANDS and not command:
            command, chain = word, _argument(word, left)
        else:
            rest.append(word)
    if table not in BUILTIN:
        raise SpecError(f"table '{table}' does not exist")
    if not command:
        raise SpecError("no command specified")
    return COMMANDS[command](netns, table, chain, rest, " ".join(words))


def _argument(option: str, left: list[str]) -> str:
    if not left:
        raise SpecError(f'option "{option}" requires an argument')
    return left.pop(0)


def _insert(netns: str, table: str, chain: str, rest: list[str], spelled: str) -> Op:
    position = int(rest.pop(0)) if rest and rest[0].isdigit() else 1
    return InsertRule(netns, table, chain, Rule.parse(rest), position=position, spelled=spelled)


def _delete(netns: str, table: str, chain: str, rest: list[str], spelled: str) -> Op:
    if len(rest) == 1 and rest[0].isdigit():
        return DeleteRuleAt(netns, table, chain, int(rest[0]))
    return DeleteRule(netns, table, chain, Rule.parse(rest), spelled=spelled)


def _policy(netns: str, table: str, chain: str, rest: list[str], _spelled: str) -> Op:
    if rest not in (["ACCEPT"], ["DROP"]):
        raise SpecError(f"bad policy for {chain}: give ACCEPT or DROP")
    return SetPolicy(netns, table, chain, rest[0])


def _with_rule(op: type[AppendRule] | type[CheckRule]) -> Build:
    return lambda netns, table, chain, rest, spelled: op(netns, table, chain, Rule.parse(rest), spelled=spelled)


def _alone(op: type[NewChain] | type[FlushChain] | type[DeleteChain]) -> Build:
    def build(netns: str, table: str, chain: str, rest: list[str], spelled: str) -> Op:
        if rest:
            raise SpecError(f"Illegal option `{rest[0]}' with this command")
        return op(netns, table, chain, spelled=spelled)

    return build


COMMANDS: Mapping[str, Build] = {
    **dict.fromkeys(("-A", "--append"), _with_rule(AppendRule)),
    **dict.fromkeys(("-C", "--check"), _with_rule(CheckRule)),
    **dict.fromkeys(("-I", "--insert"), _insert),
    **dict.fromkeys(("-D", "--delete"), _delete),
    **dict.fromkeys(("-N", "--new-chain"), _alone(NewChain)),
    **dict.fromkeys(("-F", "--flush"), _alone(FlushChain)),
    **dict.fromkeys(("-X", "--delete-chain"), _alone(DeleteChain)),
    **dict.fromkeys(("-P", "--policy"), _policy),
}
