"""iptables(8), iptables-save(8) and iptables-restore(8) of the simulation. Its twin beside the real tools is live."""

import pytest

from pynetlab.ops import AddNetns
from pynetlab.sim import SimKernel


@pytest.fixture
def kernel():
    kernel = SimKernel()
    kernel.apply([AddNetns("host")])
    return kernel


def said(kernel, script):
    code, out, err = kernel.sh("host", script)
    assert (code, err) == (0, "")
    return out


def test_every_rule_is_listed_with_its_counters_at_nought(kernel):
    said(kernel, "iptables -N WEB; iptables -A FORWARD ! -i br0 -p tcp -d 172.17.0.2 --dport 80 -j WEB")
    assert said(kernel, "iptables -nvL FORWARD --line-numbers") == (
        "Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)\n"
        "num   pkts bytes target     prot opt in     out     source               destination         \n"
        "1        0     0 WEB        6    --  !br0   *       0.0.0.0/0            172.17.0.2           tcp dpt:80\n"
    )
    assert said(kernel, "iptables -L WEB") == "Chain WEB (1 references)\ntarget     prot opt source               destination         \n"


def test_a_chain_is_renamed_wherever_it_is_jumped_to(kernel):
    said(kernel, "iptables -N A1; iptables -A A1 -j DROP; iptables -A INPUT -j ACCEPT; iptables -A INPUT -p tcp -g A1; iptables -E A1 B1")
    assert said(kernel, "iptables -S | grep -v ^-P") == "-N B1\n-A INPUT -j ACCEPT\n-A INPUT -p tcp -g B1\n-A B1 -j DROP\n"


def test_a_rule_is_replaced_in_its_place_or_stays(kernel):
    said(kernel, "iptables -A INPUT -j ACCEPT; iptables -A INPUT -j DROP; iptables -R INPUT 1 -s 10.0.0.0/8 -j RETURN")
    assert said(kernel, "iptables -S INPUT 1") == "-A INPUT -s 10.0.0.0/8 -j RETURN\n"
    before = kernel.state()
    assert kernel.sh("host", "iptables -R INPUT 1 -j MASQUERADE")[0] == 4
    assert kernel.state() == before


def test_what_is_saved_can_be_restored(kernel):
    said(kernel, "iptables -N A1; iptables -A INPUT -j A1; iptables -P FORWARD DROP; iptables -t nat -A POSTROUTING -j MASQUERADE")
    before = kernel.state()
    text = said(kernel, "iptables-save")
    said(kernel, "iptables -F; iptables -X; iptables -P FORWARD ACCEPT; iptables -t nat -F")
    assert kernel.state() != before
    said(kernel, f"iptables-restore <<'EOF'\n{text}EOF")
    assert kernel.state() == before
    assert said(kernel, "iptables-save > /run/rules; iptables-restore /run/rules; iptables-save") == text


def test_without_flushing_a_text_adds_to_what_is_there(kernel):
    said(kernel, "iptables -A INPUT -j ACCEPT; iptables-restore -n <<EOF\n*filter\n:NEW - [0:0]\n-I INPUT -j NEW\nCOMMIT\nEOF")
    assert said(kernel, "iptables -S INPUT") == "-P INPUT ACCEPT\n-A INPUT -j NEW\n-A INPUT -j ACCEPT\n"


RESTORE = "iptables-restore <<EOF\n*filter\n:INPUT ACCEPT [0:0]\n{}\nCOMMIT\nEOF"
REFUSED = [
    ("iptables -D INPUT -j ACCEPT", 1, "iptables: Bad rule (does a matching rule exist in that chain?).\n"),
    ("iptables -D INPUT 7", 1, "iptables: Index of deletion too big.\n"),
    ("iptables -I INPUT 7 -j DROP", 1, "iptables: Index of insertion too big.\n"),
    ("iptables -A NOSUCH -j DROP", 1, "iptables: No chain/target/match by that name.\n"),
    ("iptables -N INPUT", 1, "iptables: Chain already exists.\n"),
    ("iptables -X USED", 4, "iptables v1.8.9 (nf_tables):  CHAIN_DEL failed (Device or resource busy): chain USED\n"),
    ("iptables -A OUTPUT -i eth0", 2, "iptables v1.8.9 (nf_tables): Can't use -i with OUTPUT\n"),
    ("iptables -A INPUT -m tls", 2, "iptables v1.8.9 (nf_tables): Couldn't load match `tls': not modelled here; there are tcp"),
    ("iptables -t nosuch -L", 3, "iptables v1.8.9 (nf_tables): table 'nosuch' does not exist\n"),
    (
        RESTORE.format("-A INPUT -j MASQUERADE"),
        4,
        "iptables-restore v1.8.9 (nf_tables):  RULE_APPEND failed (Invalid argument): rule in chain INPUT\n",
    ),
    (
        RESTORE.format("-A INPUT -j NOSUCH"),
        2,
        "iptables-restore v1.8.9 (nf_tables): Chain 'NOSUCH' does not exist\nError occurred at line: 4\n",
    ),
    (RESTORE.format("-Q"), 127, "'-Q' in a text of iptables-restore is not in the simulation; there are -A CHAIN RULE"),
    ("iptables-save -M x", 127, "'iptables-save -M x' is not in the simulation; there are -t TABLE, -c\n"),
]


@pytest.mark.parametrize(("script", "code", "text"), REFUSED)
def test_what_cannot_be_is_said_and_changes_nothing(kernel, script, code, text):
    said(kernel, "iptables -N USED; iptables -A FORWARD -j USED")
    before = kernel.state()
    found = kernel.sh("host", script)
    assert found[:2] == (code, "")
    assert found[2].startswith(text)
    assert kernel.state() == before
