"""The start of the daemon, as far as it is about the network.

moby v1.2.0: daemon/daemon.go (NewDaemonFromDirectory), builtins/builtins.go, daemon/network.go.
"""

from ...errors import KernelError
from ...kernel import Passed, Plan, Step
from ...ops import ListRoutes, ReadLink
from ...spec.daemon import DaemonConfig
from .engine import Engine, Job, leave
from .networkdriver.bridge import init_networkdriver
from .networkdriver.portmapper import stop_proxies

DEFAULT_NETWORK_MTU = 1500
DISABLE_NETWORK_BRIDGE = "none"


def new_engine(netns: str = "host") -> Engine:
    """Give the engine of a fresh daemon process on a Docker host: it knows the one job that its programme brings along."""
    engine = Engine(netns)
    engine.register("init_networkdriver", init_networkdriver)
    return engine


def start(engine: Engine, config: DaemonConfig) -> Plan[None]:
    """Start the daemon: its flags, its mode, then the job init_networkdriver. Raises DaemonError."""
    yield Passed("The daemon starts and reads its flags.", "start")
    engine.mtu = config.Mtu or (yield from _default_network_mtu(engine))
    engine.dns, engine.dns_search = config.Dns, config.DnsSearch
    yield Passed("Either a bridge that is there is used, or docker0 gets an address. Both at once makes no sense.", "bridge-and-bip")
    if config.BridgeIface and config.BridgeIP:
        text = "You specified -b & --bip, mutually exclusive options. Please specify only one."
        raise (yield from leave("exit-bridge-and-bip", text))
    yield Passed("To keep containers apart takes a rule. Who forbids rules cannot ask for that.", "icc-without-iptables")
    if not config.EnableIptables and not config.InterContainerCommunication:
        text = "You specified --iptables=false with --icc=false. ICC uses iptables to function. Please set --icc or --iptables to true."
        raise (yield from leave("exit-icc-without-iptables", text))
    yield Passed("The word none in the place of a bridge's name turns the network of containers off.", "mode")
    if config.BridgeIface == DISABLE_NETWORK_BRIDGE:
        yield Passed(
            "The network driver is not even asked: no bridge, no rules, no forwarding. Containers get a loopback device only.", "no-network"
        )
        return
    yield from engine.run(Job("init_networkdriver", env=config.environment()))


def stop(engine: Engine) -> Plan[None]:
    """End the daemon process: its proxies end with it; bridge, rules and forwarding stay."""
    yield from stop_proxies(engine)


def _default_network_mtu(engine: Engine) -> Plan[int]:
    why = "No --mtu was given, so containers shall send packets as large as the device of the default route takes."
    routes = yield Step(ListRoutes(engine.netns), why, "start")
    default = next((route for route in routes if not route.dst.prefixlen), None)
    if default is None:
        return DEFAULT_NETWORK_MTU
    try:
        device = yield Step(ReadLink(engine.netns, default.dev), f"The default route leads over {default.dev}.", "start", may_fail=True)
    except KernelError:
        return DEFAULT_NETWORK_MTU
    return int(device.mtu)
