"""Which packet is which, of frames that scapy makes."""

from ipaddress import IPv4Address

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether

from pynetlab.live.conversation import legs, sorted_frames
from pynetlab.live.instruments import Tap
from pynetlab.live.observe import Evidence, Sightings
from pynetlab.model import Answer, Netns, Probe, State

CLIENT, HOST, WEB = "172.17.0.3", "172.17.0.1", "172.17.0.2"


def syn(netns, device, ends, ports, seq):
    (src, dst), (sport, dport) = ends, ports
    frame = Ether() / IP(src=src, dst=dst, id=seq) / TCP(sport=sport, dport=dport, flags="S", seq=seq)
    return Tap(seq, netns, device, sent=True, frame=bytes(frame))


def test_a_proxy_may_ask_from_the_port_that_its_client_has():
    """The kernel draws both: of some ten thousand questions one has the same."""
    state = State({name: Netns(name) for name in ("client", "host", "web")})
    taps = syn("client", "eth0", (CLIENT, HOST), (40000, 8080), 7), syn("host", "docker0", (HOST, WEB), (40000, 80), 9)
    seen = Sightings(taps, relayed={("host", 40000): 40000})
    evidence = Evidence(Probe("client", "tcp", IPv4Address(HOST), 8080), Answer("timeout"), 40000, seen)
    assert [leg.name for leg in legs(evidence, sorted_frames(seen, state), state)] == ["request", "proxy request"]
