"""All machines of a State and the wires between them, compiled when a packet first comes there."""

from collections.abc import Iterator, Mapping
from typing import Self

from ..model import State
from .node import Device, Node

Reached = dict[int, list[Device]]
"""The devices that a broadcast comes to, by each address that their machines have."""


class World:
    """The wires of one state. What belongs to one namespace alone is kept from one state to the next."""

    def __init__(self, state: State, nodes: Mapping[str, Node] | None = None) -> None:
        """Take over the nodes whose namespaces are the same records still."""
        self.state = state
        self._nodes = {name: node for name, node in (nodes or {}).items() if state.netns.get(name) is node.netns}
        self._places: dict[tuple[str, str], list[tuple[str, str]]] | None = None
        self._macvlans: dict[Device, list[Device]] = {}
        self._peers: dict[Device, Device | None] = {}
        self.neighbours: dict[tuple[Device, int, int], tuple[Device | None, int]] = {}
        """Who answered whom by ARP: by the device of who asks, the address asked for and the source of the packet that waits."""
        self._forwarding: dict[Device, dict[str, Device]] = {}
        self._reached: dict[Device, Reached] = {}
        self._ports: dict[Device, list[Device]] = {}

    def at(self, state: State) -> Self:
        """Give the world of another state; itself where that is the same."""
        return self if state is self.state else type(self)(state, self._nodes)

    def node(self, name: str) -> Node:
        """Give a namespace, compiled."""
        try:
            return self._nodes[name]
        except KeyError:
            found = self._nodes[name] = Node(self.state[name])
            return found

    def device(self, place: tuple[str, str] | None) -> Device | None:
        """Give a device by its namespace and name; None where there is none."""
        if place is None or place[0] not in self.state.netns:
            return None
        return self.node(place[0]).devices.get(place[1])

    def peer(self, device: Device) -> Device | None:
        """Give the other end of a cable; None where there is none."""
        try:
            return self._peers[device]
        except KeyError:
            found = self._peers[device] = self.device(device.link.peer)
            return found

    def macvlans(self, parent: Device) -> list[Device]:
        """List the devices that share the wire of one, in the order of their namespaces."""
        try:
            return self._macvlans[parent]
        except KeyError:
            places = self._shares().get((parent.node.name, parent.name), ())
            found = self._macvlans[parent] = [device for place in places if (device := self.device(place)) is not None]
            return found

    def _shares(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Give the macvlans of each device that has some."""
        if self._places is None:
            self._places = {}
            for netns in self.state.netns.values():
                for link in netns.links.values():
                    if link.parent is not None:
                        self._places.setdefault(link.parent, []).append((netns.name, link.name))
        return self._places

    def ports(self, bridge: Device) -> list[Device]:
        """List the ports of a bridge that frames can pass, the newest first, as br_flood goes through them."""
        if bridge not in self._ports:
            devices = bridge.node.devices.values()
            self._ports[bridge] = [each for each in devices if each.link.master == bridge.name and self.carries(each)][::-1]
        return self._ports[bridge]

    def carries(self, device: Device) -> bool:
        """Say whether a device is up and, if it is a cable's end, the other end too."""
        if not device.up or device.kind != "veth":
            return device.up
        peer = self.peer(device)
        return peer is not None and peer.up

    def forwarding(self, bridge: Device) -> dict[str, Device]:
        """Give what a bridge learns by ARP: behind which port each MAC address is; its own addresses lead to itself."""
        if bridge not in self._forwarding:
            known = {bridge.mac: bridge}
            known |= {port.mac: bridge for port in self.ports(bridge)}
            for port in self.ports(bridge):
                for device in self.flood(port, {bridge}):
                    known.setdefault(device.mac, port)
            self._forwarding[bridge] = known
        return self._forwarding[bridge]

    def hearers(self, device: Device, ip: int) -> list[Device]:
        """Give those with an address who hear a broadcast from a device; machines on one bridge hear the same, but themselves."""
        bridge = self._switch(device)
        if bridge is None:
            return self._reach(device).get(ip, [])
        others = self._reach(bridge).get(ip, [])
        return [each for each in ([bridge, *others] if ip in bridge.node.own else others) if each is not device]

    def _switch(self, device: Device) -> Device | None:
        """Give the bridge that a machine's cable is plugged into; None where a broadcast goes another way too, or comes back."""
        peer = self.peer(device) if device.up and device.kind == "veth" and device.link.master is None else None
        if peer is None or not peer.up or peer.link.master is None or peer.link.hairpin or self._shares():
            return None
        bridge = peer.node.devices.get(peer.link.master)
        return bridge if bridge is not None and bridge.up else None

    def _reach(self, device: Device) -> Reached:
        if device not in self._reached:
            found: Reached = {}
            for each in self.flood(device, set()):
                for ip in each.node.own:
                    found.setdefault(ip, []).append(each)
            self._reached[device] = found
        return self._reached[device]

    def flood(self, device: Device, seen: set[Device]) -> Iterator[Device]:
        """Send a broadcast out of a device: give every device whose IPv4 hears it."""
        if not device.up or device in seen:
            return
        seen.add(device)
        if device.kind == "veth":
            peer = self.peer(device)
            if peer is not None and peer.up:
                yield from self._heard(peer, seen)
        elif device.kind == "bridge":
            for port in self.ports(device):
                yield from self.flood(port, seen)
        elif device.kind == "macvlan":
            parent = self.device(device.link.parent)
            if parent is not None and parent.up:  # else siblings hear it too, but no answer comes back: dev_forward_skb
                if device.link.mode == "bridge":
                    yield from (
                        other for other in self.macvlans(parent) if other is not device and other.up and other.link.mode == "bridge"
                    )
                yield from self.flood(parent, seen)

    def _heard(self, device: Device, seen: set[Device]) -> Iterator[Device]:
        yield from (each for each in self.macvlans(device) if each.up)
        master = device.node.devices.get(device.link.master or "")
        if master is None:
            yield device
        elif master.up and master not in seen:
            seen.add(master)
            yield master
            for port in self.ports(master):
                if port is not device or device.link.hairpin:
                    yield from self.flood(port, seen)
