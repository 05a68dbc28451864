"""The trace of a fault's question names what the fault broke."""

from contextlib import suppress
from pathlib import Path

import pytest
from faulty import RELEASES, standard, strike

from pynetlab import Lab, PynetlabError
from pynetlab.faults import FAULTS
from pynetlab.model import Outcome
from pynetlab.replay import Scenario
from pynetlab.verbs.faults import possible

BRIDGE = "br-9202a94c871b"
NAMED = {
    "link-down": f"Nobody on the wire of {BRIDGE} answers when host asks by ARP who has 172.18.0.2 "
    f"(route 172.18.0.0/16 dev {BRIDGE} src 172.18.0.1): eth0 of web has it, and is down.",
    "cable-pulled": "eth0 of web has it, and its cable, veth815c8ee of host, is plugged into no bridge.",
    "ip-forward-off": "host got a packet for 192.0.2.99, but it is no router: net.ipv4.ip_forward = 0.",
    "wrong-gateway": "who has 172.18.255.254 (route default via 172.18.255.254 dev eth0): nobody in the lab has it.",
    "wrong-netmask": "web has no route to 192.0.2.99.",
    "duplicate-address": "db answered, and saw the question come from 172.18.0.3.",
    "mtu-too-small": "Its 1500 bytes do not fit eth0 on web (mtu 576), and it may not be cut.",
    "rate-limit": "tbf rate 1mbit burst 10kb limit 20kb",
    "rule-deleted": {
        "29.7": f"Rule 2 of DOCKER in table filter on host drops it: ! -i {BRIDGE} -o {BRIDGE} -j DROP.",
        "20.10": "No rule of FORWARD in table filter on host accepts it, and the chain's policy is DROP.",
    },
    "rule-inserted": "Rule 1 of DOCKER-USER in table filter on host drops it: -d 172.18.0.2/32 -j DROP.",
    "nat-flushed": "The question arrived, but not its answer: outside has no route to 172.18.0.3.",
    "packet-loss": "Ask again: rule 1 of PREROUTING in table raw on web takes only some of the packets.",
    "dns-broken": "who has 192.0.2.53 (route 192.0.2.0/24 dev eth0 src 192.0.2.10): nobody in the lab has it.",
    "proxy-killed": "Nobody listens on tcp port 8080 of 127.0.0.1 in host.",
}


OUTCOMES = {
    "link-down": Outcome.UNRESOLVED,
    "cable-pulled": Outcome.UNRESOLVED,
    "ip-forward-off": Outcome.NOT_FORWARDED,
    "wrong-gateway": Outcome.UNRESOLVED,
    "wrong-netmask": Outcome.NO_ROUTE,
    "duplicate-address": Outcome.DELIVERED,
    "mtu-too-small": Outcome.MTU,
    "rate-limit": None,
    "rule-deleted": {"29.7": Outcome.DROPPED, "20.10": Outcome.POLICY},
    "rule-inserted": Outcome.DROPPED,
    "nat-flushed": Outcome.NO_ROUTE,
    "packet-loss": None,
    "dns-broken": Outcome.UNRESOLVED,
    "proxy-killed": Outcome.REFUSED,
}


def of(table, name, release):
    return table[name][release] if isinstance(table[name], dict) else table[name]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", FAULTS)
def test_the_trace_names_what_a_fault_broke(release, name):
    words = of(NAMED, name, release)
    with standard(release) as lab:
        with strike(lab, name) as fault:
            found = lab.trace(fault.question).trace
        whole = lab.trace(fault.question).trace
    assert fault.outcome is of(OUTCOMES, name, release)
    assert found.outcome is (fault.outcome or Outcome.DELIVERED)
    causes = [str(step.cause.text) for _, step in found.steps() if step.cause]
    assert any(words in text for text in (found.why, found.remedy, *causes)), found.why
    if name != "dns-broken":  # its question goes to the server that the fault named
        assert whole.outcome is Outcome.DELIVERED
        assert not any(words in text for text in (whole.why, whole.remedy))


SCENARIOS = sorted((Path(__file__).parents[2] / "oracle" / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_in_any_lab_a_fault_is_undone_and_its_question_shows_it(path):
    """The labs of the records: macvlans, internal networks, no userland proxy, no iptables, containers that share a network."""
    scenario = Scenario.read(path)
    with Lab("29.7") as lab:
        with suppress(PynetlabError):
            lab.start(*scenario.daemon)
        for line in scenario.commands:
            with suppress(PynetlabError):
                lab.docker(line)
        before = lab.state()
        names = {container.netns: name for name, container in lab.containers.items()}
        for kind, at in list(possible(lab, before)):
            with lab.fault(kind.name, "" if kind.of_host else names[at.netns]) as fault:
                assert lab.state() != before
                told = lab.trace(fault.question).trace if fault.question else None
            assert lab.state() == before, kind.name
            if told:
                assert told.outcome is (fault.outcome or Outcome.DELIVERED)
                if kind.name != "dns-broken":
                    assert lab.trace(fault.question).trace.outcome is Outcome.DELIVERED
                assert fault.outcome is not None or kind.by_chance
