"""Removing devices and namespaces, many in the time that one takes.

The kernel waits for its other processors after each removal, some 20 ms, but only once for a group of devices; see
rtnl_group_dellink in its rtnetlink.c.
"""

import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..errors import KernelError
from ..ops import DeleteLink, DeleteNetns
from . import libc
from .decoding import decoded
from .lab import LOOPBACK, MOST, Lab, Place, Refused, Space, refuse
from .messages import all_links, delete_group, delete_link, set_number
from .netns import NAMED, end_processes

DOOMED = 0x646F6F6D
"""The device group, ip-link(8), of those that are about to go."""


@dataclass(slots=True)
class Doomed:
    """What is to go: namespaces, and devices by the one of their ends that is told so."""

    spaces: list[Space] = field(default_factory=list)
    devices: dict[Space, list[int]] = field(default_factory=dict)
    gone: set[Place] = field(default_factory=set)

    def add(self, lab: Lab, places: Iterable[Place]) -> None:
        """Doom devices, with their far ends. The end that is told is the far one, since many cables have that in common."""
        for place in places:
            if place not in self.gone:
                far = lab.peers.get(place, place)
                self.gone |= {place, far}
                self.devices.setdefault(far[0], []).append(far[1])


def remove(lab: Lab, ops: Sequence[DeleteLink | DeleteNetns]) -> None:
    """Carry out removals that follow each other. Raises Refused for the first that is; those before it are carried out."""
    doomed, refused = Doomed(), None
    for position, op in enumerate(ops):
        try:
            _doom(lab, doomed, op)
        except KernelError as error:
            refused = Refused(position, error.errno)
            break
    _execute(lab, doomed)
    if refused is not None:
        raise refused


def _doom(lab: Lab, doomed: Doomed, op: DeleteLink | DeleteNetns) -> None:
    space = lab.space(op)
    if space in doomed.spaces:
        raise refuse(errno.ENOENT, op)
    if isinstance(op, DeleteNetns):
        doomed.add(lab, cables(space))
        doomed.spaces.append(space)
        return
    place = lab.device(op, op.name)
    if place in doomed.gone:
        raise refuse(errno.ENODEV, op)
    if place[1] == LOOPBACK:
        raise refuse(errno.EOPNOTSUPP, op)
    doomed.add(lab, [place])


def cables(space: Space) -> list[Place]:
    """Give the ends of cables in a namespace, and macvlans: what would stay a little longer than it on another's wire."""
    found = []
    for kind, data in space.wire.dump(all_links()):
        message, attributes = decoded(kind, data)
        info = attributes.get("IFLA_LINKINFO")
        if info and info.get_attr("IFLA_INFO_KIND") in ("veth", "macvlan"):
            found.append((space, int(message["index"])))
    return found


def _execute(lab: Lab, doomed: Doomed) -> None:
    if doomed.spaces:
        end_processes(*doomed.spaces)
    for space, indexes in doomed.devices.items():
        if len(indexes) == 1:
            space.wire.tell([delete_link(indexes[0])])
            continue
        for start in range(0, len(indexes), MOST):
            space.wire.tell([set_number(index, "IFLA_GROUP", DOOMED) for index in indexes[start : start + MOST]])
        space.wire.tell([delete_group(DOOMED)])
    for space in doomed.spaces:
        let_go(lab, space)


def let_go(lab: Lab, space: Space) -> None:
    """Forget a namespace; nothing holds it any longer."""
    if space.named:
        libc.umount(str(NAMED / space.name))
        (NAMED / space.name).unlink()
    lab.forget(space)
    space.close()
