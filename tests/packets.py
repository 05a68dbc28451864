"""Random labs and questions for Hypothesis: what an administrator and a user of Docker do, and who asks whom after that.

A lab is made in the simulation, which notes every operation that changes something; the same operations make it again in
the real kernel. Left out is what is decided by chance: the match ``statistic`` with a probability between 0 and 1, and so
the fault ``packet-loss``, which is such a rule; no two runs of it are the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from hypothesis import strategies as st

from pynetlab import Lab
from pynetlab.errors import KernelError, PynetlabError
from pynetlab.faults import FAULTS
from pynetlab.model import Probe, State
from pynetlab.model.probe import Socket
from pynetlab.ops import DeleteNetns, Op, Question

RELEASES = ("20.10", "26.1", "28.5", "29.7")
FLAGS = ("--icc=false", "--userland-proxy=false", "--ip-masq=false", "--ip=127.0.0.1", "--bip=10.9.0.1/24", "--mtu=1300",
         "--ip-forward=false", "--iptables=false")  # fmt: skip
REFUSED = {"--iptables=false", "--icc=false"}
"""Flags that the daemon does not take together."""
NETWORKS = (
    "front", "--internal front", "-o com.docker.network.bridge.enable_icc=false front", "--subnet 10.8.0.0/24 front",
    "-o com.docker.network.bridge.enable_ip_masquerade=false front", "back", "--internal back",
    "-d macvlan --subnet 192.0.2.0/24 --gateway 192.0.2.99 --ip-range 192.0.2.128/27 -o parent=eth0 lan",
    "-o com.docker.network.bridge.gateway_mode_ipv4=routed front", "-o com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected front",
    "--internal -o com.docker.network.bridge.gateway_mode_ipv4=isolated front", "--subnet 10.8.0.0/24 --gateway 10.8.0.254 front",
    "-o com.docker.network.bridge.host_binding_ipv4=127.0.0.1 front", "-o com.docker.network.driver.mtu=1200 back",
    "-o com.docker.network.bridge.trusted_host_interfaces=eth0 front",
)  # fmt: skip
CONTAINERS = (
    "-p 8080:80", "-p 8080:80 -p 8053:53/udp", "-p 127.0.0.1:8080:80", "-p 192.0.2.10:81:80", "", "", "--network front",
    "--network front -p 8081:80", "--network front -p 8053:80/udp", "--network back -p 82:80", "--network back", "--network lan",
    "--network host", "--network none", "--network container:c0", "-p 8000-8002:80-82", "-P --expose 99", "--network front --ip 10.8.0.7",
    "--link c0:web",
)  # fmt: skip
CHAINS = ("filter FORWARD", "filter FORWARD", "filter DOCKER-USER", "filter INPUT", "filter OUTPUT", "filter MINE", "filter MINE",
          "filter OURS", "mangle PREROUTING", "mangle FORWARD", "mangle INPUT", "mangle OUTPUT", "mangle POSTROUTING",
          "raw PREROUTING", "raw OUTPUT")  # fmt: skip
JUMPS = {"FORWARD": "MINE", "DOCKER-USER": "MINE", "INPUT": "MINE", "OUTPUT": "OURS", "MINE": "OURS"}
SELECTORS = (
    "", "", "-s 172.17.0.0/16", "! -s 172.17.0.2", "-d 172.17.0.2", "! -d 192.0.2.0/24", "-i docker0", "! -i docker0", "-o docker0",
    "! -o eth0", "-i eth+", "-s 192.0.2.99", "-d 192.0.2.10", "-i lo", "! -s 172.16.0.0/12", "-s 127.0.0.0/8",
)  # fmt: skip
IN_ONLY, OUT_ONLY = ("PREROUTING", "INPUT"), ("OUTPUT", "POSTROUTING")
MATCHES = (
    "", "", "-p tcp", "-p udp", "-p icmp", "! -p tcp", "-p tcp --dport 80", "-p tcp ! --dport 80", "-p tcp -m multiport --dports 80,8080",
    "-p tcp -m multiport ! --ports 80:90", "-p icmp --icmp-type echo-reply", "-p icmp --icmp-type port-unreachable",
    "-m conntrack --ctstate NEW", "-m conntrack --ctstate ESTABLISHED,RELATED", "-m conntrack ! --ctstate NEW",
    "-m conntrack --ctstate DNAT", "-m conntrack --ctstate SNAT", "-m conntrack --ctstate INVALID", "-m conntrack --ctstate RELATED",
    "-m state --state NEW", "-m mark --mark 5", "-m mark ! --mark 0x4/0xc", "-m addrtype --dst-type LOCAL",
    "-m addrtype ! --src-type LOCAL", "-m addrtype --src-type UNICAST", "-p tcp --syn", "-p tcp ! --syn", "-p tcp --sport 80",
    "-p tcp --tcp-flags SYN,ACK,RST SYN,ACK", "-p tcp --tcp-flags RST RST", "-m conntrack --ctdir REPLY",
    "-m conntrack --ctorigdst 192.0.2.10", "-m conntrack ! --ctorigdst 192.0.2.10", "-p udp -m conntrack --ctorigdstport 8053",
    "-m physdev --physdev-is-bridged", "-m statistic --mode random --probability 1", "-m statistic --mode random --probability 0",
    "-p udp --dport 53", "-p udp -m u32 --u32 '6&0xff=17'",
)  # fmt: skip
VERDICTS = ("ACCEPT", "DROP", "RETURN")
REJECTS = ("icmp-port-unreachable", "icmp-host-prohibited", "icmp-admin-prohibited", "icmp-net-unreachable", "icmp-host-unreachable",
           "icmp-proto-unreachable", "icmp-net-prohibited")  # fmt: skip
NAT = (
    "PREROUTING -p tcp --dport 81 -j DNAT --to-destination 172.17.0.2:80", "PREROUTING -p udp -j REDIRECT --to-ports 53",
    "OUTPUT -p tcp --dport 81 -j DNAT --to-destination 172.17.0.2:80", "OUTPUT -p tcp --dport 82 -j REDIRECT --to-ports 80",
    "POSTROUTING -o docker0 -j MASQUERADE", "POSTROUTING -d 172.17.0.0/16 -j SNAT --to-source 172.17.0.1",
    "PREROUTING -d 192.0.2.10 -p tcp -j RETURN", "POSTROUTING -s 172.17.0.2 -j RETURN", "PREROUTING -p tcp --dport 80 -j ACCEPT",
    "POSTROUTING -o eth0 -j SNAT --to-source 192.0.2.77", "PREROUTING -d 10.9.9.9 -j DNAT --to-destination 172.17.0.3",
    "INPUT -p tcp -j SNAT --to-source 10.1.0.77", "PREROUTING -p tcp -m multiport --dports 80,82 -j REDIRECT --to-ports 8080",
    "POSTROUTING -p icmp -j MASQUERADE", "OUTPUT -d 127.0.0.1 -p tcp --dport 80 -j DNAT --to-destination 172.17.0.2",
)  # fmt: skip
OTHERS = (
    "ip route add 10.9.9.0/24 via 192.0.2.99", "ip route add 10.9.9.9 via 172.17.0.2", "ip route add 192.0.2.128/25 dev docker0",
    "ip route add 172.17.0.3 via 192.0.2.99", "ip addr add 10.9.9.9/32 dev lo", "sysctl -w net.bridge.bridge-nf-call-iptables=0",
    "iptables -P FORWARD ACCEPT", "iptables -P FORWARD DROP", "iptables -P INPUT DROP", "iptables -P OUTPUT DROP",
    "sysctl -w net.ipv4.conf.docker0.route_localnet=1",
    "ip -n outside route add 172.17.0.0/16 via 192.0.2.10", "ip -n outside route add default via 192.0.2.10",
    "ip -n outside route add 10.9.9.9 via 192.0.2.10", "ip netns exec outside sysctl -w net.ipv4.ip_forward=1",
    "ip -n c0 route add 192.0.2.99 via 172.17.0.77", "ip -n c0 addr add 10.9.9.9/32 dev lo", "ip -n c1 route del default",
    "ip -n c1 route add 8.8.8.8 via 172.17.0.2", "ip netns exec c0 sysctl -w net.ipv4.ip_forward=1",
    "ip netns exec c0 iptables -A INPUT -p tcp --dport 80 -j REJECT --reject-with tcp-reset",
    "ip netns exec c0 iptables -A OUTPUT -d 192.0.2.0/24 -j DROP", "ip netns exec c1 iptables -P INPUT DROP",
    "iptables -t raw -A PREROUTING -p udp -j NOTRACK", "iptables -t raw -A PREROUTING -i docker0 -j NOTRACK",
    "iptables -I FORWARD -p tcp --syn -j REJECT --reject-with tcp-reset", "iptables -I FORWARD -m mark --mark 0x5 -g OURS",
    "iptables -t raw -A OUTPUT -p udp -j NOTRACK", "iptables -t raw -A PREROUTING -i eth0 -j NOTRACK",
    "ip netns exec outside iptables -A INPUT -p udp -j REJECT", "ip netns exec outside iptables -t raw -A PREROUTING -j NOTRACK",
    "ip link set docker0 down", "ip link set eth0 down", "ip link set docker0 mtu 700", "ip link set eth0 mtu 900",
    "ip -n c0 link set eth0 mtu 1000", "ip -n outside link set eth0 mtu 1100", "sysctl -w net.ipv4.conf.all.rp_filter=1",
    "sysctl -w net.ipv4.conf.docker0.rp_filter=2", "sysctl -w net.ipv4.conf.all.arp_ignore=1",
    "sysctl -w net.ipv4.conf.all.accept_local=1", "ip netns exec c0 sysctl -w net.ipv4.conf.all.rp_filter=1",
)  # fmt: skip
ELSEWHERE = ("172.17.0.77", "192.0.2.200", "10.9.9.9", "8.8.8.8", "127.0.0.1", "172.17.255.255")
PORTS = (80, 80, 80, 80, 8080, 8080, 81, 82, 8002, 8081, 53, 8053, 9)
TTLS = (*[64] * 10, 1, 2)
SIZES = (56, 56, 56, 1400)


@dataclass(frozen=True)
class Setup:
    """What makes a lab, and what is asked there: numbers that choose among those who can ask and the addresses that there are."""

    release: str
    flags: tuple[str, ...]
    docker: tuple[str, ...]
    host: tuple[str, ...]
    fault: tuple[str, str] | None
    questions: tuple[tuple[int, int, bool, str, int, int, int], ...] = ()

    def __str__(self) -> str:
        """Print it as one would type it."""
        lines = [f"# Docker {self.release}", " ".join(("dockerd", *self.flags)), *self.docker, *self.host]
        return "\n".join([*lines, *([f"# fault {' of '.join(filter(None, self.fault))}"] if self.fault else [])])


@st.composite
def foreign_rules(draw):
    """Draw the words of a rule that somebody else than Docker adds."""
    if draw(st.integers(0, 3)) == 0:
        return f"iptables -t nat -{draw(st.sampled_from('AI'))} {draw(st.sampled_from(NAT))}"
    table, chain = draw(st.sampled_from(CHAINS)).split()
    selectors = [each for each in SELECTORS if not ("-o " in each and chain in IN_ONLY) and not ("-i " in each and chain in OUT_ONLY)]
    rejects = [f"REJECT --reject-with {kind}" for kind in REJECTS] if table == "filter" else []
    jumps = [JUMPS[chain]] if table == "filter" and chain in JUMPS else []
    marks = ["MARK --set-mark 5", "MARK --set-xmark 0x4/0xc"] if table == "mangle" else []
    matches = [each for each in MATCHES if table != "raw" or not any(word in each for word in ("conntrack", "state", "physdev"))]
    match = draw(st.sampled_from(matches))
    rejects += ["REJECT --reject-with tcp-reset"] if rejects and match.startswith("-p tcp") else []
    kinds = [st.sampled_from(each) for each in (VERDICTS, VERDICTS, rejects, jumps, marks) if each]
    verdict = draw(st.one_of(kinds))
    words = f"{draw(st.sampled_from(selectors))} {match}"
    return f"iptables -t {table} -{draw(st.sampled_from('AI'))} {chain} {words} -j {verdict}"


FAULTY = tuple((name, "" if kind.of_host else place) for name, kind in FAULTS.items() if name != "packet-loss" for place in ("c0", "c1"))


@st.composite
def setups(draw, *, packets=20):
    """Draw a lab and as many questions; some more, since several may come out the same."""
    flags = draw(st.lists(st.sampled_from(FLAGS), max_size=2, unique=True).filter(lambda each: not {*each} >= REFUSED))
    networks = draw(st.lists(st.sampled_from(NETWORKS), max_size=2, unique=True))
    wanted = draw(st.lists(st.sampled_from(CONTAINERS), min_size=1, max_size=4))
    lines = [f"docker network create {each}" for each in networks]
    lines += [f"docker run -d --name c{at} {each} nginx" for at, each in enumerate(wanted)]
    lines += draw(st.lists(st.sampled_from(("docker network connect front c0", "docker network connect back c1")), max_size=1))
    host = draw(st.lists(foreign_rules() | st.sampled_from(OTHERS), max_size=6))
    fault = draw(st.none() | st.sampled_from(FAULTY))
    question = st.tuples(
        st.integers(0, 9),
        st.integers(0, 59),
        st.booleans(),
        st.sampled_from(("tcp", "tcp", "udp", "icmp")),
        st.sampled_from(PORTS),
        st.sampled_from(TTLS),
        st.sampled_from(SIZES),
    )
    asked = draw(st.lists(question, min_size=packets * 5 // 4, max_size=packets * 5 // 4, unique=True))
    chains = ("iptables -N MINE", "iptables -N OURS")
    return Setup(draw(st.sampled_from(RELEASES)), tuple(flags), tuple(lines), (*chains, *host), fault, tuple(asked))


def built(setup: Setup, dialect: str) -> tuple[State, list[Op]]:
    """Make a lab in the simulation; give what came of it, and all operations that changed something. Refused commands are borne."""
    with Lab(setup.release, mode="sim", iptables=dialect) as lab:
        done = [taken.op for taken in lab.history if taken.op and not taken.refused and not isinstance(taken.op, Question)]
        lab.kernel = _Noting(lab.kernel, done)
        lab.start(*setup.flags)
        for line in setup.docker:
            with suppress(PynetlabError):
                lab.docker(line)
        for line in setup.host:
            with suppress(PynetlabError):
                lab.sh(line)
        if setup.fault:
            with suppress(PynetlabError):
                lab.fault(*setup.fault)
        return lab.state(), done


class _Noting:
    """A kernel that notes what it carries out."""

    def __init__(self, kernel, done):
        self.kernel, self.done = kernel, done

    def __getattr__(self, name):
        return getattr(self.kernel, name)

    def apply(self, ops: Sequence[Op]):
        try:
            answers = self.kernel.apply(ops)
        except KernelError as error:
            self._note(ops[: len(error.done)])
            raise
        self._note(ops)
        return answers

    def _note(self, ops: Sequence[Op]):
        self.done += [op for op in ops if not isinstance(op, Question)]


UNLIMITED = "for name in $(ip netns list); do ip netns exec $name sh -c 'echo 0 > /proc/sys/net/ipv4/icmp_ratemask'; done"


def remade(kernel, done) -> None:
    """Make the lab in another kernel, in place of what is there.

    So many questions at once bring so many errors that Linux would hold some back, a machine hears of six and then of one a
    second (icmp_ratelimit of ip-sysctl.rst): not here.
    """
    kernel.apply([DeleteNetns(name) for name in kernel.state().netns])
    kernel.apply(done)
    code, _, error = kernel.sh("host", UNLIMITED)
    assert code == 0, error


def probes(setup: Setup, state: State, patience: float | None = None, most: int = 20) -> list[Probe]:
    """Give the questions of a lab, half of them for where somebody may answer.

    Each is asked once, since the second could find what the first left behind.
    """
    sources, likely = sorted(state.netns), _likely(state)
    targets = [*sorted({str(ip) for ip in _addresses(state)}), *ELSEWHERE]
    found = {}
    for source, target, answered, proto, port, ttl, size in setup.questions:
        what, ip, at = likely[target % len(likely)] if answered and likely else (proto, targets[target % len(targets)], port)
        asked = Probe(
            sources[source % len(sources)], what, IPv4Address(ip), 0 if what == "icmp" else at, patience=patience, socket=Socket(ttl=ttl)
        )
        found[asked.source, what, ip, asked.port] = replace(asked, size=size) if what == "icmp" else asked
    return list(found.values())[:most]


def _addresses(state: State, *names: str) -> Iterator[IPv4Address]:
    for name in names or state.netns:
        yield from (each.ip for link in state[name].links.values() for each in link.addresses)


def _likely(state: State) -> list[tuple[str, str, int]]:
    """List where a socket waits, and what the host translates: protocol, address, port."""
    found = {
        (each.proto, ip, each.port) for name, netns in state.netns.items() for each in netns.listeners for ip in _addresses(state, name)
    }
    nat = state["host"].tables.get("nat")
    rules = [rule for chain in nat.chains.values() for rule in chain.rules if rule.target == "DNAT"] if nat else []
    ports = {(rule.protocol.value, int(port.words[0])) for rule in rules for m in rule.matches if (port := m.option("--dport"))}
    found |= {(proto, ip, port) for proto, port in ports for ip in _addresses(state, "host")}
    return sorted((proto, str(ip), port) for proto, ip, port in found)


def patient(probe: Probe) -> Probe:
    """Give a question the time that it has by itself."""
    return replace(probe, patience=None)
