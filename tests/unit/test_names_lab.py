"""A lab is asked for names: what containers are called, where, and what comes of a question, release by release."""

import pytest

from pynetlab import Lab
from pynetlab.engine.releases import RELEASES
from pynetlab.errors import KernelError, SpecError

ALL = tuple(RELEASES)
LATER = ALL[1:]


@pytest.fixture(params=ALL)
def lab(request):
    opened = Lab(request.param, mode="sim")
    opened.start()
    opened.docker("docker network create front")
    opened.docker("docker run -d --name web --network front --hostname www --network-alias site --network-alias w img")
    opened.docker("docker run -d --name db --network front --network-alias site img")
    return opened


def said(lab, asker, name, kind="A", **how):
    found = lab.resolve(asker, name, kind, **how)
    return found.reply.status if found.reply and not found.addresses else found.addresses or found.result


def test_a_container_is_called_by_its_name_aliases_short_id_and_hostname(lab):
    short = lab.containers["web"].short
    for name in ("web", "w", short, "www", "WEB", "web.front", "w.front", "web."):
        assert said(lab, "db", name) == ("172.18.0.2",)
    assert said(lab, "db", "site") == ("172.18.0.2", "172.18.0.3")  # in their own order; Docker shuffles


def test_a_ptr_record_gives_the_first_name_and_the_network(lab):
    assert said(lab, "db", "172.18.0.2", "PTR") == ("web.front.",)
    assert said(lab, "db", "2.0.18.172.in-addr.arpa", "PTR") == ("web.front.",)


def test_a_known_name_has_no_ipv6_address_and_no_mail_server(lab):
    assert (said(lab, "db", "web", "AAAA"), said(lab, "db", "web", "MX")) == ("NOERROR", "NOERROR")


def test_what_is_known_nowhere_is_asked_outside_where_nobody_answers(lab):
    nothing = "timeout" if lab.release == "20.10" else "SERVFAIL"
    for name, kind in (("nobody", "A"), ("web.back", "A"), ("nobody", "MX"), ("web", "TXT"), ("_http._tcp.web", "SRV")):
        assert said(lab, "db", name, kind) == nothing
    assert said(lab, "db", "example.org", "PTR") == nothing


def test_the_records_have_the_recorded_time_to_live(lab):
    assert str(lab.resolve("db", "web")) == "web A @127.0.0.11/udp: NOERROR\nweb. 600 IN A 172.18.0.2"
    assert str(lab.resolve("web", "gone", server="192.0.2.10")) == "gone A @192.0.2.10/udp: refused, no reply"


def test_a_link_is_a_name_for_its_own_container_alone_and_hides_others(lab):
    lab.docker("docker run -d --name app --network front --link db:web --link web:frontend img")
    assert said(lab, "app", "web") == ("172.18.0.3",)
    assert said(lab, "app", "frontend") == ("172.18.0.2",)
    assert said(lab, "db", "web") == ("172.18.0.2",)
    assert said(lab, "db", "frontend") in ("timeout", "SERVFAIL")


def test_a_name_goes_with_its_container_and_comes_back_with_another_address(lab):
    lab.docker("docker stop web")
    assert said(lab, "db", "web") in ("timeout", "SERVFAIL")
    lab.docker("docker run -d --name thief --network front img")
    lab.docker("docker start web")
    assert said(lab, "db", "web") == ("172.18.0.4",)
    assert said(lab, "db", "172.18.0.2", "PTR") == ("thief.front.",)
    lab.docker("docker rm -f web db thief")
    assert lab.state()["host"].zones == {}
    lab.docker("docker network rm front")


