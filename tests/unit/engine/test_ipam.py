"""Addresses and subnets: held against a plain set of addresses."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pynetlab.engine import ipam
from pynetlab.engine.releases.release import BASE_POOLS

SMALL = IPv4Network("10.0.0.0/28")
ADDRESSES = st.sampled_from(list(SMALL))


@given(st.lists(st.tuples(st.booleans(), ADDRESSES), max_size=40), st.sampled_from([None, IPv4Network("10.0.0.8/30")]))
def test_the_lowest_free_address_is_that_of_a_plain_set(steps, within):
    pool, taken = ipam.new_pool(SMALL, within), {SMALL[0], SMALL[-1]}
    for wanted, address in steps:
        if address in (SMALL[0], SMALL[-1]):
            continue
        pool = ipam.take(pool, address) if wanted else ipam.give_back(pool, address)
        taken = taken | {address} if wanted else taken - {address}
        free = [each for each in (within or SMALL) if each not in taken]
        assert ipam.next_free(pool) == (free[0] if free else None)
        assert all(ipam.free(pool, each) == (each not in taken) for each in SMALL)
        assert pool.addresses == len(taken)


def test_in_series_an_address_that_is_free_again_is_the_last_to_come():
    pool, given_ = ipam.new_pool(IPv4Network("10.0.0.0/29")), []
    for _ in range(4):
        address = ipam.next_free(pool, serial=True)
        pool = ipam.give_back(ipam.take(pool, address), address)
        given_.append(str(address))
    assert given_ == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]
    assert str(ipam.next_free(ipam.take(pool, IPv4Address("10.0.0.6")), serial=True)) == "10.0.0.1"


@pytest.mark.parametrize(
    ("subnet", "first", "count"), [("10.0.0.0/30", "10.0.0.1", 2), ("10.0.0.0/31", "10.0.0.0", 2), ("10.0.0.7/32", "10.0.0.7", 1)]
)
def test_so_many_containers_fit_into_a_small_subnet(subnet, first, count):
    pool, found = ipam.new_pool(IPv4Network(subnet)), []
    while (address := ipam.next_free(pool)) is not None:
        found.append(address)
        pool = ipam.take(pool, address)
    assert (str(found[0]), len(found)) == (first, count)


def test_the_default_pools_have_room_for_31_networks():
    used = []
    while (subnet := ipam.choose(BASE_POOLS, used)) is not None:
        used.append(subnet)
    assert len(used) == 31
    assert list(map(str, used[:4])) == ["172.17.0.0/16", "172.18.0.0/16", "172.19.0.0/16", "172.20.0.0/16"]
    assert (str(used[14]), str(used[15]), str(used[30])) == ("172.31.0.0/16", "192.168.0.0/20", "192.168.240.0/20")


def test_a_subnet_that_overlaps_is_passed_over():
    assert str(ipam.choose(BASE_POOLS, [IPv4Network("172.16.0.0/14")])) == "172.20.0.0/16"
