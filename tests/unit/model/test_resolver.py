"""What a name server answers from what it was told, and how large its replies may be."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from pynetlab.live.dns_wire import encoded, parsed, question
from pynetlab.model import DnsQuery, DnsReply, Manners, Netns, Resolver, Scope, State, Upstream, difference
from pynetlab.model.dns import DnsRecord, fitting, reverse_name
from pynetlab.model.resolver import Forward, Silence, decide, forward

ANN, BOB = IPv4Address("10.0.0.2"), IPv4Address("10.0.1.3")
ZONES = {"front": {ANN: ("ann", "Site"), BOB: ("bob", "a.b")}, "b.c": {BOB: ("ann",)}}
ASKED = Resolver(1, 2, scopes=(Scope("front"), Scope("b.c", (("db", "ann"),))), upstream=tuple(Upstream(f"9.9.9.{n}") for n in range(5)))
OLD = replace(ASKED, manners=Manners(silent=True, compresses=False))


def found(name, kind="A", resolver=ASKED, zones=ZONES):
    said = decide(resolver, zones, DnsQuery(name, kind))
    return [record.data for record in said.records] if isinstance(said, DnsReply) else said


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("ann", [ANN]),
        ("SITE", [ANN]),
        ("ann.front", [ANN]),
        ("ann.b.c", [BOB]),
        ("a.b", [BOB]),
        ("a.b.front", [BOB]),
        ("db", [BOB]),
        ("db.b.c", [BOB]),
    ],
)
def test_a_name_is_looked_for_whole_then_with_its_end_as_a_network(name, addresses):
    assert found(name) == [str(each) for each in addresses]


@pytest.mark.parametrize("name", ["nobody", "ann.FRONT", "DB", "db.front", "front", "ann.b", "ann.front.b.c"])
def test_what_is_not_known_is_asked_of_three_others_at_most(name):
    assert found(name) == Forward(ASKED.upstream[:3])


def test_a_reverse_name_leads_to_a_name_only_if_it_is_whole():
    assert found(reverse_name(ANN), "PTR") == ["ann.front."]
    for name in (reverse_name(ANN) + ".", "x." + reverse_name(ANN), "2.0.0.10.IN-ADDR.ARPA", "0.0.10.in-addr.arpa", "ann"):
        assert isinstance(found(name, "PTR"), Forward)
    assert isinstance(found("ann", "PTR", OLD), Silence)
    assert isinstance(found("1.0.0.10.in-addr.arpa", "PTR", OLD), Forward)
    assert isinstance(found("1.ip6.arpa", "PTR", OLD), Forward)


def test_one_who_may_not_ask_from_the_host_asks_the_rest():
    inside, outside = Upstream("10.0.0.9"), Upstream("10.0.3.4", from_host=True)
    assert replace(ASKED, upstream=(outside, inside), forwards=False).asks == (inside,)
    assert replace(ASKED, upstream=(outside, inside)).asks == (outside, inside)


def outcome(manners, *replies):
    asking, told = forward(manners, [Upstream(str(number)) for number in range(len(replies))]), iter(replies)
    try:
        next(asking)
        while True:
            asking.send(next(told))
    except StopIteration as end:
        return end.value


GOOD, FAILED, NOWHERE, REFUSED, ODD = (DnsReply(code) for code in (0, 2, 3, 5, 4))
SURE = replace(NOWHERE, authoritative=True)


def test_which_reply_from_outside_is_passed_back_changed_after_20_10():
    new, old = Manners(), OLD.manners
    assert [outcome(manners, FAILED, REFUSED, None, GOOD) for manners in (new, old)] == [GOOD, GOOD]
    assert [outcome(manners, NOWHERE, GOOD) for manners in (new, old)] == [NOWHERE, GOOD]
    assert [outcome(manners, SURE, GOOD) for manners in (new, old)] == [SURE, SURE]
    assert [outcome(manners, ODD, GOOD) for manners in (new, old)] == [ODD, GOOD]
    nothing = DnsReply(2, recursion=False)
    assert [outcome(manners, None) for manners in (new, old)] == [nothing, Silence()]
    assert [outcome(manners, None, REFUSED) for manners in (new, old)] == [nothing, REFUSED]
    assert [outcome(manners, REFUSED, None) for manners in (new, old)] == [nothing, Silence()]
    assert [outcome(manners) for manners in (new, old)] == [nothing, Silence()]


@pytest.mark.parametrize("name", ["a", "crowd", "some.rather.long.name.of.a.service"])
@pytest.mark.parametrize("room", [0, 100, 512, 600, 1232])
def test_a_reply_is_as_large_as_it_may_be_and_not_larger(name, room):
    query, records = DnsQuery(name, room=room), tuple(DnsRecord(name, "A", f"10.0.{n // 250}.{n % 250}") for n in range(200))
    said = fitting(DnsReply(records=records), query, compress=True)
    message, read = parsed(question(query).to_wire(), "udp")
    assert (read, said.truncated) == (query, True)
    sizes = [len(encoded(message, replace(said, records=records[:count]))) for count in (len(said.records), len(said.records) + 1)]
    assert sizes[0] <= query.largest < sizes[1]
    assert fitting(DnsReply(records=records), replace(query, proto="tcp"), compress=True).records == records


def test_records_stay_whole_where_shorter_names_make_them_fit():
    records = tuple(DnsRecord("crowd", "A", f"10.0.0.{n}") for n in range(28))
    new, old = (fitting(DnsReply(records=records), DnsQuery("crowd"), compress=compress) for compress in (True, False))
    assert (len(new.records), new.truncated) == (28, False)
    assert (len(old.records), old.truncated) == (23, True)


def test_names_and_resolvers_that_come_and_go_are_told():
    before = State({"host": Netns("host", zones={"front": {ANN: ("ann",)}})})
    after = State({"host": Netns("host", zones={"front": {ANN: ("ann", "a")}}, resolver=replace(ASKED, upstream=()))})
    assert sorted(map(str, difference(before, after))) == [
        "+ host: name front: 10.0.0.2 is ann, a",
        "+ host: resolver 127.0.0.11 knows front, b.c, asks nobody",
        "- host: name front: 10.0.0.2 is ann",
    ]