def test_each_network_is_searched_the_one_that_leads_out_first(lab):
    lab.docker("docker network create back")
    lab.docker("docker network connect back db")
    lab.docker("docker run -d --name web2 --network back --network-alias web img")
    assert said(lab, "db", "web") == ("172.19.0.3",)  # back comes before front
    assert (said(lab, "db", "web.front"), said(lab, "db", "web.back")) == (("172.18.0.2",), ("172.19.0.3",))
    lab.docker("docker network disconnect back db")
    assert said(lab, "db", "web") == ("172.18.0.2",)
    lab.docker("docker network disconnect front db")
    assert said(lab, "db", "web") in ("timeout", "SERVFAIL")
    lab.docker("docker network connect front db")  # the service was never away
    assert said(lab, "db", "web") == ("172.18.0.2",)


def test_a_container_that_nobody_named_has_its_own_name_only_later(lab):
    lab.docker("docker run -d --network front img")
    name, short = next((each.name, each.short) for each in lab.containers.values() if not each.spec.name)
    assert said(lab, "db", short) == ("172.18.0.4",)
    assert said(lab, "db", name) == (("172.18.0.4",) if lab.release != "20.10" else "timeout")
    assert said(lab, "db", "172.18.0.4", "PTR") == ((f"{name}.front.",) if lab.release != "20.10" else (f"{short}.front.",))


def test_a_container_that_is_renamed_is_called_otherwise_at_once(lab):
    lab.docker("docker rename web shop")
    assert (said(lab, "db", "shop"), said(lab, "db", "site")) == (("172.18.0.2",), ("172.18.0.2", "172.18.0.3"))
    assert said(lab, "db", "172.18.0.2", "PTR") == ("shop.front.",)
    assert said(lab, "db", "web") in ("timeout", "SERVFAIL")


def test_the_default_bridge_has_no_name_service(lab):
    lab.docker("docker run -d --name plain img")
    assert lab.state()["plain"].resolver is None
    assert said(lab, "plain", "web", server="127.0.0.11") == "refused"
    assert said(lab, "plain", "web") == "timeout"  # of 8.8.8.8, which is nowhere in the lab


def test_what_the_host_cannot_answer_is_asked_of_the_hosts_own_server(lab):
    lab.name_server({"example.org": "203.0.113.80"}, "host", ip="127.0.0.1")
    assert said(lab, "web", "example.org") == ("203.0.113.80",)
    assert said(lab, "web", "nobody.example.org") == "NXDOMAIN"
    assert said(lab, "web", "web") == ("172.18.0.2",)
    with pytest.raises(KernelError):
        lab.name_server({}, "host")


def test_only_the_oldest_asks_the_hosts_server_for_a_container_of_an_internal_network(lab):
    lab.name_server({"example.org": "203.0.113.80"}, "host", ip="127.0.0.1")
    lab.docker("docker network create --internal vault")
    lab.docker("docker run -d --name safe --network vault img")
    assert said(lab, "safe", "example.org") == (("203.0.113.80",) if lab.release == "20.10" else "SERVFAIL")
    lab.docker("docker network connect front safe")
    assert said(lab, "safe", "example.org") == ("203.0.113.80",)


def test_a_server_that_the_container_names_is_asked_from_the_container(lab):
    lab.name_server({"example.org": "203.0.113.80"})
    lab.docker("docker run -d --name own --network front --dns 127.0.0.1 --dns 192.0.2.99 img")
    assert said(lab, "own", "example.org") == ("203.0.113.80",)  # its own 127.0.0.1 refuses
    lab.docker("docker run -d --name four --network front --dns 8.8.8.1 --dns 127.0.0.1 --dns 127.0.0.1 --dns 192.0.2.99 img")
    assert said(lab, "four", "example.org") in ("timeout", "SERVFAIL")  # of four only three are asked


def test_with_ndots_a_name_without_a_dot_is_not_asked_outside(lab):
    lab.name_server({"solo": "203.0.113.80", "a.b": "203.0.113.81"}, "host", ip="127.0.0.1")
    lab.docker("docker run -d --name dotty --network front --dns-option ndots:1 --dns 192.0.2.10 img")
    assert said(lab, "web", "solo") == ("203.0.113.80",)
    assert said(lab, "dotty", "solo") == "NOERROR"
    assert said(lab, "dotty", "web") == ("172.18.0.2",)


