"""What is read again of the kernel, and what is known to be as it was."""

import pytest

from pynetlab import Lab
from pynetlab.live import firewall
from pynetlab.live.lab import Kept
from pynetlab.model import Table

pytestmark = pytest.mark.live


@pytest.fixture
def reads(monkeypatch):
    """Give the generation that nf_tables is told to have, and how often the tables were read."""
    found = {"generation": 7, "reads": 0}

    def read(_):
        found["reads"] += 1
        return {"nat": Table.fresh("nat")}

    monkeypatch.setattr(firewall, "generation", lambda: found["generation"])
    monkeypatch.setattr(firewall, "_read", read)
    return found


def test_tables_are_read_again_only_where_their_generation_is_another_one(reads):
    kept = Kept()
    assert firewall.tables("nft", kept) == firewall.tables("nft", kept) == {"nat": Table.fresh("nat")}
    assert reads["reads"] == 1
    reads["generation"] = 8
    firewall.tables("nft", kept)
    assert reads["reads"] == 2


@pytest.mark.parametrize(("dialect", "generation"), [("legacy", 7), ("nft", 0)])
def test_where_no_generation_is_told_they_are_read_each_time(reads, dialect, generation):
    kept, reads["generation"] = Kept(), generation
    for _ in range(3):
        firewall.tables(dialect, kept)
    assert reads["reads"] == 3


def test_one_change_of_our_own_keeps_what_was_read_and_another_does_not(reads):
    kept = Kept()
    firewall.tables("nft", kept)
    kept.still(7, 8)
    reads["generation"] = 8
    firewall.tables("nft", kept)
    assert reads["reads"] == 1
    kept.still(8, 10)  # somebody else was there at the same time
    reads["generation"] = 10
    firewall.tables("nft", kept)
    assert reads["reads"] == 2


@pytest.mark.usefixtures("live")
def test_rules_of_a_script_are_seen_though_the_tables_were_read_and_watched_before():

    with Lab("29.7", mode="live") as lab:
        lab.start()
        lab.docker("docker run -d --name web nginx")
        lab.check("host -> web:80")
        before = lab.state()
        assert lab.state() == before
        for line, number in (("-A FORWARD -s 10.9.9.9 -j DROP", 1), ("-D FORWARD -s 10.9.9.9 -j DROP", 0)):
            lab.host.sh(f"iptables {line}")
            rules = lab.state()["host"].tables["filter"].chains["FORWARD"].rules
            assert sum("10.9.9.9" in str(rule) for rule in rules) == number
        assert lab.state() == before
