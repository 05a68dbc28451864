"""What a container finds in /etc/hosts: moby libnetwork/etchosts, libnetwork/sandbox_dns_unix.go."""

from collections.abc import Iterable

HOSTS, RESOLV, HOSTNAME = "/etc/hosts", "/etc/resolv.conf", "/etc/hostname"
HOST_GATEWAY = "host-gateway"
"""Stands for the host's address on the default bridge, in ``--add-host NAME:host-gateway``."""

FALLBACK = ("8.8.8.8", "8.8.4.4")
"""The name servers of a container whose host names none that it could reach."""


def hosts(zeros: str, lines: Iterable[tuple[str, str]]) -> str:
    """Write /etc/hosts: what every container has, then pairs of an address and its names."""
    always = (
        ("127.0.0.1", "localhost"),
        ("::1", "localhost ip6-localhost ip6-loopback"),
        (f"fe00{zeros}", "ip6-localnet"),
        (f"ff00{zeros}", "ip6-mcastprefix"),
        ("ff02::1", "ip6-allnodes"),
        ("ff02::2", "ip6-allrouters"),
    )
    return "".join(f"{address}\t{names}\n" for address, names in (*always, *lines))


def own_names(hostname: str, domainname: str) -> str:
    """Give the names that stand with a container's addresses: with their domain, and without it."""
    whole = f"{hostname}.{domainname}" if domainname else hostname
    return f"{whole} {whole.partition('.')[0]}" if "." in whole else whole


def servers(text: str) -> list[str]:
    """List the name servers that resolv.conf names."""
    lines = (line.split() for line in text.splitlines())
    return [word for line in lines if line[:1] == ["nameserver"] for word in line[1:]]
