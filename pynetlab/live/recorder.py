"""A packet socket on one device, packet(7): all that passes there, as long as somebody looks."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass, field

from ..errors import LiveError, SpecError
from ..model import Frame
from .frames import ip_of, read
from .instruments import CANARY, CHUNK, ETH_P_ALL, NANO, OUTGOING, SO_TIMESTAMPNS, TIME
from .lab import Lab


@dataclass(slots=True, eq=False)
class Recorder:
    """What passes one device."""

    netns: str
    device: str
    line: socket.socket
    kept: list[Frame] = field(default_factory=list)

    def start(self) -> None:
        """Listen."""
        self.line.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.line.bind((self.device, ETH_P_ALL))
        asyncio.get_running_loop().add_reader(self.line, self.take)

    def take(self) -> None:
        """Take in what waits, but the instruments' own canaries; where the device goes, nothing more will come."""
        with suppress(OSError):
            while True:
                data, ancillary, _, (_, _, kind, *_) = self.line.recvmsg(CHUNK, 256)
                seconds, rest = next(TIME.unpack(stamp) for _, what, stamp in ancillary if what == SO_TIMESTAMPNS)
                seen = read(ip_of(data) or b"")
                packet = seen.packet if seen else None
                if CANARY not in data:
                    self.kept.append(Frame(seconds * NANO + rest, self.netns, self.device, kind == OUTGOING, packet, data=data))

    def close(self) -> None:
        """Stop listening; what was taken in stays. To close twice is no error."""
        if self.line.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self.line)
            self.take()
            self.line.close()


def record(lab: Lab, netns: str, device: str, on: bool) -> tuple[Frame, ...]:  # noqa: FBT001 - it comes over the line
    """Begin to record what passes a device; or end it, and give the frames. Raises SpecError for one that is recorded already."""
    if not on:
        recorder = lab.recordings.pop((netns, device))
        recorder.close()
        return tuple(recorder.kept)
    if (netns, device) in lab.recordings:
        raise SpecError(f"{device} of {netns} is recorded already; stop that capture first")
    space = lab.spaces.get(netns)
    if space is None:
        raise LiveError(f"there is no namespace {netns} in this lab")
    with lab.inside(space):
        line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
    line.settimeout(0)
    recorder = Recorder(netns, device, line)
    try:
        recorder.start()
    except OSError as error:
        line.close()
        raise LiveError(f"{device} of {netns} cannot be recorded: {error.strerror}") from None
    space.recorders.append(recorder)
    lab.recordings[netns, device] = recorder
    return ()
