"""Which address and which port comes next, as the 1.2 daemon counts."""

from ipaddress import IPv4Address, IPv4Interface

import pytest

from pynetlab.engine.v1_2.networkdriver.ipallocator import IPAllocator
from pynetlab.engine.v1_2.networkdriver.portallocator import BEGIN, END, PortAllocator, PortAlreadyAllocatedError
from pynetlab.errors import DaemonError

DOCKER0 = IPv4Interface("172.17.42.1/16")
SMALL = IPv4Interface("10.0.0.1/29")
ANY = IPv4Address(0)


def test_addresses_come_one_after_the_other():
    ips = IPAllocator()
    assert [str(ips.request(DOCKER0)) for _ in range(3)] == ["172.17.0.2", "172.17.0.3", "172.17.0.4"]


def test_an_address_that_is_free_again_waits_for_its_turn():
    ips = IPAllocator()
    first = ips.request(SMALL)
    ips.release(SMALL, first)
    assert [str(ips.request(SMALL)) for _ in range(5)] == ["10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.2"]


def test_the_first_host_and_the_bridge_are_never_given_out():
    ips, network = IPAllocator(), IPv4Interface("10.0.0.3/29")
    given = {str(ips.request(network)) for _ in range(4)}
    assert given == {"10.0.0.2", "10.0.0.4", "10.0.0.5", "10.0.0.6"}
    with pytest.raises(DaemonError, match=r"^no available ip addresses on network$"):
        ips.request(network)


@pytest.mark.parametrize("network", ["10.0.0.1/32", "10.0.0.1/31", "10.0.0.2/30", "10.0.0.1/0"])
def test_some_networks_hold_nobody(network):
    with pytest.raises(DaemonError, match="no available ip"):
        IPAllocator().request(IPv4Interface(network))


def test_an_address_by_name_moves_the_place_to_search_from():
    ips = IPAllocator()
    assert ips.request(DOCKER0, IPv4Address("172.17.9.9")) == IPv4Address("172.17.9.9")
    with pytest.raises(DaemonError, match=r"^ip already allocated$"):
        ips.request(DOCKER0, IPv4Address("172.17.9.9"))
    assert str(ips.request(DOCKER0)) == "172.17.9.10"


def test_an_address_by_name_may_lie_anywhere_and_the_count_goes_on_as_in_go():
    below, above = IPAllocator(), IPAllocator()
    below.request(SMALL, IPv4Address("9.255.255.251"))  # position -5, and Go's remainder keeps the sign
    assert str(below.request(SMALL)) == "9.255.255.252"
    above.request(SMALL, IPv4Address("10.0.0.20"))
    assert str(above.request(SMALL)) == "10.0.0.3"


def test_what_was_never_asked_for_can_be_released():
    ips = IPAllocator()
    ips.release(DOCKER0, IPv4Address("172.17.0.9"))
    assert ips.pools == {}


def test_the_first_port_is_given_out_without_a_look():
    ports = PortAllocator()
    assert ports.request(ANY, "tcp", BEGIN) == BEGIN
    assert ports.request(ANY, "tcp", 0) == BEGIN
    assert ports.request(ANY, "tcp", 0) == BEGIN + 1


def test_ports_that_are_taken_are_left_out():
    ports = PortAllocator()
    ports.request(ANY, "tcp", 0)
    ports.request(ANY, "tcp", BEGIN + 1)
    assert ports.request(ANY, "tcp", -7) == BEGIN + 2


def test_the_search_comes_round():
    ports = PortAllocator()
    for _ in range(BEGIN, END + 1):
        last = ports.request(ANY, "udp", 0)
    assert last == END
    with pytest.raises(DaemonError, match=r"^all ports are allocated$"):
        ports.request(ANY, "udp", 0)
    ports.release(ANY, "udp", BEGIN + 5)
    assert ports.request(ANY, "udp", 0) == BEGIN + 5


def test_addresses_and_protocols_have_books_of_their_own():
    ports = PortAllocator()
    for ip in (ANY, IPv4Address("192.0.2.10")):
        for proto in ("tcp", "udp"):
            assert ports.request(ip, proto, 80) == 80
    with pytest.raises(PortAlreadyAllocatedError, match=r"^Bind for 0.0.0.0:80 failed: port is already allocated$"):
        ports.request(None, "tcp", 80)  # nil is taken for 0.0.0.0
    with pytest.raises(DaemonError, match=r"^unknown protocol$"):
        ports.request(ANY, "sctp", 80)


def test_a_port_that_was_given_back_is_free():
    ports = PortAllocator()
    ports.request(ANY, "tcp", 80)
    ports.release(ANY, "tcp", 80)
    assert ports.request(ANY, "tcp", 80) == 80
    ports.release(IPv4Address("192.0.2.99"), "tcp", 80)
    assert len(ports.books) == 1
