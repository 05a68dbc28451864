"""Faults of what runs beside the network: name service and userland proxies."""

import re
from ipaddress import IPv4Address

from ..errors import SpecError
from ..kernel import Plan, Step
from ..model import Probe
from ..ops import StopProxy, WriteFile
from ..stage import HOST
from .kind import Kind, Told
from .place import Place
from .questions import inwards, on_the_host, proxies

RESOLV = "/etc/resolv.conf"
NOBODY = IPv4Address("192.0.2.53")
"""An address on the wire outside the host that nobody has."""


def _dns_broken(at: Place) -> Plan[Told]:
    text = at.state[at.netns].files.get(RESOLV)
    servers = re.findall(r"^nameserver\s+(\S+)$", text or "", re.MULTILINE)
    if text is None or not servers or servers == [str(NOBODY)]:
        raise SpecError(f"{at.netns} asks no name server that could be taken from it; its {RESOLV} names {', '.join(servers) or 'none'}")
    wrong = re.sub(r"^nameserver\s+\S+$", f"nameserver {NOBODY}", text, flags=re.MULTILINE)
    yield Step(WriteFile(at.netns, RESOLV, wrong), "Somebody moved the name server, or forgot that it was moved.")
    cause = f"{RESOLV} of {at.netns} names {NOBODY}, where no name server is, in place of {', '.join(servers)}."
    return Told(cause, (Probe(at.netns, "dns", NOBODY, name=other.netns) for other in (*at.neighbours(), at)))


def _proxy_killed(at: Place) -> Plan[Told]:
    ours = proxies(at)
    if not ours:
        raise SpecError(f"no userland proxy of the host serves {at.netns}")
    for each in ours:
        ip, _, port = (each.forwards_to or "").partition(":")
        why = f"The process docker-proxy of port {each.port} died, and nobody has told the daemon."
        yield Step(StopProxy(HOST, each.proto, each.ip, each.port, ip, int(port), each.pktinfo), why)
    first = ours[0]
    cause = f"The userland proxy of {first.ip}:{first.port}/{first.proto} on the host, which serves {at.netns}, does not run."
    return Told(cause, (*on_the_host(at), *inwards(at)))


KINDS = (
    Kind("dns-broken", "By address {where} reaches others, by name it does not.", _dns_broken),
    Kind("proxy-killed", "The published ports of {where} answer from elsewhere, but not on the host itself, at 127.0.0.1.", _proxy_killed),
)
"""The faults of this file."""
