"""The trace of a fault's question names what the fault broke."""

import pytest
from faulty import RELEASES, standard, strike

from pynetlab.faults import FAULTS
from pynetlab.model import Outcome

BRIDGE = "br-9202a94c871b"
NAMED = {
    "link-down": f"Nobody on the wire of {BRIDGE} answers when host asks by ARP who has 172.18.0.2 "
    f"(route 172.18.0.0/16 dev {BRIDGE} src 172.18.0.1): eth0 of web has it, and is down.",
    "cable-pulled": "eth0 of web has it, and its cable, veth815c8ee of host, is plugged into no bridge.",
    "ip-forward-off": "host got a packet for 192.0.2.99, but it is no router: net.ipv4.ip_forward = 0.",
    "wrong-gateway": "who has 172.18.255.254 (route default via 172.18.255.254 dev eth0): nobody in the lab has it.",
    "wrong-netmask": "web has no route to 192.0.2.99.",
    "duplicate-address": "db answered, and saw the question come from 172.18.0.2.",
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


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", FAULTS)
def test_the_trace_names_what_a_fault_broke(release, name):
    words = NAMED[name][release] if isinstance(NAMED[name], dict) else NAMED[name]
    with standard(release) as lab:
        with strike(lab, name) as fault:
            found = lab.trace(fault.question)
        whole = lab.trace(fault.question)
    assert found.trace.outcome is (fault.outcome or Outcome.DELIVERED)
    causes = [str(step.cause.text) for _, step in found.trace.steps() if step.cause]
    assert any(words in text for text in (found.trace.why, found.trace.remedy, *causes)), found.trace.why
    if name != "dns-broken":  # its question goes to the server that the fault named
        assert whole.trace.outcome is Outcome.DELIVERED
        assert not any(words in text for text in (whole.trace.why, whole.trace.remedy))


def test_each_fault_that_ends_a_packet_says_how():
    with standard("29.7") as lab:
        told = {name: strike(lab, name) for name in ("link-down", "packet-loss", "rate-limit")}
        assert told["link-down"].outcome is Outcome.UNRESOLVED
        assert told["packet-loss"].outcome is told["rate-limit"].outcome is None
