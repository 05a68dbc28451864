"""The command line: what it prints, its exit codes, its one-sentence errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from jupyterlab_server.settings_utils import get_settings

from pynetlab.cli import main
from pynetlab.faults import FAULTS

RECORDS = Path(__file__).resolve().parents[1] / "oracle/records/e12"


def run(*words):
    return CliRunner().invoke(main, list(map(str, words)))


def test_the_plan_as_a_table():
    done = run("daemon-init", "--icc=false")
    assert done.exit_code == 0
    assert "ip link set docker0 up" in done.stdout
    assert "-i docker0 -o docker0 -j DROP" in done.stdout
    assert "kernel" not in done.stdout.splitlines()[1]


def test_the_plan_with_reasons_and_as_json():
    assert "The host becomes a router" in " ".join(run("daemon-init", "--explain").stdout.split())
    steps = json.loads(run("daemon-init", "--json").stdout)
    assert {"step", "place", "why", "command", "what it changed"} == set(steps[0])
    assert [step["command"] for step in steps if step["place"] == "link-up"] == ["ip link set docker0 up"]


def test_the_plan_as_a_script_is_read_by_sh():
    script = run("daemon-init", "--script", "--bip", "10.10.0.1/24").stdout
    assert script.startswith("#!/bin/sh\n")
    assert "ip addr add 10.10.0.1/24 dev docker0\n" in script
    assert subprocess.run(["sh", "-n"], input=script, text=True, check=False).returncode == 0


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_both_kernels_print_the_same():
    assert run("daemon-init", "--mode", "live", "--explain").stdout == run("daemon-init", "--explain").stdout


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("daemon-init", "--bip", "10.10.0.1"), 1, "pynetlab: invalid CIDR address: 10.10.0.1\n"),
        (("daemon-init", "-b", "br0"), 1, "pynetlab: route ip+net: no such network interface\n"),
        (("daemon-init", "--frob"), 2, "pynetlab: flag provided but not defined: --frob; there are"),
        (("daemon-init", "--icc=perhaps"), 2, 'pynetlab: invalid boolean value "perhaps" for --icc'),
        (("daemon-init", "--script", "--json"), 2, "Usage: "),
        (("daemon-init", "--mode", "dream"), 2, "Usage: "),
        (("frob",), 2, "Usage: "),
        (("replay", "missing.json", "-o", "out"), 2, "pynetlab: missing.json: No such file or directory\n"),
    ],
)
def test_what_is_refused(tmp_path, monkeypatch, words, code, text):
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert done.exit_code == code
    assert done.stderr.startswith(text)
    assert not list(tmp_path.iterdir())


def test_a_case_is_replayed_into_a_record(tmp_path):
    done = run("replay", RECORDS / "port-mapping.json", RECORDS / "restart.json", "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    record, ours = (json.loads((folder / "port-mapping.json").read_text()) for folder in (RECORDS, tmp_path / "out"))
    assert (ours["runs"], ours["host"]) == (record["runs"], record["host"])


def test_a_damaged_case_is_named_and_nothing_is_written(tmp_path):
    case = json.loads((RECORDS / "restart.json").read_text())
    case["runs"][1]["jobs"][0]["Job"] = "dance"
    (tmp_path / "bad.json").write_text(json.dumps(case))
    done = run("replay", RECORDS / "restart.json", tmp_path / "bad.json", "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert f"{tmp_path / 'bad.json'}: runs[1].jobs[0].Job: unknown job 'dance'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_figures_are_written(tmp_path):
    done = run("figures", tmp_path)
    assert done.exit_code == 0, done.output
    names = {"daemon-network-init", "bridge-network", "network-modes", "published-port-trace"}
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.{end}" for name in names for end in ("svg", "png")}


def test_doctor_lists_each_feature_with_a_remedy():
    found = json.loads(run("doctor", "--json").stdout)
    assert {"feature", "works", "why", "remedy"} == set(found[0])
    assert all(one["remedy"] for one in found if one["works"] == "no")
    assert "A live lab can run here: " in run("doctor").stdout


def test_the_faults_are_listed_with_what_one_notices():
    found = {each["fault"]: each for each in json.loads(run("faults", "--json").stdout)}
    assert list(found) == list(FAULTS)
    assert found["rate-limit"] == {
        "fault": "rate-limit",
        "strikes": "container",
        "options": "rate=1000000, burst=10240",
        "symptom": "What is sent to a container arrives, but slowly, and much of it late.",
    }
    assert "ip-forward-off" in run("faults").stdout


def test_the_command_is_installed():
    done = subprocess.run([Path(sys.executable).with_name("pynetlab"), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("pynetlab, version 0.1.0")


def test_words_after_lab_go_to_jupyterlab(monkeypatch, tmp_path):
    called = []
    monkeypatch.setattr("os.execv", lambda _, words: called.append(words))
    monkeypatch.setattr("os.chdir", lambda _: None)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))  # the notebooks' signatures go there
    assert run("lab", "--no-browser", "--port", "8899").exit_code == 0
    assert called[0][1:3] == ["-m", "jupyterlab"]
    assert called[0][-3:] == ["--no-browser", "--port", "8899"]


def test_jupyterlab_does_not_ask_about_news(monkeypatch, tmp_path):
    monkeypatch.setattr("os.execv", lambda *_: None)
    monkeypatch.setattr("os.chdir", lambda _: None)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/etc/mine")
    assert run("lab").exit_code == 0
    assert os.environ["JUPYTER_CONFIG_PATH"].endswith(f"{os.pathsep}/etc/mine")
    schemas = str(Path(sys.prefix) / "share/jupyter/lab/schemas")
    found, _ = get_settings(str(tmp_path), schemas, str(tmp_path), schema_name="@jupyterlab/apputils-extension:notification")
    assert found["schema"]["properties"]["fetchNews"]["default"] == "false"
