"""pynetlab releases, and what two of them do otherwise."""

import json

import pytest
from click.testing import CliRunner

from pynetlab import releases_diff
from pynetlab.cli import main
from pynetlab.engine.releases import RELEASES
from pynetlab.errors import SpecError

RUN = "docker run -d --name web -p 8080:80 nginx"


def cli(*words):
    return CliRunner().invoke(main, ["releases", *words])


def rows(left, right, *commands, **options):
    return list(releases_diff(left, right, commands or (RUN,), **options).rows)


def test_the_list_names_every_release_and_what_it_changed():
    listed = json.loads(cli("--json").output)
    assert [each["release"] for each in listed] == ["1.2", *RELEASES]
    assert all(each["engine"].startswith(each["release"]) and len(each["what changed"]) > 40 for each in listed)


def test_rules_that_moved_are_seen_on_both_sides():
    found = rows("20.10", "29.7")
    assert ("host: filter FORWARD", "<", "-o docker0 -j DOCKER", "") in found
    assert ("host: filter DOCKER-BRIDGE", ">", "", "-o docker0 -j DOCKER") in found
    assert ("host: raw PREROUTING", ">", "", "-d 172.17.0.2/32 ! -i docker0 -j DROP") in found
    assert ("host: filter DOCKER-USER", "<", "-j RETURN", "") in found
    assert [row[1:3] for row in found if row[0] == "web: MAC addresses"] == [("≠", "eth0 02:42:ac:11:00:02")]
    assert ("web: /etc/hosts", "<", "fe00::0\tip6-localnet", "") in found


def test_what_is_the_same_is_left_out_unless_the_whole_is_asked_for():
    assert rows("28.5", "28.5") == []
    whole = rows("28.5", "28.5", whole=True)
    assert {row[1] for row in whole} == {"="}
    assert ("docker: commands", "=", f"{RUN}: ok", f"{RUN}: ok") in whole
    assert ("host: addresses", "=", "docker0 172.17.0.1/16", "docker0 172.17.0.1/16") in whole


def test_flags_and_refusals_are_compared_too():
    assert ("host: filter FORWARD", "<", "-i docker0 -o docker0 -j DROP", "") in rows("20.10", "29.7", daemon=["--icc=false"])
    said = rows("20.10", "29.7", "network create --subnet 10.66.1.0/33 badmask")
    assert [row[1] for row in said if row[0] == "docker: commands"] == ["=", "≠"]
    refused = rows("20.10", "28.5", RUN, daemon=["--ip-forward-no-drop"])
    assert "unknown flag: --ip-forward-no-drop" in refused[0][2]


def test_commands_come_from_a_file_too(tmp_path):
    (tmp_path / "mine.txt").write_text(f"# a comment\n\n{RUN}\nhost iptables -I DOCKER-USER -j DROP\n")
    (tmp_path / "mine.yaml").write_text(f"daemon: [--icc=false]\ncommands:\n- {RUN}\n")
    typed = json.loads(cli("diff", "20.10", "29.7", RUN, "host iptables -I DOCKER-USER -j DROP", "--json").output)
    assert json.loads(cli("diff", "20.10", "29.7", str(tmp_path / "mine.txt"), "--json").output) == typed
    scenario = json.loads(cli("diff", "20.10", "29.7", str(tmp_path / "mine.yaml"), "--json").output)
    assert scenario == json.loads(cli("diff", "20.10", "29.7", RUN, "--daemon=--icc=false", "--json").output)
    assert scenario != typed
    assert typed[0].keys() == {"where", "mark", "20.10", "29.7"}


def test_without_commands_there_is_an_example():
    done = cli("diff", "26.1", "28.5")
    assert done.exit_code == 0
    assert "= on both sides, < only 26.1, > only 28.5, ≠ another value" in " ".join(done.output.split())
    assert "DOCKER-FORWARD" in done.output


@pytest.mark.parametrize("pair", [("20.10", "27.0"), ("1.2", "29.7")])
def test_a_release_that_is_not_there_is_answered_with_those_that_are(pair):
    wrong = next(name for name in pair if name not in RELEASES)
    with pytest.raises(SpecError, match=rf"release '{wrong}' cannot be compared; there are 20\.10, 26\.1, 28\.5, 29\.7"):
        releases_diff(*pair)
    done = cli("diff", *pair)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\xff")
    assert f"{tmp_path / 'bad.txt'}: not a text in UTF-8" in cli("diff", "20.10", "29.7", str(tmp_path / "bad.txt")).output
