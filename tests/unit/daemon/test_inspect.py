"""``docker inspect`` in the shape of each release: fields and order are those of a real 20.10, and of moby's types since."""

import json

import pytest
from unit.daemon.hosts import NAMES, Host

from pynetlab.errors import ClientError, DaemonError, SpecError

LINES = (
    "network create --subnet 10.5.0.0/24 --ip-range 10.5.0.128/25 --gateway 10.5.0.5 --aux-address x=10.5.0.7 --label a=b front",
    "network create back",
    "run -d --name web --network front --network-alias w -p 8080:80 --expose 99 --label k=v lab sleep 1000",
    "network connect back web",
    "run -d --name plain -P --expose 77 lab",
)


def made(release):
    host = Host(release)
    host.do(*LINES)
    return host


def inspect(host, line):
    return json.loads(host.do(f"inspect {line}")[0].text)[0]


@pytest.mark.parametrize("release", NAMES)
def test_a_container_has_the_fields_of_its_release_in_its_order(release):
    host = made(release)
    web, shape = inspect(host, "web"), host.memory.release.shape
    assert list(web)[:5] == ["Id", "Created", "Path", "Args", "State"]
    assert list(web["NetworkSettings"]) == shape.settings.split()
    assert list(web["NetworkSettings"]["Networks"]) == ["back", "front"]
    front, back = (web["NetworkSettings"]["Networks"][name] for name in ("front", "back"))
    assert list(front) == shape.endpoint.split()
    assert (front["IPAddress"], front["IPPrefixLen"], front["Gateway"]) == ("10.5.0.128", 24, "10.5.0.5")
    assert (front["IPAMConfig"], front["DriverOpts"]) == (None, None)
    assert (back["IPAMConfig"], back["DriverOpts"]) == ({}, {})
    assert web["NetworkSettings"]["Ports"] == {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "99/tcp": None}  # noqa: S104
    assert web["HostConfig"]["PortBindings"] == {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}
    assert web["Config"]["ExposedPorts"] == {"80/tcp": {}, "99/tcp": {}}


@pytest.mark.parametrize("release", NAMES)
def test_names_in_a_network_moved_from_aliases_to_dns_names(release):
    host = made(release)
    web = inspect(host, "web")
    front, short = web["NetworkSettings"]["Networks"]["front"], host.memory.containers["web"].short
    old = release == "20.10"
    assert front["Aliases"] == (["w", short] if old else ["w"])
    assert front.get("DNSNames") == (None if old else ["web", "w", short])


@pytest.mark.parametrize("release", NAMES)
def test_the_address_beside_the_networks_is_gone_in_29(release):
    host = made(release)
    line = "inspect -f {{.NetworkSettings.IPAddress}} plain"
    if release == "29.7":
        with pytest.raises(ClientError, match=r'at <.NetworkSettings.IPAddress>: map has no entry for key "IPAddress"$'):
            host.do(line)
    else:
        assert host.do(line)[0].text == "172.17.0.2\n"
    assert host.do("inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' web")[0].text == "172.18.0.2 10.5.0.128 \n"


@pytest.mark.parametrize("release", NAMES)
def test_a_network_has_the_fields_of_its_release_in_its_order(release):
    host = made(release)
    front = json.loads(host.do("network inspect front")[0].text)[0]
    assert list(front) == host.memory.release.shape.network.split()
    assert front["IPAM"] == {
        "Driver": "default",
        "Options": {},
        "Config": [{"Subnet": "10.5.0.0/24", "IPRange": "10.5.0.128/25", "Gateway": "10.5.0.5", "AuxiliaryAddresses": {"x": "10.5.0.7"}}],
    }
    assert list(front["Containers"]) == [host.memory.containers["web"].id]
    assert next(iter(front["Containers"].values()))["IPv4Address"] == "10.5.0.128/24"
    assert front["Labels"] == {"a": "b"}
    status = {"IPAM": {"Subnets": {"10.5.0.0/24": {"IPsInUse": 5, "DynamicIPsAvailable": 126}}}}
    assert front.get("Status") == (status if release == "29.7" else None)


