"""iptables(8), as its nf_tables variant 1.8.9 speaks: every verb but those for counters, which are nought where no packet goes by."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import KernelError, SpecError
from ..kernel import Plan, Step
from ..model import BUILTIN, Chain, Rule, Table
from ..model.extensions import TARGETS, VERDICTS
from ..model.firewall import misplaced
from ..ops import AppendRule, CheckRule, DeleteChain, DeleteRule, DeleteRuleAt, FlushChain, InsertRule, NewChain, Op, SetPolicy
from ..ops.command import iptables as operation
from ..output import Output
from .call import TYPED, Call, Refused, change, holds
from .iptables_list import Listing, listed

PROGRAM = "iptables v1.8.9 (nf_tables)"
HELP = "\nTry `iptables -h' or 'iptables --help' for more information."
FAILED, MISUSED, NO_TABLE, REFUSED = 1, 2, 3, 4

SHORT = {
    "--append": "-A", "--check": "-C", "--delete": "-D", "--insert": "-I", "--replace": "-R", "--new-chain": "-N", "--new": "-N",
    "--delete-chain": "-X", "--flush": "-F", "--zero": "-Z", "--policy": "-P", "--rename-chain": "-E", "--list": "-L", "--list-rules": "-S",
    "--table": "-t", "--numeric": "-n", "--verbose": "-v", "--exact": "-x", "--wait": "-w", "--version": "-V", "--ipv4": "-4",
}  # fmt: skip
"""The long spellings of commands and options."""

LISTING = "nvxw4"
VERBS = "ACDIRNXFZPELS"
STEPS: Mapping[type[Op], str] = {AppendRule: "RULE_APPEND", InsertRule: "RULE_INSERT", DeleteRule: "RULE_DELETE", DeleteChain: "CHAIN_DEL"}


@dataclass(frozen=True, slots=True)
class Line:
    """A command line, read: its table, its verb, the words behind that, and how to list."""

    netns: str
    table: str
    verb: str
    words: tuple[str, ...]
    listing: Listing
    flags: str = ""


def iptables(call: Call) -> Plan[Output]:
    """What a command line says is done. Raises Refused, in the words of iptables where it has some."""
    try:
        line = read(call.netns, call.arguments)
        if line.verb == "-V":
            return Output(f"{PROGRAM}\n")
        return (yield from COMMANDS[line.verb](line))
    except SpecError as error:
        raise (
            error if isinstance(error, Refused) else misused(str(error).partition(":")[0] if "host/network" in str(error) else str(error))
        ) from None


def misused(text: str) -> Refused:
    """Give what iptables says of a line that it does not take."""
    return Refused(f"{PROGRAM}: {text}{HELP}", MISUSED)


def read(netns: str, words: Sequence[str]) -> Line:
    """Read a command line; options may stand anywhere, and short ones together, as in ``-nvL``. Raises SpecError."""
    table, verb, flags, numbers, rest = "filter", "", "", False, list[str]()
    left = [short for word in words for short in _apart(SHORT.get(word, word))]
    while left:
        word = left.pop(0)
        if word == "-t":
            table = left.pop(0) if left else _missing(word)
        elif word == "-w":
            left = left[1:] if left and left[0].isdigit() else left  # so many seconds at most
        elif word == "--line-numbers":
            numbers = True
        elif word == "-V" or (word[1:] in VERBS and len(word) == len("-A") and word[0] == "-" and not verb):
            verb = word
        elif word[:1] == "-" and word[1:] and word[1:] in LISTING and verb in ("", "-L", "-S"):
            flags += word[1:]
        else:
            rest.append(word)
    if table not in BUILTIN:
        raise Refused(f"{PROGRAM}: table '{table}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.", NO_TABLE)
    if not verb:
        raise SpecError(f'unknown option "{rest[0]}"' if rest and rest[0][0] == "-" else "no command specified")
    if verb in ("-A", "-C", "-D", "-I", "-R", "-N", "-P", "-E") and not rest:
        _missing(verb)
    listing = Listing(numeric="n" in flags, verbose="v" in flags, exact="x" in flags, numbers=numbers)
    return Line(netns, table, verb, tuple(rest), listing, flags)


def _missing(option: str) -> str:
    raise SpecError(f'option "{option}" requires an argument')


def _apart(word: str) -> list[str]:
    """Take short options apart that stand together, where they are those of a listing."""
    together = len(word) > len("-L") and word[0] == "-" and set(word[1:]) <= set(LISTING + "LSZt")
    return [f"-{letter}" for letter in word[1:]] if together else [word]


def _table(line: Line) -> Plan[Table]:
    here = (yield from holds(line.netns))[line.netns]
    return here.tables.get(line.table) or Table.fresh(line.table)


def _list(line: Line) -> Plan[Output]:
    here = (yield from holds(line.netns))[line.netns]
    table, (name, number) = here.tables.get(line.table) or Table.fresh(line.table), _place(line)
    if name and name not in table.chains:
        raise Refused(f"{PROGRAM}: chain `{name}' in table `{line.table}' is incompatible, use 'nft' tool.")
    if line.verb == "-S":
        return Output(_rules(table, name, number, verbose=line.listing.verbose))
    return Output(listed(table, name, number, line.listing, here.files.get("/etc/hosts", "")))


def _place(line: Line) -> tuple[str, int]:
    """Read the chain and the number of a rule that a listing is limited to, ``""`` and 0 where it is not."""
    name, *rest = (*line.words, "")
    if rest[:-1] and not rest[0].isdigit():
        raise SpecError(f"Invalid rule number `{rest[0]}'")
    return name, int(rest[0]) if rest[:-1] else 0


def _rules(table: Table, name: str, number: int, *, verbose: bool) -> str:
    order = [name] if name else ordered(table)
    count = " -c 0 0" if verbose else ""
    out = "" if number else "".join(_head(table, each, count) for each in order)
    for each in order:
        rules = table.chains[each].rules
        for rule in rules[number - 1 : number] if number else rules:
            text = str(rule)
            before, jump, after = text.partition(" -g " if rule.goto else " -j ") if count else (text, "", "")
            if count and not rule.matches and text.startswith(("-j ", "-g ")):
                before, jump, after = "", f" {text[:3]}", text[3:]
            out += " ".join(filter(None, (f"-A {each}", before))) + f"{count}{jump}{after}\n"
    return out


def _head(table: Table, name: str, count: str) -> str:
    policy = table.chains[name].policy
    return f"-P {name} {policy}{count}\n" if policy else f"-N {name}\n"


def ordered(table: Table) -> list[str]:
    """Name the chains of a table, the built-in ones first, the others by name."""
    return [*BUILTIN[table.name], *sorted(set(table.chains) - set(BUILTIN[table.name]))]


def _one(line: Line) -> Plan[Output]:
    """Do what one operation does: -A, -I, -D, -N, -P, -C, and -F or -X of one chain."""
    rule_words = line.words[1:]
    if line.verb == "-P" and len(rule_words) == 1 and rule_words[0] not in ("ACCEPT", "DROP"):
        raise Refused("iptables: Bad policy name. Run `dmesg' for more information.")
    op = operation(line.netns, ["-t", line.table, line.verb, *line.words])
    yield from _foreseen(line, op)
    if isinstance(op, CheckRule):
        held: bool = yield Step(op, TYPED)
        if not held:
            raise NO_RULE
    else:
        yield from change(op, says)
    return Output()


NO_CHAIN = Refused("iptables: No chain/target/match by that name.")
NO_RULE = Refused("iptables: Bad rule (does a matching rule exist in that chain?).")


def _foreseen(line: Line, op: Op) -> Plan[None]:
    """Raise what iptables itself refuses, before the kernel sees it."""
    table, name = (yield from _table(line)), line.words[0]
    if isinstance(op, SetPolicy):
        if table.chains.get(name, Chain()).policy is None:
            raise Refused("iptables: Bad built-in chain name.")
        if (line.table, op.policy) == ("nat", "DROP"):
            raise misused('\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n')
    elif isinstance(op, AppendRule | InsertRule | DeleteRule | CheckRule):
        check_rule(table, name, op.rule)
        check_target(table, op.rule)
        if name not in table.chains:
            raise NO_CHAIN
        if isinstance(op, InsertRule) and op.position < 1:
            raise misused(f"Invalid rule number `{op.position}'")


def check_target(table: Table, rule: Rule) -> None:
    """Raise SpecError for a jump to a chain that is not there."""
    if rule.target and rule.target not in (*VERDICTS, *TARGETS, *table.chains):
        raise SpecError(f"Chain '{rule.target}' does not exist")


def check_rule(table: Table, chain: str, rule: Rule) -> None:
    """Raise SpecError for a rule that iptables does not even show to the kernel."""
    for flag, wanted, places in (("-i", rule.in_interface, ("OUTPUT", "POSTROUTING")), ("-o", rule.out_interface, ("PREROUTING", "INPUT"))):
        if wanted is not None and chain in places:
            raise SpecError(f"Can't use {flag} with {chain}\n")
    if table.name == "nat" and rule.target == "DROP":
        raise SpecError('\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n')
    if misplaced(table.name, chain, rule):
        raise SpecError("a match or the target needs a protocol with ports: give -p")


def says(op: Op, error: KernelError) -> Refused:
    """Give what iptables prints for an operation that the kernel refused."""
    name = {"EEXIST": "Chain already exists", "ENOENT": NO_CHAIN.args[0][10:-1], "E2BIG": "Index of {} too big"}.get(error.name)
    if isinstance(op, DeleteRule) and error.name == "ENOENT":
        return NO_RULE
    if name is not None:
        return Refused(f"iptables: {name.format('deletion' if isinstance(op, DeleteRuleAt) else 'insertion')}.")
    what = f"rule in chain {op.chain}" if isinstance(op, AppendRule | InsertRule | DeleteRule) else f"chain {getattr(op, 'chain', '')}"
    return Refused(f"{PROGRAM}:  {STEPS.get(type(op), 'RULE_REPLACE')} failed ({os.strerror(error.errno)}): {what}", REFUSED)


def _replace(line: Line) -> Plan[Output]:
    """Put a rule in the place of another: both are checked before the old one goes."""
    name, number, *words = (*line.words, "", "")[: max(len(line.words), 2)]
    if not number.isdigit() or int(number) < 1:
        raise SpecError(f"Invalid rule number `{number}'" if number else "-R requires a rule number")
    table, at, rule = (yield from _table(line)), int(number), Rule.parse(list(words))
    check_rule(table, name, rule)
    check_target(table, rule)
    if name not in table.chains:
        raise NO_CHAIN
    if at > len(table.chains[name].rules):
        raise Refused("iptables: Index of replacement too big.")
    # the new one first, so that a refusal leaves the old one
    yield from change(InsertRule(line.netns, line.table, name, rule, position=at), says)
    yield from change(DeleteRuleAt(line.netns, line.table, name, at + 1), says)
    return Output()


def _all_chains(line: Line) -> Plan[Output]:
    """Flush, or delete, one chain or all of them."""
    if line.words:
        return (yield from _one(line))
    table = yield from _table(line)
    for name in ordered(table):
        if line.verb == "-F" and table.chains[name].rules:
            yield from change(FlushChain(line.netns, line.table, name), says)
        elif line.verb == "-X" and table.chains[name].policy is None:
            yield from change(DeleteChain(line.netns, line.table, name), says)
    return Output()


def _zero(line: Line) -> Plan[Output]:
    """Check that the chain is there: its counters are nought already."""
    if line.words and line.words[0] not in (yield from _table(line)).chains:
        raise NO_CHAIN
    return Output()


def _rename(line: Line) -> Plan[Output]:
    """Give a chain another name, wherever it is jumped to."""
    if len(line.words) != len(("OLD", "NEW")):
        raise SpecError("-E requires old-chain-name and new-chain-name")
    old, new = line.words
    table, netns = (yield from _table(line)), line.netns
    if old not in table.chains or old in BUILTIN[line.table]:
        raise NO_CHAIN
    if new in table.chains:
        raise Refused("iptables: File exists.")
    yield from change(NewChain(netns, line.table, new), says)
    for rule in table.chains[old].rules:
        yield from change(AppendRule(netns, line.table, new, rule), says)
    for name, chain in table.chains.items():
        for number, rule in enumerate(chain.rules, 1):
            if rule.target == old:
                other = Rule.parse(str(rule).replace(f"{'-g' if rule.goto else '-j'} {old}", f"{'-g' if rule.goto else '-j'} {new}"))
                yield from change(InsertRule(netns, line.table, name, other, position=number), says)
                yield from change(DeleteRuleAt(netns, line.table, name, number + 1), says)
    yield from change(FlushChain(netns, line.table, old), says)
    yield from change(DeleteChain(netns, line.table, old), says)
    return Output()


COMMANDS: Mapping[str, Callable[[Line], Plan[Output]]] = {
    **dict.fromkeys(("-A", "-I", "-D", "-C", "-N", "-P"), _one),
    **dict.fromkeys(("-L", "-S"), _list),
    **dict.fromkeys(("-F", "-X"), _all_chains),
    "-R": _replace,
    "-Z": _zero,
    "-E": _rename,
}
