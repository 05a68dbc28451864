"""The verbs ``up`` and ``graph`` in a shell."""

import pytest
from click.testing import CliRunner

from pynetlab.cli import main


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "compose.yaml").write_text(
        "{version: '3', services: {web: {image: x, ports: ['8080:80']}, dev: {image: x, profiles: [dev]}}}"
    )
    return folder


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_up_prints_what_compose_prints_and_a_table(shop):
    done = run("up", shop, "-p", "store", "--profile", "dev", "--engine", "28.5")
    assert done.exit_code == 0, done.output
    assert " Network store_default  Created\n" in done.stdout
    assert " Container store-web-1  Started\n" in done.stdout
    assert "0.0.0.0:8080->80/tcp" in done.stdout
    assert "172.18.0.3/16" in done.stdout
    assert "the attribute `version` is obsolete" in done.stderr


def test_a_refusal_is_one_sentence(shop):
    (shop / "compose.yaml").write_text("services: {web: {image: x, scale: 2, ports: ['8080:80']}}")
    done = run("up", shop)
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "port is already allocated" in done.stderr
    assert run("up", shop / "no.yaml").exit_code == 2


def test_graph_prints_or_writes_the_networks(shop, tmp_path):
    done = run("graph", shop)
    assert done.exit_code == 0
    assert "8080 -> 80/tcp" in done.stdout
    path = tmp_path / "shop.svg"
    assert run("graph", shop, "--format", "svg", "-o", path).stdout == f"{path}\n"
    assert path.read_text().startswith("<svg ")
