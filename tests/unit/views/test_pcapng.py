"""A capture is a file that others read: scapy's own reader finds each interface, and each packet with right checksums."""

from ipaddress import IPv4Address

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import RawPcapNgReader

from pynetlab.model import Frame, Packet
from pynetlab.views.pcapng import built, pcapng

HERE, THERE = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2")
SYN = Packet(HERE, THERE, "tcp", 40000, 80, flags="SYN", dont_fragment=True, ttl=63)
PACKETS = (
    SYN,
    Packet(THERE, HERE, "tcp", 80, 40000, flags="SYN,ACK"),
    Packet(THERE, HERE, "tcp", 80, 40000, flags="RST,ACK", size=40),
    Packet(HERE, THERE, "udp", 40000, 53, size=60),
    Packet(HERE, THERE, "icmp", icmp=(8, 0), ident=7, size=84),
    Packet(THERE, HERE, "icmp", icmp=(3, 3), inner=SYN, size=56),
    Packet(HERE, THERE, "47", size=30),
)


def frame(packet, device="eth0", *, sent=True, at=0):
    return Frame(at, "web", device, sent, packet, "02:00:00:00:00:01", "02:00:00:00:00:02", note="request")


@pytest.mark.parametrize("packet", PACKETS, ids=str)
def test_the_bytes_say_what_the_record_says(packet):
    found = Ether(built(frame(packet)))
    assert (found.src, found.dst) == ("02:00:00:00:00:01", "02:00:00:00:00:02")
    ip = found[IP]
    assert (ip.src, ip.dst, ip.ttl, str(ip.flags)) == (str(packet.src), str(packet.dst), packet.ttl, "DF" if packet.dont_fragment else "")
    assert len(ip) == packet.size
    fresh = IP(bytes(ip))
    del fresh.chksum
    assert IP(bytes(fresh)).chksum == ip.chksum
    if packet.proto in ("tcp", "udp"):
        part = ip[TCP if packet.proto == "tcp" else UDP]
        assert (part.sport, part.dport) == (packet.sport, packet.dport)
    if packet.proto == "tcp":
        assert str(ip[TCP].flags) == "".join(name[0] for name in packet.flags.split(","))
    if packet.icmp:
        assert (ip[ICMP].type, ip[ICMP].code) == packet.icmp


def test_each_device_is_an_interface_of_the_file(tmp_path):
    frames = [frame(SYN), frame(SYN, "veth0", sent=False, at=1000), frame(PACKETS[1], at=2000)]
    path = tmp_path / "seen.pcapng"
    path.write_bytes(pcapng(frames))
    with RawPcapNgReader(str(path)) as reader:
        found = list(reader)
        names = [options["name"] for _, _, options in reader.interfaces]
    assert [data for data, _ in found] == [built(each) for each in frames]
    assert [name.decode() for name in names] == ["web eth0", "web veth0"]
    assert [meta.ifname for _, meta in found] == [b"web eth0", b"web veth0", b"web eth0"]
    assert [meta.comments for _, meta in found] == [[b"request"]] * 3


def test_bytes_that_passed_for_real_stay_as_they_are():
    data = bytes(range(60))
    assert data in pcapng([Frame(0, "web", "eth0", sent=True, data=data)])
