"""The way of one packet, from the machine that sends it to where it ends."""

from typing import Any

from ..model import Outcome
from .bridge import bridged, out_of_bridge
from .ended import Ended
from .icmp import FRAGMENTATION_NEEDED, HOST_UNREACHABLE, REDIRECT, TIME_EXCEEDED, error_about, rejection
from .neighbours import PROBES, neighbour, silence
from .node import Device, Node, Path
from .packet import Skb
from .routing import LOCAL, source_for, way_in, way_out
from .ruling import Ruling
from .run import Run
from .sockets import ECHO_REPLY
from .world import World

MOST_WIRES = 1000
"""More than so many wires no packet crosses before its TTL ends."""
Arrival = tuple[Device, str]
"""The device that a frame comes to, and the MAC address that it is for."""


class Walk:
    """One packet on its way through a world; the run keeps what the machines notice."""

    def __init__(self, world: World, run: Run, leg: str = "") -> None:
        """Begin nowhere; the leg is what the packet is in its conversation."""
        self.world, self.run, self.leg = world, run, leg
        self.passed: dict[Device, int] = {}
        self.asides: list[Any] = []
        """The log of redirects that it gave rise to, told after it."""

    def send(self, node: Node, p: Skb) -> Ended:
        """Send a packet from a machine, and follow it to its end."""
        where = self.transmit(node.devices[p.physin], p, p.mac) if p.physin else self._output(node, p)
        for _ in range(MOST_WIRES):
            if isinstance(where, Ended):
                return where
            where = self._arrive(*where, p)
        return where if isinstance(where, Ended) else Ended(Outcome.LOOP, where[0].node, p, where[0])

    def _stopped(self, node: Node, p: Skb, by: Ruling | Ended, device: Device | None, errno: str = "") -> Ended:
        if isinstance(by, Ended):
            return by
        if by.verdict == "REJECT":
            kind = by.option("--reject-with") or "icmp-port-unreachable"
            answer, prohibited = rejection(node, p, kind), kind.endswith("-prohibited")
            if answer is not None and answer.proto == "tcp":  # back into the port of the bridge that it came from: nf_send_reset
                answer.physin, answer.mac = p.physin, p.mac
            return Ended(Outcome.PROHIBITED if prohibited else Outcome.REJECTED, node, p, device, by, answer, errno=errno, sent=True)
        return Ended(Outcome.POLICY if by.kind == "policy" else Outcome.DROPPED, node, p, device, by, errno=errno, sent=True)

    def _output(self, node: Node, p: Skb) -> Arrival | Ended:
        if not p.src:
            source = source_for(node, p.dst)
            if isinstance(source, Ended):
                return source
            p.src = source
            self.run.changed(p)
        found = way_out(node, p)
        if isinstance(found, Ended):
            return found
        self._note_way(node, *found)
        dst = p.dst
        stop = node.hooks.run("OUTPUT", p, "", found[0].name, self.run)
        if stop:
            ended = self._stopped(node, p, stop, found[0], "EPERM")
            if p.icmp == ECHO_REPLY:  # the socket that sends it cannot send an error about it at the same time: icmp_xmit_lock
                ended.error = None
            return ended
        if p.dst != dst:
            found = way_out(node, p)
            if isinstance(found, Ended):
                return found
            self._note_way(node, *found)
        return self._postrouting(node, p, *found)

    def _note_way(self, node: Node, device: Device, path: Path | None) -> None:
        if self.run.log is not None:
            self.run.log.append(("route", node, device, path))

    def _postrouting(self, node: Node, p: Skb, device: Device, path: Path | None) -> Arrival | Ended:
        stop = node.hooks.run("POSTROUTING", p, "", device.name, self.run)
        if stop:
            return self._stopped(node, p, stop, device, "EPERM")
        if path is None:
            return self._loop_back(node, p, device)
        if p.frame > device.mtu:
            if p.df:
                return _too_large(node, p, device, "EMSGSIZE")
            p.cut(device.mtu)
        nexthop = p.dst if path.via is None else path.via
        found = neighbour(self.world, self.run, device, nexthop, p)
        if found is None:
            error = error_about(node, p, HOST_UNREACHABLE)
            why = silence(self.world, device, nexthop, p.src) if self.run.log is not None else None
            return Ended(Outcome.UNRESOLVED, node, p, device, str(path.route), error, after=PROBES, silence=why)
        if self.run.log is not None:
            self.run.log.append(("neighbour", node, device, nexthop, found))
        p.mac = device.mac
        return self.transmit(device, p, found.mac)

    def _loop_back(self, node: Node, p: Skb, lo: Device) -> Ended:
        """Take a packet from the machine's one side to its other; its route was found when it left."""
        if self.run.log is not None:
            self.run.log += (lo.sent, lo.received)
        stop = node.hooks.run("PREROUTING", p, lo.name, "", self.run)
        if stop:
            return self._stopped(node, p, stop, lo)
        return self._local(node, p, lo)

    def transmit(self, device: Device, p: Skb, mac: str) -> Arrival | Ended:
        """Put a frame on a device."""
        node = device.node
        if not device.up:
            return Ended(Outcome.DOWN, node, p, device, f"{device.name} is down")
        if self.run.log is not None:
            self.run.log.append(device.sent)
        if device.kind == "veth":
            return _over_cable(self.world, device, p, mac)
        if device.kind == "bridge":
            port = out_of_bridge(self, device, p, mac)
            return port if isinstance(port, Ended) else self.transmit(port, p, mac)
        if device.kind == "macvlan":
            return self._over_parent(device, p, mac)
        return Ended(Outcome.SILENT, node, p, device, f"a device of kind {device.kind} leads nowhere")

    def _over_parent(self, device: Device, p: Skb, mac: str) -> Arrival | Ended:
        """Send from a macvlan: straight to a sibling in mode bridge, else out on the wire, never to the parent's own machine."""
        parent = self.world.device(device.link.parent)
        if parent is None:
            return Ended(Outcome.DOWN, device.node, p, device, "its parent is gone")
        if device.link.mode == "bridge" and parent.up:
            siblings = (other for other in self.world.macvlans(parent) if other.mac == mac and other.link.mode == "bridge")
            if any(siblings):
                p.crosses(elsewhere=parent.node is not device.node)
                return parent, mac
        return self.transmit(parent, p, mac)

    def _arrive(self, device: Device, mac: str, p: Skb) -> Arrival | Ended:
        if self.run.log is not None:
            self.run.log.append(device.received)
        for each in self.world.macvlans(device):
            if each.mac == mac or each.link.mode == "passthru":
                if not each.up:
                    return Ended(Outcome.DOWN, each.node, p, each, f"{each.name} is down")
                return self._arrive(each, mac, p)
        if device.link.master is not None:
            return bridged(self, device.node.devices[device.link.master], device, p, mac)
        if mac != device.mac:
            return Ended(Outcome.OTHER_HOST, device.node, p, device, f"the frame is for {mac}, and this is {device.mac}")
        return self.input(device, p)

    def input(self, device: Device, p: Skb, *, seen: bool = False) -> Arrival | Ended:
        """Let IPv4 have a packet; ``seen`` says that a bridge showed it to PREROUTING already."""
        node = device.node
        self.passed[device] = self.passed.get(device, 0) + 1
        if not seen:
            stop = node.hooks.run("PREROUTING", p, device.name, "", self.run)
            if stop:
                return self._stopped(node, p, stop, device)
        elif node.hooks.tracks:  # put together for the bridge's hooks, and nobody knows any more how it was cut: ip_rcv_core
            p.fragment = 0
        found = way_in(node, device, p)
        if isinstance(found, Ended):
            return found
        if found is LOCAL or isinstance(found, str):
            return self._local(node, p, device)
        return self._forward(node, p, device, found)

    def _local(self, node: Node, p: Skb, device: Device) -> Ended:
        stop = node.hooks.run("INPUT", p, device.name, "", self.run)
        if stop:
            return self._stopped(node, p, stop, device)
        return Ended(Outcome.DELIVERED, node, p, device)

    def _forward(self, node: Node, p: Skb, came: Device, path: Path) -> Arrival | Ended:
        if p.ttl <= 1:
            again = self.passed[came] > 1
            return Ended(Outcome.LOOP if again else Outcome.TTL, node, p, came, error=error_about(node, p, TIME_EXCEEDED))
        if p.size > path.device.mtu and p.df:
            return _too_large(node, p, path.device)
        p.ttl -= 1
        self._redirect(node, p, came, path)
        if self.run.log is not None:
            self._note_way(node, path.device, path)
            self.run.changed(p)
        stop = node.hooks.run("FORWARD", p, came.name, path.device.name, self.run)
        if stop:
            return self._stopped(node, p, stop, came)
        return self._postrouting(node, p, path.device, path)

    def _redirect(self, node: Node, p: Skb, came: Device, path: Path) -> None:
        """Tell a sender on the same wire of the shorter way, once: IPSKB_DOREDIRECT of __mkroute_input, and ip_rt_send_redirect."""
        if path.device is not came or (node, p.src) in self.run.redirected:
            return
        back = node.path(p.src)
        if back is not None and back.device is came and back.via is None:
            self.run.redirected.add((node, p.src))
            told, quiet = error_about(node, p, REDIRECT), self.run.log
            if told is not None:
                self.run.log = None if quiet is None else []
                self.run.begins(f"{self.leg} redirect", node, told)
                self.run.note("ended", Walk(self.world, self.run).send(node, told))
                self.asides += self.run.log or []
                self.run.log = quiet

    def show_to_iptables(self, bridge: Device, hook: str, p: Skb) -> Ended | None:
        """Let the hooks of IPv4 see a frame that a bridge forwards; the bridge is both of its devices."""
        leaves = "" if hook == "PREROUTING" else bridge.name
        stop = bridge.node.hooks.run(hook, p, "" if hook == "POSTROUTING" else bridge.name, leaves, self.run)
        return self._stopped(bridge.node, p, stop, bridge) if stop else None


def _too_large(node: Node, p: Skb, device: Device, errno: str = "") -> Ended:
    return Ended(Outcome.MTU, node, p, device, f"mtu {device.mtu}", error_about(node, p, FRAGMENTATION_NEEDED), errno=errno)


def _over_cable(world: World, device: Device, p: Skb, mac: str) -> Arrival | Ended:
    peer = world.peer(device)
    if peer is None or not peer.up:
        return Ended(Outcome.DOWN, device.node, p, peer or device, "the other end of the cable is down")
    if p.frame > peer.link.longest:
        return Ended(Outcome.MTU, peer.node, p, peer, f"mtu {peer.mtu}")
    p.crosses(elsewhere=peer.node is not device.node)
    return peer, mac
