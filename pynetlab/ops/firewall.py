"""iptables: tables, chains and rules, iptables(8)."""

import errno
import shlex
from dataclasses import dataclass, field
from typing import Any

from ..errors import KernelError
from ..model import BUILTIN, Chain, Rule, State
from ..model.words import split
from .base import Op, Question


def for_shell(words: str) -> str:
    """Quote words for a shell, which would read a dollar sign or a backquote in the text of iptables-save(8)."""
    return " ".join(word if word == "!" else shlex.quote(word) for word in split(words))


@dataclass(frozen=True, slots=True)
class FirewallOp(Op):
    """An operation on one chain of one table; ENOENT where the chain does not exist."""

    table: str
    chain: str

    def words(self) -> str:
        """Give the command line after ``iptables -t TABLE``, quoted as iptables-restore(8) reads it."""
        raise TypeError(f"{type(self).__name__} has no words")

    def command(self) -> str:
        """Give the command of iptables(8)."""
        return f"iptables --wait -t {self.table} {for_shell(self.words())}"


@dataclass(frozen=True, slots=True)
class RuleOp(FirewallOp):
    """An operation on one rule of a chain."""

    rule: Rule
    spelled: str = field(default="", compare=False, kw_only=True)
    """The command line as the engine wrote it, after ``iptables --wait``; empty where the canonical one will do."""


@dataclass(frozen=True, slots=True)
class ReadChain(Question):
    """Ask for a chain: its policy and its rules."""

    table: str
    chain: str

    def command(self) -> str:
        """Give the command of iptables(8)."""
        return f"iptables --wait -t {self.table} -S {self.chain}"

    def answer(self, state: State) -> Chain:
        """Look it up. Raises ENOENT."""
        chain = state[self.netns].chain(self.table, self.chain)
        if chain is None:
            raise KernelError(errno.ENOENT, self.command())
        return chain


@dataclass(frozen=True, slots=True)
class CheckRule(Question):
    """Ask whether a chain holds a rule: True or False, as ``iptables -C`` tells by its exit code."""

    table: str
    chain: str
    rule: Rule
    spelled: str = field(default="", compare=False, kw_only=True)

    def command(self) -> str:
        """Give the command of iptables(8)."""
        return f"iptables --wait -t {self.table} {for_shell(f'-C {self.chain} {self.rule}')}"

    def answer(self, state: State) -> bool:
        """Look for it; a chain that does not exist holds nothing."""
        chain = state[self.netns].chain(self.table, self.chain)
        return chain is not None and self.rule in chain.rules


@dataclass(frozen=True, slots=True)
class NewChain(FirewallOp):
    """Make a chain; EEXIST where there is one."""

    spelled: str = field(default="", compare=False, kw_only=True)

    def words(self) -> str:
        """Give the command line after the table."""
        return f"-N {self.chain}"

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Delete it."""
        return (DeleteChain(self.netns, self.table, self.chain),)


@dataclass(frozen=True, slots=True)
class DeleteChain(FirewallOp):
    """Delete a chain that is empty and that no rule jumps to; else ENOTEMPTY or EMLINK (EBUSY for both with nf_tables)."""

    spelled: str = field(default="", compare=False, kw_only=True)

    def words(self) -> str:
        """Give the command line after the table."""
        return f"-X {self.chain}"

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Make it again."""
        return (NewChain(self.netns, self.table, self.chain),)


@dataclass(frozen=True, slots=True)
class FlushChain(FirewallOp):
    """Delete every rule of a chain."""

    spelled: str = field(default="", compare=False, kw_only=True)

    def words(self) -> str:
        """Give the command line after the table."""
        return f"-F {self.chain}"

    def ask(self) -> Question:
        """Ask for the rules."""
        return ReadChain(self.netns, self.table, self.chain)

    def undo(self, before: Chain) -> tuple[Op, ...]:
        """Append them again."""
        return tuple(AppendRule(self.netns, self.table, self.chain, rule) for rule in before.rules)


@dataclass(frozen=True, slots=True)
class SetPolicy(FirewallOp):
    """Say what happens to a packet that reaches the end of a built-in chain; EINVAL for another chain."""

    policy: str
    """``ACCEPT`` or ``DROP``."""

    def words(self) -> str:
        """Give the command line after the table."""
        return f"-P {self.chain} {self.policy}"

    def ask(self) -> Question:
        """Ask for the old policy."""
        return ReadChain(self.netns, self.table, self.chain)

    def undo(self, before: Chain) -> tuple[Op, ...]:
        """Set the old one."""
        return (SetPolicy(self.netns, self.table, self.chain, before.policy or "ACCEPT"),)


@dataclass(frozen=True, slots=True)
class AppendRule(RuleOp):
    """Put a rule at the end of a chain."""

    def words(self) -> str:
        """Give the command line after the table."""
        return f"-A {self.chain} {self.rule}"

    def ask(self) -> Question:
        """Ask how many rules there are, since an equal one may stand further up."""
        return ReadChain(self.netns, self.table, self.chain)

    def undo(self, before: Chain) -> tuple[Op, ...]:
        """Delete the last rule, by its number."""
        return (DeleteRuleAt(self.netns, self.table, self.chain, len(before.rules) + 1),)


@dataclass(frozen=True, slots=True)
class InsertRule(RuleOp):
    """Put a rule into a chain at a position, 1 for the top; E2BIG where the chain is shorter."""

    position: int = 1

    def words(self) -> str:
        """Give the command line after the table."""
        return f"-I {self.chain} {self.position} {self.rule}"

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Delete the rule at that position."""
        return (DeleteRuleAt(self.netns, self.table, self.chain, self.position),)


@dataclass(frozen=True, slots=True)
class DeleteRule(RuleOp):
    """Delete the first rule of a chain that is equal to this one; ENOENT where there is none."""

    def words(self) -> str:
        """Give the command line after the table."""
        return f"-D {self.chain} {self.rule}"

    def ask(self) -> Question:
        """Ask for the rules: the place matters."""
        return ReadChain(self.netns, self.table, self.chain)

    def undo(self, before: Chain) -> tuple[Op, ...]:
        """Insert it where it was."""
        return (InsertRule(self.netns, self.table, self.chain, self.rule, position=before.rules.index(self.rule) + 1),)


@dataclass(frozen=True, slots=True)
class DeleteRuleAt(FirewallOp):
    """Delete the rule at a position, 1 for the first; E2BIG where the chain is shorter."""

    position: int

    def words(self) -> str:
        """Give the command line after the table."""
        return f"-D {self.chain} {self.position}"

    def ask(self) -> Question:
        """Ask for the rules."""
        return ReadChain(self.netns, self.table, self.chain)

    def undo(self, before: Chain) -> tuple[Op, ...]:
        """Insert it where it was."""
        return (InsertRule(self.netns, self.table, self.chain, before.rules[self.position - 1], position=self.position),)


def is_builtin(table: str, chain: str) -> bool:
    """Say whether the table has the chain from the start."""
    return chain in BUILTIN[table]
