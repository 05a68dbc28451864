"""iptables, compiled: each table becomes one module of Python functions, each chain one function.

A chain's function takes the packet, the names of its devices and the run. It gives True for ACCEPT, the
:class:`Ruling` of what stops or translates the packet, and None where the chain ends or returns.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..model import BUILTIN, Chain, Rule, Table
from .conntrack import confirm, tracking
from .ended import Ended
from .index import LONG, LongChain
from .matches import condition
from .nat import translating
from .packet import UNTRACKED, Skb, snapshot
from .ruling import GOING_ON, TRANSLATING, Ruling
from .u32 import u32

if TYPE_CHECKING:
    from .node import Node
    from .run import Run

Said = Ruling | Ended | bool | None
Stage = Callable[[Skb, str, str, "Run"], Said]
ON = object()
"""What a rule says that does not decide."""

ORDER = {
    "PREROUTING": ("raw", "track", "mangle", "nat"),
    "INPUT": ("mangle", "filter", "nat", "confirm"),
    "FORWARD": ("mangle", "filter"),
    "OUTPUT": ("raw", "track", "mangle", "nat", "filter"),
    "POSTROUTING": ("mangle", "nat", "confirm"),
}
"""The hooks of IPv4 and who is called at each, in order of priority; enum nf_ip_hook_priorities."""


class Hooks:
    """The five hooks of one namespace; a hook without rules costs nothing."""

    def __init__(self, node: "Node") -> None:
        """Keep the namespace; a table is compiled when a packet first comes to it."""
        self.node = node
        self.tracks = any(map(_needs_connections, self._rules()))
        self._plain: dict[str, tuple[Stage, ...]] = {}
        self._traced: dict[str, tuple[Stage, ...]] = {}
        """By hook: who is asked there, where nobody wants to know, and where somebody does."""
        self._compiled: dict[tuple[str, bool], dict[str, Any]] = {}

    def _rules(self) -> Iterator[Rule]:
        for table in self.node.netns.tables.values():
            for chain in table.chains.values():
                yield from chain.rules

    def run(self, hook: str, p: Skb, i: str, o: str, r: "Run") -> Ruling | Ended | None:
        """Let a packet pass a hook: None where it may go on, else what stops it."""
        log = r.log
        known = self._plain if log is None else self._traced
        stages = known.get(hook)
        if stages is None:
            stages = known[hook] = tuple(self._build(hook, traced=log is not None))
        if log is not None and stages:
            log.append(("hook", self.node, hook, i, o))
        for stage in stages:
            said = stage(p, i, o, r)
            if said is not True:
                return said or None
        return None

    def _build(self, hook: str, *, traced: bool) -> Iterator[Stage]:
        for name in ORDER[hook]:
            if name in ("track", "confirm"):
                if self.tracks:
                    yield tracking(self.node) if name == "track" else confirm(self.node)
                continue
            table = self.node.netns.tables.get(name)
            if table is not None and hook in table.chains:
                chain = self._functions(table, traced=traced)[f"base_{hook}"]
                yield translating(self.node, hook, chain) if name == "nat" else chain

    def _functions(self, table: Table, *, traced: bool) -> dict[str, Any]:
        key = (table.name, traced)
        if key not in self._compiled:
            self._compiled[key] = _Compiler(self.node, table, traced=traced).functions()
        return self._compiled[key]


def _needs_connections(rule: Rule) -> bool:
    """Say whether a rule switches connection tracking on (nf_ct_netns_get); the table nat by itself, or NOTRACK, does not."""
    return rule.target in TRANSLATING or any(match.name in ("conntrack", "state") for match in rule.matches)


class _Compiler:
    """Writes the source of a table's functions, and builds them."""

    def __init__(self, node: "Node", table: Table, *, traced: bool) -> None:
        self.node, self.table, self.traced = node, table, traced
        self.names = {name: f"chain_{at}" for at, name in enumerate(table.chains)}
        self.scope: dict[str, Any] = {"n": node, "u32": u32, "ON": ON, "snapshot": snapshot}

    def functions(self) -> dict[str, Any]:
        lines: list[str] = []
        for name, chain in self.table.chains.items():
            lines += self._chain(name, chain)
            if name in BUILTIN[self.table.name]:
                lines += self._base(name, chain)
        self._run("\n".join(lines))
        return self.scope

    def _run(self, source: str) -> None:
        # the source is written here from rules that were checked, and every word of theirs in it is a quoted constant
        exec(compile(source, f"<iptables of {self.node.name}>", "exec"), self.scope)  # noqa: S102

    def _log(self, entry: str) -> list[str]:
        return [f"r.log.append({entry})"] if self.traced else []

    def _chain(self, name: str, chain: Chain) -> list[str]:
        this = self.names[name]
        body: list[str] = []
        if len(chain.rules) > LONG:
            self.scope[f"long_{this}"] = LongChain(chain.rules, lambda at: self._single(name, chain.rules[at], at + 1))
            body += [f"v = long_{this}(p, i, o, r, ON)", "if v is not ON: return v"]
        else:
            for number, rule in enumerate(chain.rules, 1):
                body += self._rule(name, rule, number)
        self.scope[f"end_{this}"] = Ruling("return", self.table.name, name, len(chain.rules) + 1, "RETURN")
        body += self._log(f"end_{this}") if chain.policy is None else []
        return [f"def {this}(p, i, o, r):", *(f"  {line}" for line in [*body, "return None"])]

    def _base(self, name: str, chain: Chain) -> list[str]:
        policy = f"policy_{name}"
        self.scope[policy] = Ruling("policy", self.table.name, name, len(chain.rules) + 1, chain.policy or "ACCEPT")
        said = policy if chain.policy == "DROP" else "True"
        body = [f"v = {self.names[name]}(p, i, o, r)", "if v is not None: return v", *self._log(policy), f"return {said}"]
        return [f"def base_{name}(p, i, o, r):", *(f"  {line}" for line in body)]

    def _single(self, chain: str, rule: Rule, number: int) -> Callable[..., Any]:
        name = f"{self.names[chain]}_rule_{number}"
        body = [*self._rule(chain, rule, number), "return ON"]
        self._run("\n".join([f"def {name}(p, i, o, r):", *(f"  {line}" for line in body)]))
        return self.scope[name]  # type: ignore[no-any-return]

    def _rule(self, chain: str, rule: Rule, number: int) -> list[str]:
        entry = f"{self.names[chain]}_{number}"
        self.scope[entry] = Ruling("rule", self.table.name, chain, number, rule.target, rule)
        asked = condition(rule, f"{self.node.name}/{self.table.name}/{chain}/{number}")
        body = [*self._log(entry), *self._action(rule, entry)] or ["pass"]
        return [f"if {asked}:", *(f"  {line}" for line in body)] if asked else body

    def _action(self, rule: Rule, entry: str) -> list[str]:
        target = rule.target
        if target == "ACCEPT":
            return ["return True"]
        if target == "RETURN":
            return ["return None"]
        if target in self.names:
            called = f"{self.names[target]}(p, i, o, r)"
            return [f"return {called}"] if rule.goto else [f"v = {called}", "if v is not None: return v"]
        if target in ("DROP", "REJECT", *TRANSLATING):
            return [f"return {entry}"]
        return [*_changes(rule), *(self._log("('=', snapshot(p))") if target == "MARK" else [])]


def _changes(rule: Rule) -> list[str]:
    if rule.target == "MARK":
        value, _, mask = rule.options[0].words[0].partition("/")
        return [f"p.mark = p.mark & {~int(mask, 0) & 0xFFFFFFFF} ^ {int(value, 0)}"]
    if rule.target == "NOTRACK":  # what comes back from the loopback device is tracked already: notrack_tg of xt_CT.c
        return [f"if p.ct is None: p.cs = {UNTRACKED}"]
    if rule.target not in GOING_ON:
        raise ValueError(f"no target {rule.target!r}")
    return []
