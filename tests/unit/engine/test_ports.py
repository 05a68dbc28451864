"""Ports of the host: the next one, ranges, conflicts."""

from pynetlab.engine import ports
from pynetlab.engine.ports import ANY, Conflict, Ports, give_back, request


def asked(*wanted, wildcard=True):
    taken, found = Ports(), []
    for ip, proto, range_ in wanted:
        answer = request(taken, ip, proto, range_, wildcard=wildcard)
        if isinstance(answer, tuple):
            answer, taken = answer
        found.append(answer)
    return found, taken


def test_any_port_is_the_one_after_the_latest_of_its_protocol():
    found, taken = asked((ANY, "tcp", (0, 0)), (ANY, "tcp", (0, 0)), (ANY, "udp", (0, 0)))
    assert found == [32768, 32769, 32768]
    free = give_back(taken, ANY, "tcp", 32768)
    assert request(free, ANY, "tcp", (0, 0), wildcard=True)[0] == 32770


def test_a_range_is_used_up_and_then_there_is_none():
    assert asked(*[(ANY, "tcp", (80, 82))] * 4)[0] == [80, 81, 82, None]


def test_a_range_starts_again_where_a_port_became_free():
    _, taken = asked(*[(ANY, "tcp", (80, 82))] * 3)
    assert request(give_back(taken, ANY, "tcp", 81), ANY, "tcp", (80, 82), wildcard=True)[0] == 81


def test_a_port_of_ones_own_choice_is_had_once():
    assert asked((ANY, "tcp", (80, 80)), (ANY, "tcp", (80, 80)), (ANY, "udp", (80, 80)))[0] == [80, Conflict(ANY, 80), 80]


def test_since_28_every_address_includes_each_address():
    wanted = [("192.0.2.10", "tcp", (80, 80)), (ANY, "tcp", (80, 80)), ("127.0.0.1", "tcp", (80, 80))]
    assert asked(*wanted)[0] == [80, Conflict("192.0.2.10", 80), 80]
    assert asked(*wanted, wildcard=False)[0] == [80, 80, 80]
    assert asked(*wanted[1:])[0] == [80, Conflict(ANY, 80)]


def test_the_whole_dynamic_range_can_be_given_away():
    first, last = ports.DYNAMIC
    taken = Ports(frozenset((ANY, "tcp", port) for port in range(first, last + 1)))
    assert request(taken, ANY, "tcp", (0, 0), wildcard=True) is None
