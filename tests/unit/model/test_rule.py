"""Rules: text to rule to text is the identity, and every other spelling comes to that text."""

import json
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import MATCHES, SELECTORS, TARGETS, rules

from pynetlab.errors import SpecError
from pynetlab.model import Chain, Rule, Table
from pynetlab.model.words import quoted, split

RECORDS = Path(__file__).parents[2] / "oracle" / "records"
LINES = [line.split(" ", 1)[1] for line in (RECORDS / "rules.txt").read_text().splitlines()]


def recorded():
    """Give the rules of the 1.2 records, and those of every other release from the list of all of them."""
    for path in sorted((RECORDS / "e12").glob("*.json")):
        for chains in json.loads(path.read_text())["host"]["iptables"].values():
            yield from (rule for chain in chains.values() for rule in chain["rules"])
    yield from LINES


def test_there_are_rules_of_every_release():
    assert len(set(recorded())) > 250


@pytest.mark.parametrize("line", sorted(set(recorded())))
def test_text_to_rule_to_text_is_the_identity(line):
    _, _, *rest = line.split(" ", 2)
    text = rest[0] if rest else ""
    assert str(Rule.parse(text)) == text


@pytest.mark.parametrize(
    ("spelled", "canonical"),
    [
        ("-t nat", None),
        ("-s 172.17.42.1/16 ! -o docker0 -j MASQUERADE", "-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE"),
        ("-m addrtype --dst-type LOCAL ! --dst 127.0.0.0/8 -j DOCKER", "! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER"),
        (
            "-p tcp -d 0/0 --dport 8080 ! -i docker0 -j DNAT --to-destination 172.17.0.2:80",
            "! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80",
        ),
        (
            "! -i br0 -o br0 -p 17 -d 10.0.0.2 --dport domain -j ACCEPT",
            "-d 10.0.0.2/32 ! -i br0 -o br0 -p udp -m udp --dport 53 -j ACCEPT",
        ),
        (
            "-o docker0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
            "-o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        ),
        ("-d 10.0.0.3 -p tcp --dport 80 -j REDIRECT --to-port 8080", "-d 10.0.0.3/32 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080"),
        ("-d 10.0.0.9 -j MARK --set-mark 257", "-d 10.0.0.9/32 -j MARK --set-xmark 0x101/0xffffffff"),
        ("-j MARK --set-mark 0x1/0x3", "-j MARK --set-xmark 0x1/0x3"),
        ("-m mark --mark 5/0xffffffff", "-m mark --mark 0x5"),
        (
            "-p udp --dport 4789 -m u32 --u32 '0>>22&0x3C@12&0xFFFFFF00=1048832' -j MARK --set-mark 13681891",
            '-p udp -m udp --dport 4789 -m u32 --u32 "0x0>>0x16&0x3c@0xc&0xffffff00=0x100100" -j MARK --set-xmark 0xd0c4e3/0xffffffff',
        ),
        ("-m policy --dir in --pol none -j DROP", "-m policy --dir in --pol none -j DROP"),
        ("-m ipvs --ipvs -d 10.0.1.0/24 -j SNAT --to-source 10.0.1.2", "-d 10.0.1.0/24 -m ipvs --ipvs -j SNAT --to-source 10.0.1.2"),
        ("-j REJECT", "-j REJECT --reject-with icmp-port-unreachable"),
        ("-m comment --comment plain", "-m comment --comment plain"),
        ("-m comment --comment \"it's\"", '-m comment --comment "it\\\'s"'),
        ("-p tcp --syn", "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN"),
        ("-p icmp --icmp-type echo-request", "-p icmp -m icmp --icmp-type 8"),
        ("-m limit --limit 5/m --limit-burst 5", "-m limit --limit 5/min"),
        ("-j LOG --log-level warning", "-j LOG"),
        ("-p all -i + -s 0.0.0.0/0", ""),
        ("-p tcp -m tcp --dport 80:80 --sport :1023", "-p tcp -m tcp --sport 0:1023 --dport 80"),
    ],
)  # fmt: skip
def test_other_spellings_come_to_the_text_of_iptables_save(spelled, canonical):
    if canonical is None:
        with pytest.raises(SpecError, match="unknown option"):
            Rule.parse(spelled)
        return
    assert str(Rule.parse(spelled)) == canonical
    assert str(Rule.parse(canonical)) == canonical
    assert Rule.parse(spelled) == Rule.parse(canonical) == Rule.parse(split(spelled))


@given(rules())
def test_a_random_rule_comes_back_from_its_text(rule):
    assert Rule.parse(str(rule)) == rule
    assert str(Rule.parse(str(rule))) == str(rule)


@given(st.sampled_from(SELECTORS), st.sampled_from(MATCHES), st.sampled_from(TARGETS["filter"]), st.permutations(range(3)))
def test_the_order_of_the_parts_does_not_matter(selector, match, target, order):
    if "-p " in match and "-p " in target:
        target = "ACCEPT"
    parts = [selector, match, f"-j {target}"]
    assert Rule.parse(" ".join(parts[i] for i in order)) == Rule.parse(" ".join(parts))


LONG = {
    "-s": "--source", "-d": "--destination", "-i": "--in-interface", "-o": "--out-interface", "-j": "--jump", "-m": "--match",
    "-p": "--protocol", "--dport": "--destination-port", "--sport": "--source-port",
}  # fmt: skip


@given(rules())
def test_long_options_say_the_same(rule):
    words = [LONG.get(word, word) for word in split(str(rule))]
    assert Rule.parse(words) == rule


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x00"), min_size=1, max_size=40))
def test_a_comment_comes_back_whole(comment):
    assert split(quoted("--comment", comment)) == [comment]
    rule = Rule.parse(["-m", "comment", "--comment", comment])
    assert Rule.parse(str(rule)) == rule
    assert split(shlex.quote(comment)) == [comment]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-s 10.0.0.300", "host/network `10.0.0.300' not found"),
        ("-s 10.0.0.1 -s 10.0.0.2", "multiple -s flags not allowed"),
        ("-p", 'option "-p" requires an argument'),
        ("-p foo", 'unknown protocol "foo" specified'),
        ("-i a-name-that-is-too-long", "must be shorter than IFNAMSIZ"),
        ("-m nosuch", "Couldn't load match `nosuch'"),
        ("--dport 80", 'unknown option "--dport"'),
        ("-p tcp --dport 65536", "invalid port/service `65536' specified"),
        ("-p tcp --dport nosuchservice", "invalid port/service `nosuchservice' specified"),
        ("-m conntrack --ctstate BOGUS", 'Bad ctstate "BOGUS"'),
        ("-m conntrack", "conntrack: at least one option is required"),
        ("-j DNAT", "DNAT: at least one option is required"),
        ("-m mark --mark five", "bad mark value `five'"),
        ("-m addrtype --dst-type HERE", "addrtype: bad type `here'"),
        ("-m comment --comment 'open", "stands open"),
        ("-j ACCEPT --to-destination 10.0.0.1", 'unknown option "--to-destination"'),
    ],
)
def test_what_iptables_would_not_take_is_refused_in_its_words(text, said):
    with pytest.raises(SpecError) as refused:
        Rule.parse(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_table_prints_as_iptables_save_does():
    table = Table.fresh("nat").with_chain("DOCKER", Chain(rules=(Rule.parse("-i docker0 -j RETURN"),)))
    table = table.with_chain("POSTROUTING", Chain("ACCEPT", (Rule.parse("-s 172.17.42.1/16 ! -o docker0 -j MASQUERADE"),)))
    assert list(table.lines()) == [
        "*nat",
        ":PREROUTING ACCEPT [0:0]",
        ":INPUT ACCEPT [0:0]",
        ":OUTPUT ACCEPT [0:0]",
        ":POSTROUTING ACCEPT [0:0]",
        ":DOCKER - [0:0]",
        "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
        "-A DOCKER -i docker0 -j RETURN",
        "COMMIT",
    ]
