"""Subnets and addresses: Docker's own address management, without the wording of its refusals.

moby libnetwork/ipams/defaultipam (ipam/allocator.go in 20.10). A set of addresses is one integer, bit n for the n-th.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

FEW = 31
"""From this prefix length on, the first and the last address are no longer set apart."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The addresses of one subnet."""

    subnet: IPv4Network
    within: IPv4Network | None = None
    """Where free addresses are looked for, ``--ip-range``; None for all of the subnet."""
    taken: int = 0
    latest: int = -1
    """The place of the address that was given last, for those who want the next one."""

    @property
    def addresses(self) -> int:
        """Count what is taken."""
        return self.taken.bit_count()


def new_pool(subnet: IPv4Network, within: IPv4Network | None = None) -> Pool:
    """Make a pool; the network's own address and its broadcast address are never given away."""
    pool = Pool(subnet, within)
    return pool if subnet.prefixlen >= FEW else take(take(pool, subnet[0]), subnet[-1])


def place(pool: Pool, address: IPv4Address) -> int:
    """Say the how-manieth address of the subnet it is."""
    return int(address) - int(pool.subnet.network_address)


def free(pool: Pool, address: IPv4Address) -> bool:
    """Say whether an address of the subnet can be had."""
    return not pool.taken >> place(pool, address) & 1


def take(pool: Pool, address: IPv4Address) -> Pool:
    """Give the pool in which an address is taken."""
    return replace(pool, taken=pool.taken | 1 << place(pool, address), latest=place(pool, address))


def give_back(pool: Pool, address: IPv4Address) -> Pool:
    """Give the pool in which an address is free again."""
    return replace(pool, taken=pool.taken & ~(1 << place(pool, address)))


def next_free(pool: Pool, *, serial: bool = False) -> IPv4Address | None:
    """Find the lowest free address, or with ``serial`` the next one after the latest; None where the pool is exhausted."""
    room = pool.within or pool.subnet
    first, size = place(pool, room.network_address), room.num_addresses
    after = pool.latest + 1 - first if serial and first <= pool.latest < first + size else 0
    taken = pool.taken >> first
    for start, end in ((after, size), (0, after)):
        gap = taken >> start
        found = start + (~gap & (gap + 1)).bit_length() - 1
        if found < end:
            return room[found]
    return None


def interface(pool: Pool, address: IPv4Address) -> IPv4Interface:
    """Give an address with the subnet's prefix length."""
    return IPv4Interface(f"{address}/{pool.subnet.prefixlen}")


def subnets(blocks: Iterable[tuple[str, int]]) -> Iterator[IPv4Network]:
    """List the subnets of address pools in their order: each a block, and the prefix length of its parts."""
    for block, size in blocks:
        yield from IPv4Network(block).subnets(new_prefix=size)


def choose(blocks: Iterable[tuple[str, int]], avoid: Iterable[IPv4Network], after: IPv4Network | None = None) -> IPv4Network | None:
    """Choose the first subnet that overlaps with nothing that is to be avoided; None where there is none left.

    The search begins behind ``after``, and comes round to it.
    """
    used, known = list(avoid), subnets(blocks)
    if after is not None:
        every = list(known)
        at = every.index(after) + 1 if after in every else 0
        known = iter([*every[at:], *every[:at]])
    return next((subnet for subnet in known if not any(subnet.overlaps(other) for other in used)), None)
