"""The scenarios of real engines, 20.10 to 29, played again: every fact that they left comes out, in both kernels."""

import json
from pathlib import Path

import pytest
import yaml
from oracle.facts import SECTIONS, differences, facts

from pynetlab.engine.releases import RELEASES
from pynetlab.errors import KernelError
from pynetlab.model import mac_address
from pynetlab.ops import AddDummy, AddNetns, DeleteNetns
from pynetlab.replay import LACKING, Scenario, play
from pynetlab.sim import SimKernel

HERE = Path(__file__).parent
FOLDERS = {"20.10": "e20", "26.1": "e26", "28.5": "e28", "29.7": "e29"}
NAMES = sorted(path.stem for path in (HERE / "scenarios").glob("*.yaml"))
KNOWN = yaml.safe_load((HERE / "known_misses.yaml").read_text())
NOTHING = {section: [] for section in SECTIONS}


def recorded(release, name):
    return json.loads((HERE / "records" / FOLDERS[release] / f"{name}.json").read_text())


def misses(release, name, record):
    known = KNOWN.get(f"{FOLDERS[release]}/{name}", {})
    return differences(recorded(release, name), record, known)


def scenario(name):
    return Scenario.read(HERE / "scenarios" / f"{name}.yaml")


def test_every_release_and_every_record_is_here():
    assert list(FOLDERS) == list(RELEASES)
    assert len(NAMES) == 29
    for folder in FOLDERS.values():
        assert sorted(path.stem for path in (HERE / "records" / folder).glob("*.json")) == NAMES


def test_what_is_known_to_differ_is_little_and_really_differs():
    lines = [(place, beginning) for place, found in KNOWN.items() for beginning in found]
    assert len(lines) <= 10
    for place, beginning in lines:
        folder, name = place.split("/")
        release = next(release for release, each in FOLDERS.items() if each == folder)
        found = differences(recorded(release, name), play(scenario(name), release, SimKernel(lacks=LACKING)))
        assert any(f"{section} {line[2:]}".startswith(beginning) for section, lines in found.items() for line in lines)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("release", RELEASES)
def test_the_record_comes_out_in_simulation(release, name):
    assert misses(release, name, play(scenario(name), release, SimKernel(lacks=LACKING))) == NOTHING


def expected(release, name, kernel):
    """Give what the real kernel should leave: the record, but where this machine has a device that the record's had not."""
    if name == "macvlan-internal" and has_dummy(kernel):
        return play(scenario(name), release, SimKernel())
    return recorded(release, name)


def has_dummy(kernel):
    try:
        kernel.apply([AddNetns("tried"), AddDummy("tried", "dm0", mac_address("dm0"))])
    except KernelError:
        return False
    finally:
        kernel.apply([DeleteNetns("tried")])
    return True


@pytest.mark.live
@pytest.mark.parametrize("live_kernel", ["nft"], indirect=True)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("release", RELEASES)
def test_the_record_comes_out_of_the_real_kernel(live_kernel, release, name):
    wanted = expected(release, name, live_kernel)
    known = KNOWN.get(f"{FOLDERS[release]}/{name}", {})
    assert differences(wanted, play(scenario(name), release, live_kernel), known) == NOTHING


@pytest.mark.live
@pytest.mark.parametrize("live_kernel", ["legacy"], indirect=True)
@pytest.mark.parametrize("name", NAMES)
def test_the_record_comes_out_of_legacy_tables(live_kernel, name):
    wanted = expected("29.7", name, live_kernel)
    assert differences(wanted, play(scenario(name), "29.7", live_kernel)) == NOTHING


@pytest.mark.parametrize("release", RELEASES)
def test_a_record_is_a_scenario_again(release):
    path = HERE / "records" / FOLDERS[release] / "bridge-two-networks-isolated.json"
    assert Scenario.read(path) == scenario("bridge-two-networks-isolated")


def test_the_comparison_notices_each_kind_of_difference():
    """A comparison that compares nothing would always be content."""
    whole = recorded("29.7", "bridge-two-networks-isolated")
    assert {section for section, _ in facts(whole)} == set(SECTIONS)
    for section in SECTIONS:
        changed = [fact for fact in facts(whole) if fact[0] == section]
        assert changed
    other = recorded("29.7", "bridge-user-dns")
    assert all(differences(whole, other)[section] for section in SECTIONS if section != "sysctl")