def test_a_container_that_stopped_shows_no_address_and_an_exit_code():
    for release, kept in (("20.10", True), ("26.1", False)):
        host = made(release)
        host.do("kill web")
        web = inspect(host, "web")
        assert (web["State"]["Status"], web["State"]["ExitCode"], web["NetworkSettings"]["Ports"]) == ("exited", 137, {})
        assert bool(web["NetworkSettings"]["SandboxID"]) == kept
        front = web["NetworkSettings"]["Networks"]["front"]
        assert (front["EndpointID"], front["IPAddress"], front["IPPrefixLen"]) == ("", "", 0)


def test_who_shares_a_network_names_the_other_by_its_id():
    host = made("28.5")
    host.do("run -d --name side --network container:web img", "run -d --name top --network host img")
    assert inspect(host, "side")["HostConfig"]["NetworkMode"] == f"container:{host.memory.containers['web'].id}"
    assert inspect(host, "side")["NetworkSettings"]["Networks"] == {}
    assert inspect(host, "top")["NetworkSettings"]["SandboxKey"] == "/var/run/docker/netns/default"


def test_what_is_not_there_is_told_and_the_rest_is_shown():
    host = made("28.5")
    done = host.do("inspect nosuch web -f {{.Name}}", "network inspect nosuch front -f {{.Name}}")
    assert [(each.text, each.code, each.err) for each in done] == [
        ("/web\n", 1, "Error: No such object: nosuch\n"),
        ("front\n", 1, "Error response from daemon: network nosuch not found\n"),
    ]
    for line, error, words in (
        ("inspect nosuch", ClientError, "^Error: No such object: nosuch$"),
        ("container inspect nosuch", DaemonError, "^No such container: nosuch$"),
        ("inspect --type network web", DaemonError, "^network web not found$"),
        ("inspect --type bad web", ClientError, '^unknown type: "bad": must be one of "config", "container"'),
        ("inspect --type image web", SpecError, "--type image is not modelled"),
        ("inspect -f {{ web", SpecError, "^template parsing error: template: :1: unclosed action$"),
        (
            "inspect -f {{.x}} web",
            ClientError,
            '^template parsing error: template: :1:2: executing "" at <.x>: map has no entry for key "x"$',
        ),
    ):
        with pytest.raises(error, match=words):
            host.do(line)
    with pytest.raises(ClientError, match=r"^error: no such object: nosuch$"):
        Host("29.7").do("inspect nosuch")


def test_fields_have_the_names_of_go_and_of_json():
    host = made("28.5")
    whole = host.memory.containers["web"].id
    texts = [each.text for each in host.do("inspect -f '{{.ID}} {{.Config.Labels}}' web", "inspect -f {{.Id}} web", "inspect -f json web")]
    assert texts[:2] == [f"{whole} map[k:v]\n", f"{whole}\n"]
    assert texts[2].startswith(f'[{{"Id":"{whole}","Created":"2025-11-05T00:00:00Z","Path":"sleep","Args":["1000"],')


@pytest.mark.parametrize("release", NAMES)
def test_version_and_info_say_what_is_true(release):
    host = made(release)
    known = host.memory.release
    text = host.do("version")[0].text
    assert text.startswith(f"Client:\n Version:           {known.version}\n API version:       {known.shape.api}\n")
    assert f"  API version:      {known.shape.api} (minimum version {known.shape.oldest_api})\n" in text
    forms = ("version -f {{.Server.Version}}", "info -f '{{.ServerVersion}} {{.ContainersRunning}}'", "info")
    texts = [each.text for each in host.do(*forms)]
    assert texts[:2] == [f"{known.version}\n", f"{known.version} 2\n"]
    assert " Containers: 2\n  Running: 2\n  Paused: 0\n  Stopped: 0\n" in texts[2]
