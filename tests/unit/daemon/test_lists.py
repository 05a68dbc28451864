"""``docker ps``, ``docker network ls`` and ``docker port``: the text of a real engine of 20.10 on the same commands, but for its clock."""

import json

import pytest
from unit.daemon.hosts import NAMES, Host

from pynetlab.errors import ClientError, DaemonError, SpecError

LINES = (
    "network create --label a=b front",
    "network create back",
    "run -d --name web --network front -p 8080:80 -p 127.0.0.1:53:53/udp --expose 99 --label k=v lab sleep 1000",
    "network connect back web",
    "run -d --name plain -P --expose 77 lab sleep 1000",
    "run -d --name hst --network host lab sleep 1000",
    "run -d --name shr --network container:web lab sleep 1000",
    "create --name later -p 81:80 lab sh -c 'sleep 3 and more'",
)
PORTS = "127.0.0.1:53->53/udp, 99/tcp, 0.0.0.0:8080->80/tcp"


@pytest.fixture(scope="module", name="host")
def made():
    host = Host("28.5")
    host.do(*LINES)
    return host


def said(host, line):
    return host.do(line)[0].text


def ids(host, *names):
    return [host.memory.containers[name].short for name in names]


def test_the_table_of_containers(host):
    shr, hst, plain, web = ids(host, "shr", "hst", "plain", "web")
    age, up = "Less than a second ago", "Up Less than a second"
    assert said(host, "docker ps").splitlines() == [
        f"CONTAINER ID   IMAGE     COMMAND        CREATED                  STATUS                  PORTS{' ' * 48}NAMES",
        f'{shr}   lab       "sleep 1000"   {age}   {up}   {" " * 53}shr',
        f'{hst}   lab       "sleep 1000"   {age}   {up}   {" " * 53}hst',
        f'{plain}   lab       "sleep 1000"   {age}   {up}   0.0.0.0:32768->77/tcp{" " * 32}plain',
        f'{web}   lab       "sleep 1000"   {age}   {up}   {PORTS}   web',
    ]


def test_a_container_that_never_ran_is_shown_on_demand(host):
    assert said(host, "ps -q").split() == ids(host, "shr", "hst", "plain", "web")
    assert said(host, "ps -aq --no-trunc").split()[0] == host.memory.containers["later"].id
    assert said(host, "ps -l --format '{{.Status}} {{.Command}}'") == 'Created "sh -c \'sleep 3 and …"\n'
    assert said(host, "ps -n 2 --format {{.Names}}") == "later\nshr\n"


def test_a_table_of_ones_own(host):
    assert said(host, r"ps -a --format 'table {{.Names}}\t{{.Networks}}\t{{.Label \"k\"}}'".replace('\\"', '"')) == (
        "NAMES     NETWORKS     k\nlater     bridge       \nshr                    \nhst       host         \n"
        "plain     bridge       \nweb       back,front   v\n"
    )


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ("name=p", "plain"),
        ("name=^/web$", "web"),
        ("network=back", "web"),
        ("label=k", "web"),
        ("label=k=other", ""),
        ("status=created", "later"),
        ("status=running --filter name=web --filter name=hst", "hst web"),
        ("publish=8080", "web"),
        ("publish=80", ""),
        ("expose=99", "web"),
        ("expose=70-80", "plain web"),
        ("since=plain", "shr hst"),
        ("before=plain", "web"),
        ("ancestor=lab", "shr hst plain web"),
        ("exited=0", ""),
    ],
)
def test_filters_of_containers(host, filters, names):
    assert said(host, f"ps --format {{{{.Names}}}} --filter {filters}").split() == names.split()


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ("type=custom", "back front"),
        ("type=builtin", "bridge host none"),
        ("driver=null", "none"),
        ("name=o", "front host none"),
        ("label=a=b", "front"),
        ("scope=swarm", ""),
        ("dangling=true", ""),
        ("dangling=false --filter driver=host", "host"),
    ],
)
def test_filters_of_networks(host, filters, names):
    assert said(host, f"network ls --format {{{{.Name}}}} -f {filters}").split() == names.split()


