"""Compose files as people write them come up in both kernels, with the names, networks, addresses and ports that they ask for."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml

from pynetlab.lab import Lab
from pynetlab.model import difference
from pynetlab.verbs.compose import network_map
from pynetlab.views.graph_formats import FORMATS

HERE = Path(__file__).parent
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text())


def arguments(name):
    wanted = EXPECTED[name]
    files = [HERE / "files" / each for each in wanted.get("files", [f"{name}.yaml"])]
    own = "name" in yaml.safe_load(files[0].read_text())
    return files, {"name": "" if own else name, "env": wanted.get("env", {}), "profiles": wanted.get("profiles", [])}


def brought_up(name, mode):
    files, options = arguments(name)
    lab = Lab("29.7", mode=mode)
    lab.start()
    for line in EXPECTED[name].get("before", []):
        lab.docker(line)
    return lab, lab.up(files, **options)


def place(lab, container):
    """Say where a container is, in the words of expected.yaml."""
    if container.mode in ("host", "none"):
        return container.mode
    if container.mode.startswith("container:"):
        return f"container of {lab.dockerd.memory.container(container.mode.removeprefix('container:')).name}"
    return {network: str(end.address.ip) for network, end in container.endpoints.items()}


def published(container):
    return [
        f"{port.host_ip}:{port.host_port}->{port.container_port}/{port.proto}" for end in container.endpoints.values() for port in end.ports
    ]


def test_there_are_forty_files_and_each_has_its_expectation():
    files = {path.stem for path in (HERE / "files").glob("*.yaml")}
    assert files == set(EXPECTED)
    assert len(files) >= 40


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_comes_up_as_it_says(name):
    wanted = EXPECTED[name]
    lab, output = brought_up(name, "sim")
    with lab:
        assert {each: place(lab, container) for each, container in lab.containers.items()} == wanted["containers"]
        ports = {each: sorted(published(container), key=_rank) for each, container in lab.containers.items() if published(container)}
        assert ports == {each: sorted(lines, key=_rank) for each, lines in wanted.get("ports", {}).items()}
        assert len(output.notes) == len(wanted.get("notes", ()))
        assert all(said in note for said, note in zip(wanted.get("notes", ()), output.notes, strict=True))
        networks = lab.dockerd.memory.networks
        assert [each for each in networks if networks[each].internal] == sorted(wanted.get("internal", ()))
        for each, driver in wanted.get("drivers", {}).items():
            assert networks[each].driver == driver
        for each, aliases in wanted.get("aliases", {}).items():
            assert {network: list(lab.containers[each].networks[network].aliases) for network in aliases} == aliases
        check_kernel(lab, wanted)


def _rank(line):
    inside = line.partition("->")[2]
    return int(inside.partition("/")[0]), inside, line


def check_kernel(lab, wanted):
    """Ask the kernel's own state for what Docker says: addresses on devices, ports that somebody waits on, files."""
    state = lab.state()
    for container in lab.containers.values():
        if container.netns == container.name:
            held = {str(address.ip) for link in state[container.netns].links.values() for address in link.addresses}
            assert held == {"127.0.0.1", *(str(end.address.ip) for end in container.endpoints.values() if end.address)}
    waits = {(listener.proto, str(listener.ip), listener.port) for listener in state["host"].listeners}
    for container in lab.containers.values():
        for end in container.endpoints.values():
            assert {(port.proto, port.host_ip, port.host_port) for port in end.ports} <= waits
    for bridge in wanted.get("bridges", ()):
        assert state["host"].links[bridge].kind == "bridge"
    for name, text in wanted.get("hosts", {}).items():
        assert text in lab.dockerd.memory.disk[name]["/etc/hosts"]


@pytest.mark.live
@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("name", EXPECTED)
def test_the_real_kernel_holds_the_same(name):
    simulated, printed = brought_up(name, "sim")
    real, also = brought_up(name, "live")
    with simulated, real:
        assert real.state() == simulated.state(), "\n".join(map(str, difference(simulated.state(), real.state())))
        assert (also.text, also.notes) == (printed.text, printed.notes)
        assert {each: place(real, container) for each, container in real.containers.items()} == EXPECTED[name]["containers"]


@pytest.mark.parametrize("release", ["20.10", "26.1", "28.5"])
def test_every_file_comes_up_on_older_engines(release):
    for name, wanted in EXPECTED.items():
        files, options = arguments(name)
        with Lab(release, mode="sim") as lab:
            lab.start()
            for line in wanted.get("before", []):
                lab.docker(line)
            lab.up(files, **options)
            assert set(lab.containers) == set(wanted["containers"]), name


@pytest.mark.parametrize("name", EXPECTED)
def test_every_file_can_be_drawn(name):
    files, options = arguments(name)
    chart = network_map(files, **options)
    for form, write in FORMATS.items():
        text = write(chart)
        assert all(box.name in text for box in chart.boxes), form
        assert write(network_map(files, **options)) == text


def test_addresses_of_the_expectations_are_in_no_two_places():
    for name, wanted in EXPECTED.items():
        taken = [IPv4Address(address) for place in wanted["containers"].values() if isinstance(place, dict) for address in place.values()]
        assert len(taken) == len(set(taken)), name
