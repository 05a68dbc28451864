"""Magics of IPython: docker's command lines and scripts of the host, in a notebook's own words."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from pynetlab import Lab


@pytest.fixture
def shell():
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "pynetlab")
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        shell.user_ns["lab"] = lab
        yield shell


def said(shell, capsys, cell):
    capsys.readouterr()
    result = shell.run_cell(cell)
    return capsys.readouterr(), result.error_in_exec


def test_a_line_of_docker(shell, capsys):
    printed, error = said(shell, capsys, "%docker network create --subnet 10.5.0.0/24 back")
    assert error is None
    assert len(printed.out) == 65
    assert printed.out[:12] in said(shell, capsys, "%docker docker network ls -q")[0].out.splitlines()


def test_a_cell_of_docker_lines(shell, capsys):
    printed, error = said(
        shell, capsys, "%%docker\n# two of them\ndocker network create front\n\nrun -d --name web \\\n  --network front nginx\n"
    )
    assert error is None
    assert printed.out.count("\n") == 2
    assert set(shell.user_ns["lab"].containers) == {"web"}


def test_the_first_refused_line_ends_the_cell(shell, capsys):
    _, error = said(shell, capsys, "%%docker\nnetwork create front\nnetwork create front\nrun -d --name web nginx")
    assert str(error) == "network with name front already exists"
    assert shell.user_ns["lab"].containers == {}


def test_a_script_of_the_host(shell, capsys):
    printed, error = said(shell, capsys, "%%host\nip -br link show lo\nip link show nosuch\nsysctl -n net.ipv4.ip_forward")
    assert error is None
    assert printed.out == "lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> \n1\n"
    assert printed.err == 'Device "nosuch" does not exist.\n'
    assert said(shell, capsys, "%host hostname")[0].out == "host\n"


def test_another_lab_is_named_behind_the_magic(shell, capsys):
    with Lab("20.10", mode="sim") as other:
        shell.user_ns["other"] = other
        assert said(shell, capsys, "%%host other\nip -br link show type bridge")[0].out == ""


@pytest.mark.parametrize("cell", ["%%host nosuch\ntrue", "%%docker nosuch\nps"])
def test_a_lab_that_is_not_there_is_asked_for(shell, capsys, cell):
    _, error = said(shell, capsys, cell)
    assert str(error).startswith("nothing here that is called 'nosuch' is a lab; make one: nosuch = Lab('29.7')")


def test_a_trace_is_told_as_the_lab_tells_it(shell, capsys):
    said(shell, capsys, "%docker run -d --name web -p 8080:80 nginx")
    printed, error = said(shell, capsys, "%trace outside -> host:8080/tcp")
    assert error is None
    assert printed.out == f"{shell.user_ns['lab'].trace('outside -> host:8080/tcp')}\n"
    assert "delivered, the answer is ok from web" in printed.out
    assert said(shell, capsys, "%%trace\n# two\noutside -> host:8080\n\noutside -> host")[0].out.count("request:") == 2


def test_a_question_that_cannot_be_asked_is_an_error_of_the_cell(shell, capsys):
    _, error = said(shell, capsys, "%trace web -> nosuch")
    assert str(error) == "there is nothing called web; the lab has host, outside"
