"""``pynetlab trace``: a lab from a file, and questions about it."""

import csv
import json
from pathlib import Path

from click.testing import CliRunner

from pynetlab.cli import main

SCENARIO = Path(__file__).resolve().parents[2] / "oracle/scenarios/bridge-two-networks-isolated.yaml"


def run(*words):
    return CliRunner().invoke(main, ["trace", *map(str, words)])


def test_questions_are_followed_through_a_scenario():
    done = run(SCENARIO, "ann -> bob:80", "outside -> host:8080")
    assert done.exit_code == 0
    assert "ann -> bob:80: dropped by rule, the answer is timeout\nRule " in done.stdout
    assert "outside -> host:8080: delivered, the answer is ok from both who saw 192.0.2.99" in done.stdout
    assert "policy" in run(SCENARIO, "ann -> both", "--all").stdout
    assert json.loads(run(SCENARIO, "ann -> both", "--json").stdout)["outcome"] == "delivered"
    rows = list(csv.DictReader(run(SCENARIO, "ann -> both", "bob -> both", "--csv").stdout.splitlines()))
    assert (rows[0]["netns"], rows[-1]["what"]) == ("ann", "delivered")
    assert [*dict.fromkeys(row["question"] for row in rows)] == ["ann -> both", "bob -> both"]


def test_a_compose_file_is_a_lab_too(tmp_path):
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web: {image: nginx, container_name: web}\n  db: {image: postgres, container_name: db}\n"
    )
    for file in (tmp_path, tmp_path / "compose.yaml"):
        assert "delivered, the answer is ok from db" in run(file, "web -> db:5432").stdout


def test_what_cannot_be_asked_is_one_sentence(tmp_path):
    done = run(SCENARIO, "ann -> nobody:80")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "there is nothing called nobody" in done.stderr
    assert "No such file" in run(tmp_path / "missing.yaml", "a -> b").stderr


def test_what_a_trace_crossed_is_written_for_wireshark(tmp_path):
    path = tmp_path / "trace.pcapng"
    done = run(SCENARIO, "outside -> host:8080", "--pcapng", path)
    assert done.exit_code == 0, done.output
    assert path.read_bytes()[:4] == bytes.fromhex("0a0d0d0a")
    done = run(SCENARIO, "outside -> host:8080", "outside -> host", "--pcapng", path)
    assert done.exit_code == 2
    assert "--pcapng takes one question" in done.output


def test_the_way_is_drawn(tmp_path):
    path = tmp_path / "way.svg"
    assert run(SCENARIO, "ann -> bob:80", "--svg", path).exit_code == 0
    assert "ann -&gt; bob:80: dropped by rule" in path.read_text(encoding="utf-8")
    assert "--svg takes one question" in run(SCENARIO, "ann -> bob:80", "ann -> both", "--svg", path).output
