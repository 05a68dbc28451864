"""What Docker writes into iptables, behind one seam: the layouts of its releases."""

from ..releases import Release
from .forward import Forward
from .nothing import Nothing
from .seam import BridgeNetwork, Firewall, PublishedPort
from .stages import Stages


def firewall(release: Release, netns: str, *, iptables: bool, hairpin: bool, direct_routing: bool) -> Firewall:
    """Give the firewall of a daemon."""
    if not iptables:
        return Nothing()
    if release.firewall.layout == "stages":
        return Stages(netns, release.firewall, hairpin)
    return Forward(netns, release.firewall, hairpin, direct_routing)


__all__ = ["BridgeNetwork", "Firewall", "PublishedPort", "firewall"]
