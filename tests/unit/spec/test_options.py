"""Every option that docker has is understood here: it counts, or it is noted, or it is refused by its name; and no other one is."""

from pathlib import Path

import pytest
import yaml

from pynetlab.engine.releases import RELEASES
from pynetlab.errors import SpecError
from pynetlab.spec import words
from pynetlab.spec.cli import parse
from pynetlab.spec.commands import COMMANDS, NEWER

OPTIONS = yaml.safe_load(Path(__file__).with_name("options.yaml").read_text())
MANY = ["container inspect", "inspect", "kill", "network rm", "restart", "rm", "start", "stop"]
VALUES = {"--ip": "10.0.0.9", "--dns": "1.1.1.1", "--publish": "80", "--expose": "80", "--filter": "a=b", "--sysctl": "kernel.shmmax=1"}
VALUES |= dict.fromkeys(("--time", "--timeout", "--last", "--gw-priority"), "1")
ELSEWHERE = {"version": {"kubeconfig"}}
"""Of Kubernetes, in 20.10 alone; it is refused as unknown."""


def theirs(command, release):
    """Give docker's options, each with its letter or none."""
    found = " ".join((OPTIONS[command]["all"], OPTIONS[command].get(release, ""))).split()
    return {name: letter for name, _, letter in (option.partition(":") for option in found)}


def ours(command, release):
    missing = NEWER - RELEASES[release].options
    mine = command.replace(" ", "-")
    return [option for option in COMMANDS[command].options if not {option.names[0], mine + option.names[0]} & missing]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("command", OPTIONS)
def test_the_options_are_those_of_the_release(command, release):
    have = {name.strip("-") for option in ours(command, release) for name in option.names if name.startswith("--")}
    assert have == set(theirs(command, release)) - ELSEWHERE.get(command, set())
    letters = {letter for letter in theirs(command, release).values() if letter}
    assert {name.strip("-") for option in ours(command, release) for name in option.names if not name.startswith("--")} == letters


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("command", OPTIONS)
def test_each_option_counts_or_is_noted_or_refused(command, release):
    known = COMMANDS[command]
    for option in ours(command, release):
        name = option.names[0]
        line = [name] if option.read is words.boolean else [name, VALUES.get(name, "a=b")]
        given = [*line, *["word"] * known.least]
        missing = NEWER - RELEASES[release].options
        if option.about == "missing":
            with pytest.raises(SpecError, match=f"^{name} would change the network and is not modelled$"):
                parse(known, given, missing)
            continue
        parsed = parse(known, given, missing)
        assert parsed.notes == ((name,) if option.about == "other" else ())
        assert len(parsed.arguments) == known.least


def test_a_command_has_the_options_that_are_compared():
    assert {name for name, command in COMMANDS.items() if command.options} == set(OPTIONS)
