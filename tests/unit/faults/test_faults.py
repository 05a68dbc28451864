"""Faults in the simulated kernel: what each changes, that it is undone exactly, and what is said of one that cannot be."""

import itertools
import re

import pytest
from faulty import RELEASES, expected, standard, strike

from pynetlab import Lab, SpecError
from pynetlab.faults import FAULTS
from pynetlab.model import difference


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_what_it_says_and_nothing_else_and_is_undone(release, name):
    with standard(release) as lab:
        before, history = lab.state(), len(lab.history)
        wanted = expected(lab, name)
        fault = strike(lab, name)
        assert list(map(str, difference(before, lab.state()))) == wanted
        assert lab.state() == fault.after != before
        assert fault.undo() == "Undone: what the fault changed is as it was."
        assert lab.state() == before
        assert len(lab.history) == history
        assert fault.undo() == "Undone already: nothing changes."


def test_two_faults_are_undone_in_any_order_or_the_later_one_has_to_go_first():
    refused = 0
    with standard("29.7") as lab:
        before = lab.state()
        for first, second in itertools.permutations(FAULTS, 2):
            one = strike(lab, first)
            try:
                other = strike(lab, second)
            except SpecError:  # the first leaves nothing for it to break
                one.undo()
                continue
            both, said = lab.state(), tried(one)
            other_first = said.startswith("a later fault")
            if other_first:
                refused += 1
                assert re.fullmatch(r"a later fault changed .+ too: undo that one first", said)
                assert lab.state() == both
            other.undo()
            if other_first:
                one.undo()
            assert difference(before, lab.state()) == (), (first, second)
            assert lab.state() == before
    assert refused == 9


def tried(fault):
    try:
        return fault.undo()
    except SpecError as error:
        return str(error)


COMMANDS = (
    "run -d --name other --network front -p 81:80 nginx",
    "network create back",
    "rm -f web",
    "rm -f db",
    "restart web",
    "network disconnect front web",
)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_docker_did_meanwhile_stays_and_what_is_gone_is_not_put_back(release, command):
    with standard(release) as untouched:
        untouched.docker(f"docker {command}")
        wanted = untouched.state()
    for name in FAULTS:
        with standard(release) as lab:
            fault = strike(lab, name)
            lab.docker(f"docker {command}")
            said = fault.undo()
            assert difference(wanted, lab.state()) == (), (name, said)
            assert lab.state() == wanted
            assert ("gone" in said or "nobody wants" in said or "changed since" in said) == (said[:12] == "Undone, as f")
            if command == "rm -f web" and not FAULTS[name].of_host:
                assert ("gone" in said or "nobody wants" in said or "changed since" in said) == (
                    name not in ("rule-inserted", "duplicate-address")
                )


def test_what_was_changed_since_stays_as_it_is():
    with standard("29.7") as lab:
        fault = strike(lab, "wrong-gateway")
        lab.kernel.sh("web", "ip route del default via 172.18.255.254 dev eth0\nip route add default via 172.18.0.9 dev eth0")
        assert fault.undo() == "Undone, as far as it can be: the route to 0.0.0.0/0 in web was changed since, and stays as it is."
        assert str(lab.state()["web"].routes[0]) == "default via 172.18.0.9 dev eth0"


def test_a_refused_way_back_is_told_and_the_rest_is_put_back():
    with standard("29.7") as lab:
        before = lab.state()
        fault = strike(lab, "link-down")
        lab.docker("docker network create back")
        lab.docker("docker network connect back web")
        said = fault.undo()
        assert said == (
            "Undone, as far as it can be: ip -n web route add default via 172.18.0.1 dev eth0: File exists, so this was not put back."
        )
        assert lab.state()["web"].links["eth0"] == before["web"].links["eth0"]


def test_a_fault_ends_with_its_block_also_when_that_fails():
    with standard("29.7") as lab:
        before = lab.state()
        with strike(lab, "link-down") as fault:
            assert not lab.state()["web"].links["eth0"].up
        assert lab.state() == before
        assert fault.undone
        with pytest.raises(ZeroDivisionError), strike(lab, "cable-pulled"):
            raise ZeroDivisionError
        assert lab.state() == before


def test_the_cause_is_told_only_on_request():
    with standard("29.7") as lab:
        fault = lab.fault("link-down", "web")
        assert str(fault) == (
            "link-down at web. What one notices: Nobody reaches web, and web reaches nobody. Its cause is told by reveal()."
        )
        assert repr(fault.reveal()) == (
            "link-down at web. What one notices: Nobody reaches web, and web reaches nobody. "
            "The cause: eth0 of web is switched off, and the routes over it are gone."
        )
        fault.undo()
        assert str(fault).startswith("link-down at web (undone).")


def test_a_drawn_fault_is_the_same_for_the_same_seed_and_hides_its_name():
    drawn = set()
    for seed in range(15):
        with standard("29.7") as lab, standard("29.7") as other:
            before = lab.state()
            fault = lab.fault("any", seed=seed)
            assert str(fault).startswith("A fault. What one notices: ")
            assert fault.name not in str(fault)
            assert fault.cause not in repr(fault)
            assert str(fault.reveal()).startswith(f"{fault.name} at {fault.where}. What one notices")
            assert other.fault("any", seed=seed).reveal().cause == fault.cause
            assert lab.state() != before
            fault.undo()
            assert lab.state() == before
            drawn.add(fault.name)
    assert len(drawn) > 5
    with standard("29.7") as lab:
        assert {lab.fault("any", "db", seed=seed).where for seed in range(3)} == {"db"}


