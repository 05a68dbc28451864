"""Captures as files that Wireshark opens: pcapng (draft-ietf-opsawg-pcapng), an interface for each device, real bytes.

Frames that passed for real have theirs; scapy builds those of simulated ones.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import SpecError
from ..model import Frame, Packet

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
MAGIC, ETHERNET = 0x1A2B3C4D, 1
END, COMMENT, NAME, RESOLUTION, FLAGS = 0, 1, 2, 9, 2
NANOSECONDS = 9
INBOUND, OUTBOUND = 1, 2
SYN_OPTIONS = [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (0, 0)), ("NOP", None), ("WScale", 7)]
"""What Linux says when it opens a connection: 20 bytes."""
IP_BYTES, TCP_BYTES, UDP_BYTES, ICMP_BYTES = 20, 20, 8, 8


def pcapng(frames: Sequence[Frame]) -> bytes:
    """Give the bytes of a capture file. Raises SpecError where scapy is needed and not installed."""
    places = list(dict.fromkeys((frame.netns, frame.device) for frame in frames))
    blocks = [_block(SECTION, struct.pack("<IHHq", MAGIC, 1, 0, -1))]
    for netns, device in places:
        options = _option(NAME, f"{netns} {device}".encode()) + _option(RESOLUTION, bytes([NANOSECONDS])) + _option(END, b"")
        blocks.append(_block(INTERFACE, struct.pack("<HHI", ETHERNET, 0, 0) + options))
    blocks += [_packet(places.index((frame.netns, frame.device)), frame) for frame in frames]
    return b"".join(blocks)


def _block(kind: int, body: bytes) -> bytes:
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _option(kind: int, value: bytes) -> bytes:
    return struct.pack("<HH", kind, len(value)) + _padded(value)


def _packet(interface: int, frame: Frame) -> bytes:
    data = frame.data or built(frame)
    head = struct.pack("<IIIII", interface, frame.time >> 32, frame.time & 0xFFFFFFFF, len(data), len(data))
    options = _option(COMMENT, frame.note.encode()) if frame.note else b""
    options += _option(FLAGS, struct.pack("<I", OUTBOUND if frame.sent else INBOUND)) + _option(END, b"")
    return _block(PACKET, head + _padded(data) + options)


def built(frame: Frame) -> bytes:
    """Build the bytes of a frame from its record."""
    try:
        from scapy.layers.l2 import Ether  # noqa: PLC0415 - it takes a second, and only captures need it
    except ImportError:
        raise SpecError("the bytes of a simulated packet are built by scapy: pip install 'pynetlab[capture]'") from None
    if frame.packet is None:
        raise SpecError(f"a frame without bytes and without a packet at {frame.device} of {frame.netns}")
    return bytes(Ether(src=frame.source, dst=frame.target, type=0x0800) / _ip(frame.packet))


def _ip(packet: Packet) -> Any:  # noqa: ANN401 - scapy has no types
    from scapy.layers.inet import IP  # noqa: PLC0415

    flags = "DF" if packet.dont_fragment else 0
    proto = {"icmp": 1, "tcp": 6, "udp": 17, "sctp": 132}.get(packet.proto) or int(packet.proto)
    return IP(src=str(packet.src), dst=str(packet.dst), ttl=packet.ttl, proto=proto, flags=flags, id=0) / _body(packet)


def _body(packet: Packet) -> Any:  # noqa: ANN401
    from scapy.layers.inet import ICMP, TCP, UDP  # noqa: PLC0415
    from scapy.packet import Raw  # noqa: PLC0415

    room = packet.size - IP_BYTES
    if packet.icmp is not None:
        kind, code = packet.icmp
        if packet.inner is not None:
            return ICMP(type=kind, code=code) / Raw(bytes(_ip(packet.inner))[: IP_BYTES + 8])
        return ICMP(type=kind, code=code, id=packet.ident, seq=1) / Raw(bytes(max(0, room - ICMP_BYTES)))
    if packet.proto == "tcp":
        flags = "".join(name[0] for name in packet.flags.split(",") if name)
        options = SYN_OPTIONS if "S" in flags and room >= TCP_BYTES + 20 else []
        rest = max(0, room - TCP_BYTES - (20 if options else 0))
        return TCP(sport=packet.sport, dport=packet.dport, flags=flags, ack=1 if "A" in flags else 0, options=options) / Raw(bytes(rest))
    if packet.proto == "udp":
        return UDP(sport=packet.sport, dport=packet.dport) / Raw(_text(packet, room - UDP_BYTES))
    return Raw(bytes(max(0, room)))


def _text(packet: Packet, room: int) -> bytes:
    said = f"{packet.token}\n".encode() if packet.token else b""
    return said.ljust(max(0, room), b"\0")


def lines(frames: Iterable[Frame]) -> str:
    """Print frames, a line each."""
    return "\n".join(map(str, frames))
