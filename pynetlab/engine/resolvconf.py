"""What a container finds in /etc/resolv.conf, and which servers Docker's name service asks in its stead.

moby docker-v29.7.2 daemon/libnetwork/internal/resolvconf/resolvconf.go and sandbox_dns_unix.go; v20.10.24
vendor/github.com/docker/libnetwork/resolvconf/resolvconf.go and sandbox_dns_unix.go.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from ..model import Upstream
from .hosts import FALLBACK, RESOLV
from .releases import Names

SERVICE = "127.0.0.11"
"""Where Docker's own name service listens, inside each container of a user-defined network."""
KEPT = ("nameserver", "search", "domain", "options")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asked for in place of what the host has: ``--dns``, ``--dns-search``, ``--dns-option``."""

    servers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Say whether there is one."""
        return bool(self.servers or self.search or self.options)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of resolv.conf(5), taken apart."""

    servers: list[str] = field(default_factory=list)
    search: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)


def parse(names: Names, text: str) -> Lines:
    """Take resolv.conf apart as the release does: the last ``search`` counts, of ``options`` all or the last."""
    found = Lines()
    for line in text.splitlines():
        key, *words = line.split() or [""]
        if not words or line[0] in "#;":
            continue
        if key == "nameserver":
            (found.servers if _is_address(words[0]) else found.invalid).append(words[0])
        elif key == "search" or (key == "domain" and names.generated):
            found.search[:] = words
        elif key == "options":
            found.options[:] = [*(found.options if names.generated else ()), *words]
        elif key not in KEPT:
            found.other.append(line)
    return found


def _is_address(server: str) -> bool:
    try:
        ip_address(server)
    except ValueError:
        return False
    return True


def _is_loopback(server: str) -> bool:
    return ip_address(server).is_loopback


def _version(server: str) -> int:
    return ip_address(server).version


def reachable(servers: Sequence[str]) -> list[str]:
    """List those that a container can reach: not what is on the host's own loopback device, nor by IPv6; public ones where none is left."""
    return [server for server in servers if not _is_loopback(server) and _version(server) == 4] or list(FALLBACK)  # noqa: PLR2004


def upstream(names: Names, host: str, wishes: Wishes) -> tuple[Upstream, ...]:
    """Give the servers that the name service asks for what it does not know, at most the first three of which it will use.

    What somebody asked for is asked from the container: there 127.0.0.1 is the container itself. Of what the host has,
    older releases ask from the host what is on its loopback device, newer ones everything.
    """
    found = list(wishes.servers) or parse(names, host).servers
    if not names.generated:
        found = [server for server in found if _version(server) == 4]  # noqa: PLR2004
    own = bool(wishes.servers) or (wishes.any and not names.generated)
    servers = [Upstream(server, not own and (names.asks_from_host or _is_loopback(server))) for server in found]
    if not servers and names.falls_back:
        servers = [Upstream(server) for server in FALLBACK]
    return tuple(each for each in servers if each.from_host or each.address != SERVICE)


def sets_ndots(names: Names, host: str, wishes: Wishes) -> bool:
    """Say whether the host or somebody sets ``ndots``, to whatever."""
    return any(option.startswith("ndots:") for option in _valid(list(wishes.options) or parse(names, host).options))


def _valid(options: Sequence[str]) -> list[str]:
    """Leave out an ``ndots`` without a number."""
    return [option for option in options if option.partition(":")[0] != "ndots" or option.partition(":")[2].isdigit()]


def resolv(names: Names, host: str, wishes: Wishes, *, place: str = "bridge") -> str:
    """Write /etc/resolv.conf from the host's and the wishes.

    ``place`` is ``service`` where the container has Docker's name service, ``bridge`` where it has not, ``host`` where
    it is on the host's own network or on none yet.
    """
    return _generated(names, host, wishes, place) if names.generated else _built(names, host, wishes, place)


def _built(names: Names, host: str, wishes: Wishes, place: str) -> str:
    """Write it as 20.10 does: with wishes anew; else the host's text without the servers that a container cannot reach."""
    lines = parse(names, host)
    servers, search, options = wishes.servers or lines.servers, wishes.search or lines.search, wishes.options or lines.options
    if not wishes.any and place != "service":
        return host if place == "host" else _filtered(host)
    if place == "service":
        servers = (SERVICE, *(server for server in servers if _version(server) == 6 and not _is_loopback(server)))  # noqa: PLR2004
        options = (*options, *(() if sets_ndots(names, host, wishes) else ("ndots:0",)))
    return _written(servers, [] if list(search) == ["."] else search, options, search_first=True)


def _filtered(host: str) -> str:
    """Leave out the servers that a container cannot reach, and add public ones where none is left; FilterResolvDNS."""
    kept = "".join(f"{line}\n" for line in host.splitlines() if not _unreachable(line))
    has = any(words[:1] == ["nameserver"] for words in map(str.split, kept.splitlines()))
    return kept if has else "\n".join([kept, *(f"nameserver {server}" for server in FALLBACK)])


def _unreachable(line: str) -> bool:
    key, *words = line.split() or [""]
    return key == "nameserver" and bool(words) and _is_address(words[0]) and (_is_loopback(words[0]) or _version(words[0]) == 6)  # noqa: PLR2004


def _written(servers: Sequence[str], search: Sequence[str], options: Sequence[str], *, search_first: bool) -> str:
    named = [f"nameserver {server}" for server in servers]
    searched = [f"search {' '.join(search)}"] if search else []
    lines = [*searched, *named] if search_first else [*named, *searched]
    lines += [f"options {' '.join(options)}"] if options else []
    return "".join(f"{line}\n" for line in lines)


HEADER = "# Generated by Docker Engine.\n"
HEADER += "# This file can be edited; Docker Engine will not make further changes once it\n# has been modified.\n\n"
TRANSFORMED = {"service": " (internal resolver)", "bridge": " (legacy)", "host": ""}


def _generated(names: Names, host: str, wishes: Wishes, place: str) -> str:
    """Write it as 26.1 and later do: always anew, with what it was made from."""
    lines = parse(names, host)
    search = [word for word in wishes.search if word != "."] if wishes.search else lines.search
    options, ndots_from = list(wishes.options or lines.options), "override" if wishes.options else "host"
    servers, warnings = list(wishes.servers) or lines.servers, []
    outside = upstream(names, host, wishes) if place == "service" else ()
    if place == "bridge" and not wishes.servers:
        if reachable(servers) == list(FALLBACK):
            warnings = ["Used default nameservers."]
        servers = reachable(servers)
    elif place == "service":
        if not servers:
            warnings = ["Used default nameservers."] if names.falls_back else ["NO EXTERNAL NAMESERVERS DEFINED"]
        servers, options = [SERVICE], _valid(options)
        if not sets_ndots(names, host, wishes):
            options, ndots_from = [*options, "ndots:0"], "internal"
    given = (("nameservers", wishes.servers), ("search", wishes.search), ("options", wishes.options))
    comments = [f"Based on host file: '{RESOLV}'{TRANSFORMED[place]}", *warnings]
    comments += [f"ExtServers: [{' '.join(map(str, outside))}]"] if outside else []
    comments += [f"Invalid nameservers: [{' '.join(lines.invalid)}]"] if lines.invalid else []
    comments += [f"Overrides: [{' '.join(name for name, wanted in given if wanted)}]"]
    comments += [f"Option ndots from: {ndots_from}"] if any(option.startswith("ndots") for option in options) else []
    text = _written(servers, search, options, search_first=False) + "".join(f"{line}\n" for line in lines.other)
    return HEADER + text + "\n" + "".join(f"# {line}\n" for line in comments)