def test_a_silent_server_outside_takes_four_seconds(lab):
    lab.docker("docker run -d --name slow --network front --dns 198.51.100.1 img")
    nothing = "timeout" if lab.release == "20.10" else "SERVFAIL"
    assert (said(lab, "slow", "x.y"), said(lab, "slow", "x.y", patience=3.9)) == (nothing, "timeout")


def test_many_addresses_are_cut_to_what_the_asker_takes(lab):
    for number in range(40):
        lab.docker(f"docker run -d --name c{number} --network front --network-alias crowd img")
    udp, wide, tcp = (lab.resolve("web", "crowd", **how) for how in ({}, {"room": 4096}, {"proto": "tcp"}))
    # 20.10 writes the name in full in each record; later releases point to the question
    assert (len(udp.addresses), udp.reply.truncated) == ((23, True) if lab.release == "20.10" else (30, True))
    assert len(wide.addresses) == len(tcp.addresses) == 40
    assert not wide.reply.truncated
    assert not tcp.reply.truncated
    assert "NOERROR, truncated" in str(udp)


def test_without_the_rules_nobody_waits_on_port_53(lab):
    lab.kernel.sh("web", "iptables -t nat -F OUTPUT")
    assert said(lab, "web", "db") == "refused"
    assert said(lab, "db", "web") == ("172.18.0.2",)


def test_a_container_in_anothers_namespace_asks_the_same_service(lab):
    lab.docker("docker run -d --name side --network container:web img")
    assert said(lab, "side", "db") == ("172.18.0.3",)
    assert said(lab, "host", "db", server="127.0.0.11") == "refused"


def test_host_gateway_is_the_host_on_the_default_bridge(lab):
    lab.docker("docker run -d --name gated --network front --add-host host.docker.internal:host-gateway --hostname a.b img")
    lines = lab.state()["gated"].files["/etc/hosts"].splitlines()
    assert "172.17.0.1\thost.docker.internal" in lines
    assert lines[-1].endswith("\ta.b a")


@pytest.mark.parametrize(
    ("asker", "name", "how", "words"),
    [
        ("nobody", "web", {}, "nobody is called nobody in this lab; there are host, outside, db, web"),
        ("web", "", {}, "no name that can be asked for"),
        ("web", "a..b", {}, "no name that can be asked for"),
        ("web", "x" * 64, {}, "no name that can be asked for"),
        ("web", "db", {"kind": "HINFO2"}, "no type of record is called HINFO2"),
        ("web", "db", {"server": "db"}, "'db' is no IPv4 address"),
        ("web", "db", {"proto": "sctp"}, "not over sctp"),
        ("web", "1.2.3", {"kind": "PTR"}, "'1.2.3' is no IPv4 address"),
        ("web", "db", {"patience": 0}, "patience"),
    ],
)
def test_a_question_that_cannot_be_asked_gets_one_sentence(asker, name, how, words):
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.run("web")
        lab.run("db")
        before = lab.state()
        with pytest.raises(SpecError, match=words):
            lab.resolve(asker, name, **how)
        lab.docker("docker stop web")
        with pytest.raises(SpecError, match="web does not run"):
            lab.resolve("web", "db")
        lab.docker("docker start web")
        assert lab.state()["db"] == before["db"]


def test_a_thousand_joins_cost_a_message_or_two_each():
    lab = Lab("29.7", mode="sim")
    lab.start()
    lab.docker("docker network create front")
    lab.docker("docker run -d --name first --network front img")
    one = len(lab.history)
    for number in range(20):
        lab.docker(f"docker run -d --name c{number} --network front img")
    twenty = len(lab.history)
    lab.docker("docker run -d --name last --network front img")
    assert (twenty - one) / 20 == len(lab.history) - twenty
