"""The job init_networkdriver: moby v1.2.0 daemon/networkdriver/bridge/driver.go (InitDriver).

Every place that a run passes is a node of :data:`~pynetlab.engine.networkdriver.chart.CHART`.
"""

import contextlib
from ipaddress import IPv4Interface

from ....errors import DaemonError, KernelError
from ....kernel import Passed, Plan, Step
from ....ops import SetSysctl
from ..engine import Engine, Env, Job, leave
from ..gonet import ip_text, parse_cidr, parse_ip, to4
from .chain import new_chain, remove_existing_chain
from .create import create_bridge
from .driver import DEFAULT_NETWORK_BRIDGE
from .jobs import allocate_interface, allocate_port, link, release_interface
from .setup_iptables import setup_iptables
from .utils import get_iface_addr


def init_networkdriver(engine: Engine, job: Job) -> Plan[Env]:
    """Find or make the bridge, write the rules, switch forwarding on, register the four jobs.

    Environment: EnableIptables, InterContainerCommunication, EnableIpForward, BridgeIface, BridgeIP, DefaultBindingIP.
    Raises DaemonError; what was done by then stays, as with the real daemon.
    """
    driver = engine.driver
    yield Passed(
        "The daemon's flags arrive as six environment variables of a job. From here on it is the bridge driver that decides.", "init"
    )
    if job.get("DefaultBindingIP"):
        driver.default_binding_ip = parse_ip(job.get("DefaultBindingIP"))
    network = yield from _bridge(engine, job)
    yield Passed("With --iptables=false the administrator writes the rules, and Docker keeps out of them.", "iptables")
    if job.get_bool("EnableIptables"):
        yield from setup_iptables(engine, network, icc=job.get_bool("InterContainerCommunication"))
    yield from _forwarding(engine, enable=job.get_bool("EnableIpForward"))
    yield from remove_existing_chain(engine, "DOCKER")
    yield Passed("The old chain is gone in any case. A new one is only made where Docker may write rules.", "chain")
    if job.get_bool("EnableIptables"):
        driver.chain_bridge = yield from new_chain(engine, "DOCKER", driver.bridge_iface)
    driver.bridge_network = network
    yield Passed(
        f"The driver keeps in memory that containers get addresses of {network.network}, with {network.ip} as their gateway.", "remember"
    )
    yield from _register(engine)
    yield Passed("The network is ready for containers.", "ready")
    return {}


def _bridge(engine: Engine, job: Job) -> Plan[IPv4Interface]:
    """Give the address of the bridge, which is made where that is Docker's business."""
    name, driver = job.get("BridgeIface"), engine.driver
    yield Passed("Someone who names a bridge with -b has made it himself. Without a name, the bridge is Docker's own.", "bridge-iface")
    driver.bridge_iface = name or DEFAULT_NETWORK_BRIDGE
    if not name:
        yield Passed("Docker uses docker0, and may make it.", "docker0")
    why = f"Is there a bridge already? Docker asks whether {driver.bridge_iface} has an IPv4 address, which a device without one fails too."
    try:
        network = yield from get_iface_addr(engine, driver.bridge_iface, why, "find-bridge")
    except DaemonError as error:
        yield Passed(
            "Docker makes only docker0. A bridge with a name of the user's choice must be there and have an address.", "default-bridge"
        )
        if name:
            engine.stderr.append(f"bridge not found: {name}")
            raise (yield from leave("exit-no-bridge", str(error))) from None
    else:
        yield from _same_ip(network, job.get("BridgeIP"))
        return network
    yield from create_bridge(engine, job.get("BridgeIP"))
    try:
        why = "Docker takes the address from the device, not from its own plan: what counts is what the kernel has."
        return (yield from get_iface_addr(engine, driver.bridge_iface, why, "look-again"))
    except DaemonError as error:
        raise (yield from leave("exit-look-again", str(error))) from None


def _same_ip(network: IPv4Interface, bridge_ip: str) -> Plan[None]:
    yield Passed("A bridge that is there is used as it is. Was another address asked for?", "bip-to-check")
    if not bridge_ip:
        return
    yield Passed("The address that was asked for has to be readable.", "parse-bip")
    try:
        wanted = parse_cidr(bridge_ip).ip
    except DaemonError as error:
        raise (yield from leave("exit-parse-bip", str(error))) from None
    yield Passed(
        "Docker does not readdress a bridge that may be in use. The address must be the same; the prefix length is not compared.", "same-ip"
    )
    if to4(wanted) != network.ip:
        text = f"bridge ip ({network.ip}) does not match existing bridge configuration {ip_text(wanted)}"
        raise (yield from leave("exit-same-ip", text))


def _forwarding(engine: Engine, *, enable: bool) -> Plan[None]:
    yield Passed("Without forwarding the host drops every packet between containers and the outside.", "ip-forward")
    if enable:
        why = "The host becomes a router. Docker would go on without it: a failure is only logged."
        with contextlib.suppress(KernelError):
            yield Step(SetSysctl(engine.netns, "net.ipv4.ip_forward", "1"), why, "write-ip-forward", may_fail=True)


def _register(engine: Engine) -> Plan[None]:
    yield Passed("From now on the engine takes jobs for single containers: an address, a port, a link, and giving them back.", "register")
    handlers = {
        "allocate_interface": allocate_interface,
        "release_interface": release_interface,
        "allocate_port": allocate_port,
        "link": link,
    }
    for name, handler in handlers.items():
        try:
            engine.register(name, handler)
        except DaemonError as error:
            raise (yield from leave("exit-register", str(error))) from None
