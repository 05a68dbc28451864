"""The lab that faults are brought into: two containers in a network of their own, one with a published port."""

from pynetlab import Lab
from pynetlab.faults import FAULTS

RELEASES = ("29.7", "20.10")
BRIDGE, WEB_END = "br-9202a94c871b", "veth815c8ee"
"""Derived from the names: the bridge of ``front``, and the host's end of the cable of ``web``."""


def standard(release, mode="sim", **options):
    lab = Lab(release, mode=mode, **options)
    lab.start()
    lab.docker("docker network create front")
    lab.docker("docker run -d --name web --network front -p 8080:80 nginx")
    lab.docker("docker run -d --name db --network front nginx")
    return lab


def strike(lab, name, **options):
    return lab.fault(name, "" if FAULTS[name].of_host else "web", **options)


def removed(lab, table):
    return [f"- host: rule {line.replace('-A', f'{table} -A', 1)}" for line in lab.state()["host"].tables[table].lines() if line[0] == "-"]


def expected(lab, name):
    """Say what a fault changes in the standard lab, in the words of difference()."""
    own = "web: link eth0 up mtu 1500 peer host:veth815c8ee 172.18.0.2/16 →"
    end = f"host: link {WEB_END} up mtu 1500 master {BRIDGE} peer web:eth0 →"
    opened = f"filter -A DOCKER -d 172.18.0.2/32 ! -i {BRIDGE} -o {BRIDGE} -p tcp -m tcp --dport 80 -j ACCEPT"
    db = "eth0 up mtu 1500 peer host:veth9c30d12 172.18.0.3/16"
    way_out, subnet = "- web: route default via 172.18.0.1 dev eth0", "- web: route 172.18.0.0/16 dev eth0 src 172.18.0.2"
    return {
        "link-down": [f"~ {own} eth0 down mtu 1500 peer host:veth815c8ee 172.18.0.2/16", way_out, subnet],
        "cable-pulled": [f"~ {end} {WEB_END} up mtu 1500 peer web:eth0"],
        "ip-forward-off": ["- host: sysctl net.ipv4.ip_forward = 1"],
        "wrong-gateway": [way_out, "+ web: route default via 172.18.255.254 dev eth0"],
        "wrong-netmask": [
            f"~ {own} eth0 up mtu 1500 peer host:veth815c8ee 172.18.0.2/31",
            way_out,
            subnet,
            "+ web: route 172.18.0.2/31 dev eth0 src 172.18.0.2",
        ],
        "duplicate-address": [
            f"~ db: link {db} → {db} 172.18.0.2/16",
        ],
        "mtu-too-small": [f"~ {own} eth0 up mtu 576 peer host:veth815c8ee 172.18.0.2/16"],
        "rate-limit": [f"~ {end} {WEB_END} up mtu 1500 master {BRIDGE} tbf rate 1mbit burst 10kb limit 20kb peer web:eth0"],
        "rule-deleted": [f"- host: rule {opened}"],
        "rule-inserted": ["+ host: rule filter -A DOCKER-USER -d 172.18.0.2/32 -j DROP"],
        "nat-flushed": removed(lab, "nat"),
        "packet-loss": ["+ web: rule raw -A PREROUTING -i eth0 -m statistic --mode random --probability 0.29999999981 -j DROP"],
        "dns-broken": ["~ web: file /etc/resolv.conf: nameserver 127.0.0.11 → /etc/resolv.conf: nameserver 192.0.2.53"],
        "proxy-killed": ["- host: listener tcp 0.0.0.0:8080"],
    }[name]
