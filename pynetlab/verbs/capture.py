"""Captures: what passes a device while one looks, and what a trace crossed, as files for Wireshark."""

from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import SpecError
from ..model import Frame, Probe
from ..stage import HOST
from ..tracer import frames as frames_of
from ..views.pcapng import lines, pcapng
from ..views.trace import TraceView
from .asking import namespace
from .trace import Traced, trace


class Capture:
    """What passes one device: ``with lab.capture("docker0") as seen: ...``, or :meth:`start` and :meth:`stop`.

    In a live lab it is all that the kernel shows to a packet socket there, ARP too; in a simulation the packets of what
    was asked and traced meanwhile.
    """

    def __init__(self, lab: Traced, netns: str, device: str) -> None:
        """Keep the place; nothing is recorded yet."""
        self.lab, self.netns, self.device = lab, netns, device
        self.frames: tuple[Frame, ...] = ()
        """What passed, the first frame first; complete when it is stopped."""
        self.running = False

    def start(self) -> Self:
        """Begin to record. Raises SpecError where it runs already."""
        if self.running:
            raise SpecError(f"the capture of {self.device} in {self.netns} runs already")
        self.lab.kernel.record(self.netns, self.device, on=True)
        self.running = True
        return self

    def stop(self) -> Self:
        """End the recording; what was recorded stays. To stop twice is no error."""
        if self.running:
            self.running = False
            self.frames += self.lab.kernel.record(self.netns, self.device, on=False)
        return self

    def write(self, path: Path | str) -> Path:
        """Write a pcapng file and give its path. Raises SpecError where scapy is needed and not installed."""
        target = Path(path)
        target.write_bytes(pcapng(self.frames))
        return target

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    def __repr__(self) -> str:
        """Print the packets, a line each."""
        return lines(self.frames) or f"<nothing was captured on {self.device} of {self.netns}>"


def capture(lab: Traced, device: str) -> Capture:
    """Look at a device: ``"docker0"`` on the host, ``"web:eth0"`` in a container. Raises SpecError, which names what there is."""
    where, colon, name = device.rpartition(":")
    netns = namespace(lab, lab.state(), where if colon else HOST)
    links = lab.state()[netns].links
    if name not in links:
        raise SpecError(f"{netns} has no device {name}; it has {', '.join(links)}")
    return Capture(lab, netns, name)


def save(lab: Traced, question: str | Probe | TraceView, path: Path | str) -> Path:
    """Write all that a trace crossed into a pcapng file, an interface for each device: ``lab.save("web -> db:80", "web.pcapng")``.

    Raises SpecError as ``lab.trace`` does, and where scapy is not installed.
    """
    view = question if isinstance(question, TraceView) else trace(lab, question)
    target = Path(path)
    target.write_bytes(pcapng(frames_of(view.trace, lab.state())))
    return target
