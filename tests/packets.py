"""Random labs and questions for Hypothesis: what an administrator and a user of Docker do, and who asks whom after that.

A lab is made in the simulation, which notes every operation; the same operations make it again in the real kernel.
Left out is what is decided by chance or by time, as the match ``statistic`` is: no two runs of it are the same.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from hypothesis import strategies as st

from pynetlab import Lab
from pynetlab.errors import KernelError, PynetlabError
from pynetlab.model import Probe, State
from pynetlab.ops import DeleteNetns, Op, Question

RELEASES = ("20.10", "26.1", "28.5", "29.7")
FLAGS = ("--icc=false", "--userland-proxy=false", "--ip-masq=false", "--ip=127.0.0.1", "--bip=10.9.0.1/24")
NETWORKS = (
    "front", "--internal front", "-o com.docker.network.bridge.enable_icc=false front", "--subnet 10.8.0.0/24 front",
    "-o com.docker.network.bridge.enable_ip_masquerade=false front",
)  # fmt: skip
CONTAINERS = (
    "-p 8080:80", "-p 8080:80 -p 8053:53/udp", "-p 127.0.0.1:8080:80", "-p 192.0.2.10:81:80", "", "--network front",
    "--network front -p 8081:80", "--network host", "--network none",
)  # fmt: skip
FAULTS = (
    ("ip-forward-off", ""), ("nat-flushed", ""), ("link-down", "c0"), ("cable-pulled", "c0"), ("wrong-gateway", "c0"),
    ("wrong-netmask", "c0"), ("rule-inserted", "c0"), ("rule-deleted", "c0"), ("proxy-killed", "c0"), ("mtu-too-small", "c0"),
)  # fmt: skip
CHAINS = ("filter FORWARD", "filter FORWARD", "filter DOCKER-USER", "filter INPUT", "filter OUTPUT", "filter MINE", "filter MINE",
          "mangle PREROUTING", "mangle FORWARD", "raw PREROUTING", "raw OUTPUT", "mangle POSTROUTING")  # fmt: skip
SELECTORS = (
    "", "", "-s 172.17.0.0/16", "! -s 172.17.0.2", "-d 172.17.0.2", "! -d 192.0.2.0/24", "-i docker0", "! -i docker0", "-o docker0",
    "! -o eth0", "-i eth+", "-s 192.0.2.99", "-d 192.0.2.10",
)  # fmt: skip
IN_ONLY, OUT_ONLY = ("PREROUTING", "INPUT"), ("OUTPUT", "POSTROUTING")
MATCHES = (
    "", "", "-p tcp", "-p udp", "-p icmp", "! -p tcp", "-p tcp --dport 80", "-p tcp ! --dport 80", "-p tcp -m multiport --dports 80,8080",
    "-p tcp -m multiport ! --ports 80:90", "-p icmp --icmp-type echo-reply", "-m conntrack --ctstate NEW",
    "-m conntrack --ctstate ESTABLISHED,RELATED", "-m conntrack ! --ctstate NEW", "-m conntrack --ctstate DNAT", "-m mark --mark 5",
    "-m mark ! --mark 0x4/0xc", "-m addrtype --dst-type LOCAL", "-m addrtype ! --src-type LOCAL", "-p tcp --syn",
    "-m conntrack --ctdir REPLY", "-m conntrack --ctorigdst 192.0.2.10",
)  # fmt: skip
VERDICTS = ("ACCEPT", "DROP", "RETURN")
REJECTS = ("REJECT", "REJECT --reject-with icmp-host-prohibited", "REJECT --reject-with icmp-admin-prohibited")
NAT = (
    "PREROUTING -p tcp --dport 81 -j DNAT --to-destination 172.17.0.2:80", "PREROUTING -p udp -j REDIRECT --to-ports 53",
    "OUTPUT -p tcp --dport 81 -j DNAT --to-destination 172.17.0.2:80", "OUTPUT -p tcp --dport 82 -j REDIRECT --to-ports 80",
    "POSTROUTING -o docker0 -j MASQUERADE", "POSTROUTING -d 172.17.0.0/16 -j SNAT --to-source 172.17.0.1",
    "PREROUTING -d 192.0.2.10 -p tcp -j RETURN", "POSTROUTING -s 172.17.0.2 -j RETURN", "PREROUTING -p tcp --dport 80 -j ACCEPT",
)  # fmt: skip
OTHERS = (
    "ip route add 10.9.9.0/24 via 192.0.2.99", "ip route add 10.9.9.9 via 172.17.0.2", "ip route add 192.0.2.128/25 dev docker0",
    "ip route add 172.17.0.3 via 192.0.2.99", "ip addr add 10.9.9.9/32 dev lo", "sysctl -w net.bridge.bridge-nf-call-iptables=0",
    "iptables -P FORWARD ACCEPT", "iptables -P FORWARD DROP", "iptables -P INPUT DROP", "sysctl -w net.ipv4.conf.docker0.route_localnet=1",
    "sysctl -w net.ipv4.conf.eth0.rp_filter=1", "ip -n outside route add 172.17.0.0/16 via 192.0.2.10",
    "ip -n outside route add 10.9.9.9 via 192.0.2.10",
)  # fmt: skip
ELSEWHERE = ("172.17.0.77", "192.0.2.200", "10.9.9.9", "8.8.8.8", "127.0.0.1")
PORTS = (80, 80, 81, 82, 8080, 8081, 53, 8053, 9)


@dataclass(frozen=True)
class Setup:
    """What makes a lab, and what is asked there: numbers that choose among those who can ask and the addresses that there are."""

    release: str
    flags: tuple[str, ...]
    docker: tuple[str, ...]
    host: tuple[str, ...]
    fault: tuple[str, str] | None
    questions: tuple[tuple[int, int, str, int], ...]


@st.composite
def foreign_rules(draw):
    """Draw the words of a rule that somebody else than Docker adds."""
    if draw(st.integers(0, 3)) == 0:
        return f"iptables -t nat -{draw(st.sampled_from('AI'))} {draw(st.sampled_from(NAT))}"
    table, chain = draw(st.sampled_from(CHAINS)).split()
    selectors = [each for each in SELECTORS if not ("-o " in each and chain in IN_ONLY) and not ("-i " in each and chain in OUT_ONLY)]
    targets = [*VERDICTS, *(REJECTS if table == "filter" else ()), *(["MINE"] if table == "filter" and chain != "MINE" else [])]
    target = draw(st.sampled_from([*targets, *(["MARK --set-mark 5"] if table == "mangle" else [])]))
    matches = [each for each in MATCHES if table != "raw" or "conntrack" not in each]
    words = f"{draw(st.sampled_from(selectors))} {draw(st.sampled_from(matches))}"
    return f"iptables -t {table} -{draw(st.sampled_from('AI'))} {chain} {words} -j {target}"


@st.composite
def setups(draw, *, packets=20):
    """Draw a lab and as many questions."""
    flags = draw(st.lists(st.sampled_from(FLAGS), max_size=2, unique=True))
    networks = draw(st.lists(st.sampled_from(NETWORKS), max_size=1))
    count = draw(st.integers(1, 4))
    wanted = [draw(st.sampled_from(CONTAINERS)) for _ in range(count)]
    lines = [f"docker network create {each}" for each in networks]
    lines += [f"docker run -d --name c{at} {each} nginx" for at, each in enumerate(wanted)]
    if networks and draw(st.booleans()):
        lines.append("docker network connect front c0")
    host = [draw(foreign_rules() | st.sampled_from(OTHERS)) for _ in range(draw(st.integers(0, 5)))]
    fault = draw(st.none() | st.sampled_from(FAULTS))
    question = st.tuples(st.integers(0, 9), st.integers(0, 29), st.sampled_from(("tcp", "tcp", "udp", "icmp")), st.sampled_from(PORTS))
    asked = draw(st.lists(question, min_size=packets, max_size=packets))
    return Setup(draw(st.sampled_from(RELEASES)), tuple(flags), tuple(lines), ("iptables -N MINE", *host), fault, tuple(asked))


def built(setup: Setup, dialect: str) -> tuple[State, list[Op]]:
    """Make a lab in the simulation; give what came of it, and all operations that were carried out. Refused commands are borne."""
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
            self.done += [op for op in ops[: len(error.done)] if not isinstance(op, Question)]
            raise
        self.done += [op for op in ops if not isinstance(op, Question)]
        return answers


def remade(kernel, done) -> None:
    """Make the lab in another kernel, in place of what is there.

    So many questions at once bring so many errors that Linux would hold some back (icmp_ratelimit of ip-sysctl.rst): not here.
    """
    kernel.apply([DeleteNetns(name) for name in kernel.state().netns])
    kernel.apply(done)
    for name in kernel.state().netns:
        code, _, error = kernel.sh(name, "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit")
        assert code == 0, error


def probes(setup: Setup, state: State, patience: float) -> list[Probe]:
    """Give the questions of a lab; each is asked once, since the second could find what the first left behind."""
    sources = sorted(state.netns)
    held = {str(each.ip) for netns in state.netns.values() for link in netns.links.values() for each in link.addresses}
    targets = [*sorted(held), *ELSEWHERE]
    found = {}
    for source, target, proto, port in setup.questions:
        ip = IPv4Address(targets[target % len(targets)])
        probe = Probe(sources[source % len(sources)], proto, ip, 0 if proto == "icmp" else port, patience=patience)
        found[str(probe)] = probe
    return list(found.values())


def patient(probe: Probe) -> Probe:
    """Give a question the time that it has by itself."""
    return replace(probe, patience=None)
