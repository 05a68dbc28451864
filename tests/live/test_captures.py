"""Captures, in both kernels: what passes a device while somebody looks, and all that a trace crossed."""

import pytest
from scapy.layers.l2 import Ether
from scapy.utils import RawPcapNgReader

from pynetlab import Lab
from pynetlab.errors import SpecError


@pytest.fixture(params=["sim", pytest.param("live", marks=pytest.mark.live)])
def lab(request):
    if request.param == "live":
        request.getfixturevalue("live")
    with Lab("28.5", mode=request.param) as made:
        made.start()
        made.docker("docker run -d --name web -p 8080:80 nginx")
        yield made


def opening(capture):
    """Leave out what the two kernels do not both show: ARP, IGMP, and the rest of a connection."""
    return [
        (frame.sent, frame.packet.flags or frame.packet.icmp, str(frame.packet.src), str(frame.packet.dst))
        for frame in capture.frames
        if frame.packet and frame.packet.proto in ("tcp", "icmp") and frame.packet.flags in ("", "SYN", "SYN,ACK")
    ]


def test_what_passes_a_device_is_recorded_while_one_looks(lab, tmp_path):
    lab.curl("outside -> host:8080")
    with lab.capture("docker0") as seen:
        lab.curl("outside -> host:8080")
        lab.ping("web -> outside")
        lab.trace("web -> outside")
    lab.curl("outside -> host:8080")
    ping = [(False, (8, 0), "172.17.0.2", "192.0.2.99"), (True, (0, 0), "192.0.2.99", "172.17.0.2")]
    syn = [(True, "SYN", "192.0.2.99", "172.17.0.2"), (False, "SYN,ACK", "172.17.0.2", "192.0.2.99")]
    assert opening(seen) == [*syn, *ping, *ping]
    assert "docker0 of host sends tcp SYN" in repr(seen)
    with RawPcapNgReader(str(seen.write(tmp_path / "docker0.pcapng"))) as reader:
        assert len(list(reader)) == len(seen.frames)


def test_a_trace_is_a_file_with_an_interface_for_each_device(lab, tmp_path):
    path = lab.save("outside -> host:8080", tmp_path / "trace.pcapng")
    with RawPcapNgReader(str(path)) as reader:
        frames = [Ether(data) for data, _ in reader]
        names = [options["name"].decode() for _, _, options in reader.interfaces]
    assert names == ["outside eth0", "host eth0", "host docker0", "host veth93df025", "web eth0"]
    state = lab.state()
    wire = [state["outside"].links["eth0"].mac, state["host"].links["eth0"].mac]
    assert [frames[0].src, frames[0].dst] == [frames[1].src, frames[1].dst] == wire
    assert {(each.src, each.dst) for each in frames[2:5]} == {(state["host"].links["docker0"].mac, state["web"].links["eth0"].mac)}


def test_a_device_that_is_not_there_and_one_that_is_looked_at_already(lab):
    with pytest.raises(SpecError, match="host has no device eth9; it has lo, eth0, docker0"):
        lab.capture("eth9")
    with pytest.raises(SpecError, match="nothing called nobody"):
        lab.capture("nobody:eth0")
    with lab.capture("web:eth0") as seen:
        with pytest.raises(SpecError, match="recorded already"):
            lab.capture("web:eth0").start()
        lab.ping("host -> web")
        lab.docker("docker rm -f web")
    assert [each[1] for each in opening(seen)] == [(8, 0), (0, 0)]
    assert seen.stop() is seen
