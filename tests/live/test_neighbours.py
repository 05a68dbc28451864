"""Whom a machine asks for by ARP, as its frames tell, with bytes that scapy makes."""

from ipaddress import IPv4Address

import pytest
from scapy.layers.l2 import ARP, Ether

from pynetlab.live.instruments import Tap
from pynetlab.live.neighbours import asked

ASKS = bytes(Ether(dst="ff:ff:ff:ff:ff:ff") / ARP(op="who-has", psrc="10.0.0.1", pdst="10.0.0.2"))
ANSWERS = bytes(Ether(dst="02:00:00:00:00:01") / ARP(op="is-at", psrc="10.0.0.2", pdst="10.0.0.1"))


@pytest.mark.parametrize(
    ("frames", "vain"),
    [
        ([(ASKS, True)], {"10.0.0.2"}),
        ([(ASKS, True), (ANSWERS, False)], set()),
        ([(ASKS, False), (ASKS, True)], set()),  # a bridge passes on what somebody else asks
        ([(ASKS, False), (ANSWERS, True)], set()),
        ([(ASKS[:20], True), (b"", True)], set()),
    ],
    ids=["asks", "is answered", "passes on", "answers", "cut"],
)
def test_who_is_asked_for_in_vain(frames, vain):
    taps = [Tap(at, "host", "eth0", sent, frame) for at, (frame, sent) in enumerate(frames)]
    assert asked(taps) == {IPv4Address(ip) for ip in vain}
