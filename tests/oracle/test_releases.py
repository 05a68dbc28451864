"""The scenarios of real engines, 20.10 to 29, played again: every fact that they left comes out, in both kernels."""

import concurrent.futures
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from conftest import missing, need
from oracle.facts import QUESTION, SECTIONS, differences, facts, wrong_answers

from pynetlab.daemon import Dockerd
from pynetlab.engine.releases import RELEASES
from pynetlab.errors import KernelError, PynetlabError
from pynetlab.kernel import run
from pynetlab.live.kernel import LiveKernel
from pynetlab.model import Answer, mac_address
from pynetlab.ops import AddDummy, AddNetns, DeleteNetns
from pynetlab.replay import LACKING, Scenario, play
from pynetlab.replay.probes import questions
from pynetlab.sim import SimKernel
from pynetlab.stage import stage

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
def test_the_record_comes_out_in_simulation_and_so_do_its_answers(release, name):
    ours = play(scenario(name), release, SimKernel(lacks=LACKING))
    assert misses(release, name, ours) == NOTHING
    assert wrong_answers(recorded(release, name), ours) == []


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


LIVE = [("nft", release, name) for release in RELEASES for name in NAMES] + [("legacy", "29.7", name) for name in NAMES]


def played_live(dialect, release, name):
    """Play a scenario in the real kernel; give what it should leave, what it left, and the answers that are wrong."""
    with LiveKernel(dialect) as kernel:
        wanted = expected(release, name, kernel)
        ours = play(scenario(name), release, kernel)
    return wanted, ours, wrong_answers(recorded(release, name), ours)


@pytest.fixture(scope="module")
def live_records(request):
    """Play what the selected tests ask for, some at once: a question without an answer only waits."""
    for dialect in ("nft", "legacy"):
        need(missing(dialect))
    wanted = [item.callspec.params["played"] for item in request.session.items if "live_records" in item.fixturenames]
    with ThreadPoolExecutor(6) as pool:
        yield {each: pool.submit(played_live, *each) for each in wanted}


@pytest.mark.live
@pytest.mark.parametrize("played", LIVE, ids="-".join)
def test_the_record_comes_out_of_the_real_kernel_and_so_do_its_answers(live_records, played):
    wanted, ours, wrong = live_records[played].result()
    dialect, release, name = played
    known = KNOWN.get(f"{FOLDERS[release]}/{name}", {})
    assert differences(wanted, ours, known) == NOTHING
    if wrong:  # on a busy machine an answer may come too late: what is really wrong is so again when nothing else runs
        concurrent.futures.wait(live_records.values())
        wrong = played_live(dialect, release, name)[2]
    assert wrong == []


def test_the_comparison_of_answers_notices_each_that_differs():
    whole = recorded("29.7", "bridge-user-dns")
    assert wrong_answers(whole, whole) == []
    for at, probe in enumerate(whole["probes"]):
        other = [*whole["probes"][:at], probe | {"result": "?"}, *whole["probes"][at + 1 :]]
        assert len(wrong_answers(whole, whole | {"probes": other})) == 1
    assert wrong_answers(whole, {"probes": whole["probes"][1:]})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("release", RELEASES)
def test_everybody_is_asked_what_the_record_asks(release, name):
    asked = {tuple(map(each.record(Answer("")).get, QUESTION)) for each in asked_at_the_end(release, name)}
    assert {tuple(map(probe.get, QUESTION)) for probe in recorded(release, name)["probes"]} <= asked


def asked_at_the_end(release, name):
    kernel = SimKernel(lacks=LACKING)
    run(stage(), kernel)
    docker = Dockerd(RELEASES[release], lambda plan: run(plan, kernel), kernel.sh)
    docker.start(scenario(name).daemon)
    for line in scenario(name).commands:
        with suppress(PynetlabError):
            docker.command(line)
    return list(questions(docker.memory))


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
