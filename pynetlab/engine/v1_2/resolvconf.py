"""The resolv.conf that a container gets. moby v1.2.0: daemon/utils.go (checkLocaldns), pkg/networkfs/resolvconf, daemon/container.go."""

from collections.abc import Sequence

from ..hosts import FALLBACK

LOCAL = ("127.0.0.1", "127.0.1.1")


def resolv_conf(host: str, dns: Sequence[str] = (), search: Sequence[str] = ()) -> str:
    """Give the text: the host's own, or one built from the daemon's ``--dns`` and ``--dns-search``.

    A host that asks only itself, or nobody, would leave the container alone: 127.0.0.1 is another machine there.
    Without ``--dns`` the daemon then takes two public servers.
    """
    lines = [line.partition("#")[0].split() for line in host.splitlines()]
    servers = [words for words in lines if words[:1] == ["nameserver"]]
    if not dns and (not servers or any(local in word for word in servers[0] for local in LOCAL)):
        dns = FALLBACK
    if not dns and not search:
        return host
    given = list(dns) or [word for words in servers for word in words[1:2]]
    domains = list(search) or [word for words in lines if words[:1] == ["search"] for word in words[1:]]
    return "".join(f"nameserver {server}\n" for server in given) + (f"search {' '.join(domains)}\n" if domains else "")
