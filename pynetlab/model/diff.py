"""What changed between two states: one record a fact that came, went or became another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .state import Link, Netns, State


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that came (``before`` is None), went (``after`` is None) or became another."""

    netns: str
    kind: str
    """``netns``, ``link``, ``route``, ``sysctl``, ``chain``, ``rule``, ``listener``, ``file``, ``resolver`` or ``name``."""
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """Print one line, with ``+``, ``-`` or an arrow, so that no colour is needed."""
        if self.before is None:
            return f"+ {self.netns}: {self.kind} {self.after}"
        if self.after is None:
            return f"- {self.netns}: {self.kind} {self.before}"
        return f"~ {self.netns}: {self.kind} {self.before} → {self.after}"


def link_words(link: Link) -> str:
    """Describe a device in one line."""
    words = [link.name, "up" if link.up else "down", f"mtu {link.mtu}"]
    words += [f"master {link.master}"] if link.master else []
    words += ["hairpin on"] if link.hairpin else []
    words += [str(link.qdisc)] if link.qdisc else []
    words += [f"peer {':'.join(link.peer)}"] if link.peer else []
    words += [f"{link.kind} mode {link.mode} on {':'.join(link.parent)}"] if link.parent else []
    return " ".join([*words, *map(str, link.addresses)])


def _facts(netns: Netns) -> dict[tuple[str, str], str]:
    facts = {("link", link.name): link_words(link) for link in netns.links.values()}
    facts |= {("sysctl", key): f"{key} = {value}" for key, value in netns.sysctl.items()}
    facts |= {("file", path): f"{path} ({len(text)} characters)" for path, text in netns.files.items()}
    if netns.resolver is not None:
        told = netns.resolver
        facts["resolver", told.ip] = f"{told.ip} knows {_names(each.network for each in told.scopes)}, asks {_names(map(str, told.asks))}"
    return facts


def _names(found: Iterable[str]) -> str:
    return ", ".join(found) or "nobody"


def _rewritten(name: str, old: Netns, new: Netns) -> Iterator[Change]:
    """Tell of files that are as long as before, and yet others, by the lines that differ."""
    for path, text in new.files.items():
        was = old.files.get(path, text)
        if was != text and len(was) == len(text):
            pairs = zip(was.splitlines(), text.splitlines(), strict=False)
            before, after = next((pair for pair in pairs if pair[0] != pair[1]), (was, text))
            yield Change(name, "file", f"{path}: {before}", f"{path}: {after}")


def _lists(netns: Netns) -> Iterator[tuple[str, str]]:
    for route in netns.routes:
        yield "route", str(route)
    for listener in sorted(netns.listeners):
        yield "listener", f"{listener.proto} {listener.ip}:{listener.port}"
    for network, zone in netns.zones.items():
        yield from (("name", f"{network}: {address} is {', '.join(names)}") for address, names in zone.items())
    for table in netns.tables.values():
        for name, chain in table.chains.items():
            if chain.policy != "ACCEPT":
                yield "chain", f"{table.name} {name}" + (f" (policy {chain.policy})" if chain.policy else "")
            for rule in chain.rules:
                yield "rule", f"{table.name} -A {name} {rule}"


def difference(before: State, after: State) -> tuple[Change, ...]:
    """List the facts that differ, namespace by namespace; equal states give nothing."""
    changes: list[Change] = []
    for name in sorted({*before.netns, *after.netns}):
        if name not in before.netns:
            changes.append(Change(name, "netns", None, name))
        if name not in after.netns:
            changes.append(Change(name, "netns", name, None))
            continue
        old, new = before.netns.get(name) or Netns.fresh(name), after[name]
        if old is new:
            continue
        was, now = _facts(old), _facts(new)
        keys = sorted({*was, *now})
        changes += [Change(name, key[0], was.get(key), now.get(key)) for key in keys if was.get(key) != now.get(key)]
        changes += _rewritten(name, old, new)
        gone, come = list(_lists(old)), list(_lists(new))
        changes += [Change(name, kind, text, None) for kind, text in gone if (kind, text) not in come]
        changes += [Change(name, kind, None, text) for kind, text in come if (kind, text) not in gone]
    return tuple(changes)