def test_the_table_of_networks(host):
    found = {name: network.id[:12] for name, network in host.memory.networks.items()}
    assert said(host, "network ls") == (
        "NETWORK ID     NAME      DRIVER    SCOPE\n"
        f"{found['back']}   back      bridge    local\n"
        f"{found['bridge']}   bridge    bridge    local\n"
        f"{found['front']}   front     bridge    local\n"
        f"{found['host']}   host      host      local\n"
        f"{found['none']}   none      null      local\n"
    )
    assert said(host, "network ls -q -f name=front") == f"{found['front']}\n"


@pytest.mark.parametrize(
    ("release", "more"), [("20.10", set()), ("26.1", set()), ("28.5", {"Platform"}), ("29.7", {"Platform", "HealthStatus"})]
)
def test_rows_as_json_have_the_fields_of_the_release_sorted_by_name(release, more):
    host = Host(release)
    host.do("run -d --name web lab sleep 1")
    row = json.loads(said(host, "ps --format json"))
    assert list(row) == sorted(row)
    assert set(row) - more == {
        *("Command", "CreatedAt", "ID", "Image", "Labels", "LocalVolumes", "Mounts", "Names", "Networks", "Ports", "RunningFor"),
        *("Size", "State", "Status"),
    }
    network = json.loads(said(host, "network ls --format '{{json .}}' -f name=none"))
    assert ("IPv4" in network) == (release in {"28.5", "29.7"})


def test_where_ports_are(host):
    assert said(host, "port web") == "53/udp -> 127.0.0.1:53\n80/tcp -> 0.0.0.0:8080\n"
    assert said(host, "port web 80") == said(host, "container port web 80/tcp") == "0.0.0.0:8080\n"
    assert said(host, "port hst") == ""
    with pytest.raises(ClientError, match="Error: No public port '80/udp' published for web"):
        said(host, "port web 80/udp")
    with pytest.raises(ClientError, match=r'Error: invalid port \(x\): strconv.ParseUint: parsing "x": invalid syntax'):
        said(host, "port web x")


def test_neighbouring_ports_with_their_own_number_are_one_range():
    host = Host("28.5")
    host.do("run -d --name web -p 8000-8003:8000-8003 -p 8005:8005 --expose 90-92 lab")
    assert said(host, "ps --format {{.Ports}}") == "0.0.0.0:8000-8003->8000-8003/tcp, 90-92/tcp, 0.0.0.0:8005->8005/tcp\n"


@pytest.mark.parametrize("release", NAMES)
def test_filters_that_are_refused(release):
    host = Host(release)
    first = "Invalid" if release == "20.10" else "invalid"
    more = (
        r": invalid value for state \(bad\): must be one of created, running, paused, restarting, removing, exited, dead"
        if release in {"28.5", "29.7"}
        else ""
    )
    for line, words in (
        ("ps --filter foo=bar", f"^{first} filter 'foo'$"),
        ("ps --filter status=bad", f"^{first} filter 'status=bad'{more}$"),
        ("network ls --filter foo=bar", f"^{first} filter 'foo'$"),
        ("network ls --filter type=x", "^invalid filter: 'type'='x'$"),
        ("network ls --filter dangling=x", "^invalid value for filter 'dangling', must be"),
    ):
        with pytest.raises(DaemonError, match=words):
            host.do(line)
    for line, words in (
        ("ps --filter volume=x", "--filter volume is not modelled"),
        ("network prune -f --filter until=5m", "--filter until is not modelled"),
    ):
        with pytest.raises(SpecError, match=words):
            host.do(line)
    with pytest.raises(SpecError, match='invalid argument "x" for "-f, --filter" flag: bad format of filter'):
        host.do("ps --filter x")


def test_prune_spares_what_the_labels_do_not_name():
    host = Host("29.7")
    host.do("network create --label keep a", "network create --label keep=no b", "network create c", "network create d")
    host.do("create --name web --network d img")
    assert said(host, "network prune -f --filter label!=keep") == "Deleted Networks:\nc\n\n"
    assert said(host, "network prune -f --filter label=keep=no") == "Deleted Networks:\nb\n\n"
