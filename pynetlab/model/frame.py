"""One frame as it passed a device: what captures are made of."""

from dataclasses import dataclass

from .packet import Packet

NO_MAC = "00:00:00:00:00:00"


@dataclass(frozen=True, slots=True)
class Frame:
    """An Ethernet frame (IEEE 802.3) at one device, on its way out or in."""

    time: int
    """In nanoseconds; of a simulated one from the first frame on, a microsecond for each."""
    netns: str
    device: str
    sent: bool
    packet: Packet | None = None
    """What is in it; None where it is not IPv4."""
    source: str = NO_MAC
    target: str = NO_MAC
    data: bytes = b""
    """Its bytes, where it passed for real; else they are built from the rest."""
    note: str = ""
    """Which packet of a conversation it is."""

    def __str__(self) -> str:
        """Print it on one line."""
        way = "sends" if self.sent else "receives"
        what = str(self.packet) if self.packet else f"{len(self.data)} bytes that are not IPv4"
        return f"{self.device} of {self.netns} {way} {what}"
