"""wget as a word: what it fetches, where it puts it, and its exit codes; beside the real one in tests/differential."""

import pytest


@pytest.mark.parametrize(
    ("script", "code", "out"),
    [
        ("wget -qO- http://web/", 0, "web 172.18.0.3\n"),
        ("wget -q web; cat index.html", 0, "web 172.18.0.3\n"),
        ("wget -q --spider web", 0, ""),
        ("wget -qO- web:81", 4, ""),
        ("wget -qO- nosuch", 4, ""),
        ("wget -qO- https://web:80/", 4, ""),
        ("wget -qO- http://web:99999/", 1, ""),
    ],
)
def test_what_comes_and_its_exit_code(lab, script, code, out):
    said = lab.docker(f"exec cli sh -c '{script}'")
    assert (said.code, said.text, said.err) == (code, out, "")


@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        ("wget", 1, "wget: missing URL\n"),
        ("wget web", 127, "wget without -q, whose lines are full of clocks, is not in the simulation\n"),
        ("wget -q --post-data x web", 127, "wget --post-data is not in the simulation; there are -q, -O, -T, -t\n"),
        ("wget -q -T x web", 2, "wget: timeout: Invalid time period 'x'\n"),
    ],
)
def test_what_cannot_be_done_is_said(lab, line, code, err):
    said = lab.docker(f"exec cli {line}")
    assert said.code == code
    assert said.err.startswith(err)