def test_options_set_how_strong_a_fault_is():
    with standard("29.7") as lab:
        with lab.fault("mtu-too-small", "web", mtu=1000):
            assert lab.state()["web"].links["eth0"].mtu == 1000
        with lab.fault("packet-loss", "web", probability=0.5):
            assert "--probability 0.5" in str(lab.state()["web"].chain("raw", "PREROUTING").rules[0])
        with lab.fault("rate-limit", "web", rate=64_000, burst=3_000) as fault:
            assert fault.cause.endswith("tbf rate 64kbit burst 3000b limit 6000b.")


REFUSED = [
    (("power-cut",), "there is no fault 'power-cut'; there are link-down, cable-pulled, .*, any"),
    (("link-down",), "link-down strikes a container: name one; there are db, web"),
    (("link-down", "mail"), "no container 'mail' runs in a network of its own; there are db, web"),
    (("link-down", "host"), "no container 'host' runs in a network of its own; there are db, web"),
    (("link-down", "web:eth7"), "web has no device 'eth7'; there are eth0"),
    (("ip-forward-off", "web"), "ip-forward-off is a fault of the host, not of 'web'"),
    (("proxy-killed", "db"), "no userland proxy of the host serves db"),
    (("rule-deleted", "db"), "no rule of the host's filter table lets anybody in to db; publish a port of it"),
    (("link-down", "web", {"mtu": 5}), "link-down has no option 'mtu'; it has none"),
    (("packet-loss", "web", {"loss": 5}), "packet-loss has no option 'loss'; it has probability"),
    (("packet-loss", "web", {"probability": 1.5}), "a probability of 1.5 cannot be: give a number between 0 and 1"),
    (("mtu-too-small", "web", {"mtu": 9000}), "the MTU of eth0 of web is 1500: 9000 is not too small"),
    (("rate-limit", "web", {"rate": 0}), "a rate of 0 bits in a second and a burst of 10240 bytes cannot be"),
    (("rate-limit", "web", {"rate": "1mbit"}), "rate-limit: rate has to be a number, not '1mbit'"),
    (("any", "web", {"mtu": 5}), "any has no option 'mtu'; it has none"),
    (("any", "mail"), "no fault is possible at mail"),
]


@pytest.mark.parametrize(("words", "text"), REFUSED, ids=[text[:40] for _, text in REFUSED])
def test_what_cannot_be_is_told_in_a_sentence_and_nothing_changes(words, text):
    with standard("29.7") as lab:
        before, walks = lab.state(), len(lab.walks)
        options = words[2] if len(words) == 3 else {}
        with pytest.raises(SpecError, match=text):
            lab.fault(*words[:2], **options)
        assert (lab.state(), len(lab.walks)) == (before, walks)


TWICE = {
    "link-down": "eth0 of web is down already",
    "cable-pulled": "the cable of web is plugged into no bridge",
    "ip-forward-off": "net.ipv4.ip_forward of the host is 0 already",
    "wrong-netmask": "eth0 of web leads to no router",
    "duplicate-address": "eth0 of db has 172.18.0.2 already",
    "rate-limit": "veth815c8ee of host is slowed down already: tbf rate 1mbit burst 10kb limit 20kb",
    "rule-deleted": "no rule of the host's filter table lets anybody in to web",
    "nat-flushed": "the host's nat table has no rules",
    "dns-broken": "web asks no name server that could be taken from it",
    "proxy-killed": "no userland proxy of the host serves web",
}


@pytest.mark.parametrize("name", TWICE)
def test_a_fault_that_is_there_cannot_be_brought_in_again(name):
    with standard("29.7") as lab:
        strike(lab, name)
        before = lab.state()
        with pytest.raises(SpecError, match=TWICE[name]):
            strike(lab, name)
        assert lab.state() == before


def test_the_list_says_where_each_is_possible():
    with standard("29.7") as lab:
        before = lab.state()
        rows = {row[0]: row for row in lab.fault().rows}
        assert list(rows) == list(FAULTS)
        assert rows["proxy-killed"][2] == "web"
        assert rows["link-down"][2] == "db, web"
        assert rows["ip-forward-off"][2] == "host"
        assert rows["rate-limit"][1] == "rate=1000000, burst=10240"
        assert lab.state() == before
    with Lab("29.7") as lab:
        assert {row[2] for row in lab.fault().rows} == {""}
        with pytest.raises(SpecError, match="no fault is possible here; run a container that has a network of its own"):
            lab.fault("any")


def test_the_daemon_of_1_2_has_faults_too():
    with Lab("1.2") as lab:
        lab.start()
        lab.run("web", publish=["8080:80"])
        lab.run("db")
        for row in lab.fault().rows:
            if "web" in row[2] or "host" in row[2]:
                before = lab.state()
                with strike(lab, row[0]):
                    assert lab.state() != before
                assert lab.state() == before
        with lab.fault("rule-deleted", "web") as fault:
            assert fault.question is None  # the daemon of 1.2 lets in what no rule keeps out
        lab.fault("proxy-killed", "web")
        lab.stop("web")
        assert list(lab.containers) == ["db"]


def test_every_sentence_is_one():
    for kind in FAULTS.values():
        assert re.fullmatch(r"[A-Z].*\.", kind.noticed("a container"))
    with standard("29.7") as lab:
        for name in FAULTS:
            with strike(lab, name) as fault:
                assert re.fullmatch(r"[/A-Za-z].*\.", fault.cause)
                for taken in fault.walk.taken:
                    assert len(taken.event.why) > 15
                    assert taken.event.why.endswith(".")
