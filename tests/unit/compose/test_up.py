"""A project comes up: Compose's names, order and words, and the lab as before where something is refused."""

from textwrap import dedent

import pytest

from pynetlab.errors import DaemonError, PynetlabError, SpecError
from pynetlab.lab import Lab


@pytest.fixture
def write(tmp_path):
    def file(text):
        folder = tmp_path / "shop"
        folder.mkdir(exist_ok=True)
        (folder / "compose.yaml").write_text(dedent(text))
        return folder

    return file


@pytest.fixture
def lab():
    with Lab("29.7", mode="sim") as opened:
        opened.start()
        yield opened


SHOP = """
    services:
      web: {image: x, ports: ["8080:80"], networks: [front, back], depends_on: [api]}
      api: {image: x, deploy: {replicas: 2}, networks: {back: {aliases: [backend]}}, links: ["db:store"]}
      db: {image: x, container_name: store, networks: {back: {ipv4_address: 10.5.0.9}}, mac_address: 02:00:00:00:00:09}
      logs: {image: x, network_mode: "service:api"}
    networks:
      front:
      back: {internal: true, labels: {team: blue}, ipam: {config: [{subnet: 10.5.0.0/24, gateway: 10.5.0.1}]}}
"""


def test_what_is_printed_is_what_compose_prints(lab, write):
    done = lab.up(write(SHOP), env={})
    made = [f" Network shop_{net}  {what}" for net in ("back", "front") for what in ("Creating", "Created")]
    order = ["store", "shop-api-1", "shop-api-2", "shop-logs-1", "shop-web-1"]
    made += [f" Container {name}  {what}" for name in order for what in ("Creating", "Created")]
    made += [f" Container {name}  {what}" for name in order for what in ("Starting", "Started")]
    assert done.text.splitlines() == made
    again = [f" Container {name}  Running" for name in order]
    assert lab.up(write(SHOP), env={}).text.splitlines() == again


def test_a_question_may_name_services(lab, write):
    lab.up(write(SHOP), env={})
    assert lab.ask("web -> api:80") == lab.ask("shop-web-1 -> api:80")
    assert "outside has no route to 10.5.0.9." in str(lab.trace("outside -> db:80"))


def test_names_aliases_addresses_links_and_labels_are_composes(lab, write):
    lab.up(write(SHOP), env={})
    api, store, web = (lab.containers[name] for name in ("shop-api-2", "store", "shop-web-1"))
    assert api.networks["shop_back"].aliases == ("shop-api-2", "api", "backend")
    assert api.networks["shop_back"].links == (("store", "store"), ("store", "db-2"), ("store", "shop-db-2"))
    assert (str(store.endpoints["shop_back"].address), store.endpoints["shop_back"].mac) == ("10.5.0.9/24", "02:00:00:00:00:09")
    labels = dict(each.partition("=")[::2] for each in api.spec.labels)
    assert labels["com.docker.compose.project"] == "shop"
    assert labels["com.docker.compose.service"] == "api"
    assert labels["com.docker.compose.container-number"] == "2"
    assert labels["com.docker.compose.oneoff"] == "False"
    assert [(port.host_port, port.container_port) for port in web.endpoints["shop_front"].ports] == [(8080, 80)]
    assert lab.containers["shop-logs-1"].netns == "shop-api-1"
    mode = lab.docker("docker inspect --format '{{.HostConfig.NetworkMode}}' shop-logs-1").text
    assert mode == f"container:{lab.containers['shop-api-1'].id}\n"
    network = dict(each.partition("=")[::2] for each in lab.dockerd.memory.networks["shop_back"].labels)
    assert (network["team"], network["com.docker.compose.network"]) == ("blue", "back")


def test_a_lab_is_opened_with_everything_up(write):
    with Lab.from_compose(write(SHOP), release="26.1", mode="sim", name="other", env={}) as lab:
        assert lab.release == "26.1"
        assert sorted(lab.containers) == ["other-api-1", "other-api-2", "other-logs-1", "other-web-1", "store"]


def test_an_engine_that_takes_one_network_gets_the_others_one_by_one(write):
    with Lab.from_compose(write(SHOP), release="20.10", mode="sim", env={}) as lab:
        assert list(lab.containers["shop-web-1"].endpoints) == ["shop_back", "shop_front"]


def test_what_it_made_is_explained_by_the_command_line_of_compose(lab, write):
    lab.up(write(SHOP) / "compose.yaml", name="shop", profiles=["dev"], env={})
    assert "docker compose -f compose.yaml -p shop --profile dev up -d" in str(lab.explain("nat DOCKER 1"))
    assert lab.up(write(SHOP), env={}).text
    assert lab.walks[-1].line == "docker compose up -d"


def test_an_existing_network_is_joined_where_it_is_external(lab, write):
    file = write("{services: {web: {image: x, networks: [proxy]}}, networks: {proxy: {external: true, name: edge}}}")
    with pytest.raises(SpecError) as refused:
        lab.up(file, env={})
    assert str(refused.value) == "network edge declared as external, but could not be found"
    lab.docker("docker network create edge")
    lab.up(file, env={})
    assert list(lab.containers["shop-web-1"].endpoints) == ["edge"]


def test_a_priority_says_which_network_is_joined_first_and_another_which_leads_out(lab, write):
    networks = "{a: {}, b: {priority: 5}, c: {gw_priority: 1}}"
    lab.up(write(f"{{services: {{web: {{image: x, networks: {networks}}}}}, networks: {{a: , b: , c: }}}}"), env={})
    web = lab.containers["shop-web-1"]
    assert [end.device for end in web.endpoints.values()] == ["eth0", "eth1", "eth2"]
    assert list(web.endpoints) == ["shop_b", "shop_a", "shop_c"]
    (route,) = [route for route in lab.state()["shop-web-1"].routes if not route.dst.prefixlen]
    assert route.dev == "eth2"


def test_a_device_has_the_name_that_a_file_gives_it_since_28(lab, write):
    file = write("{services: {web: {image: x, networks: {a: {interface_name: wan0}, b: }}}, networks: {a: , b: }}")
    lab.up(file, env={})
    assert sorted(lab.state()["shop-web-1"].links) == ["eth0", "lo", "wan0"]
    with pytest.raises(SpecError, match=r"interface_name requires Docker Engine v28\.1 or later"):
        Lab.from_compose(file, release="26.1", mode="sim", env={})


def test_a_mac_address_may_be_written_with_hyphens_or_dots(lab, write):
    lab.up(write("services: {a: {image: x, mac_address: 02-00-0A-00-00-01}, b: {image: x, mac_address: 0200.0a00.0002}}"), env={})
    assert [each.endpoints["shop_default"].mac for each in lab.containers.values()] == ["02:00:0a:00:00:01", "02:00:0a:00:00:02"]


def test_the_host_gateway_is_the_address_of_docker0(lab, write):
    lab.up(write("services: {web: {image: x, extra_hosts: ['host.docker.internal:host-gateway']}}"), env={})
    assert "172.17.0.1\thost.docker.internal\n" in lab.dockerd.memory.disk["shop-web-1"]["/etc/hosts"]


def test_names_of_the_file_are_found_where_it_says(lab, write):
    lab.up(
        write("""
        services:
          api: {image: x, links: ["db:store"], extra_hosts: ["partner.example=192.0.2.99"]}
          db: {image: x, expose: [5432]}
        """),
        env={},
    )
    assert "the answer is ok from shop-db-1" in str(lab.trace("shop-api-1 -> store:5432"))
    assert "→ 192.0.2.99:80" in str(lab.trace("shop-api-1 -> partner.example:80"))
    with pytest.raises(SpecError, match="shop-db-1 cannot resolve it"):
        lab.trace("shop-db-1 -> partner.example:80")


REFUSED = {
    "a port that two replicas ask for": (
        "services: {web: {image: x, scale: 2, ports: ['8080:80']}}",
        "Bind for 0.0.0.0:8080 failed: port is already allocated",
    ),
    "a subnet that another network has": (
        "{services: {web: {image: x, networks: [a, b]}}, networks: {a: &n {ipam: {config: [{subnet: 10.9.0.0/24}]}}, b: *n}}",
        "failed to create network shop_b: ",
    ),
    "an address outside its subnet": (
        "{services: {web: {image: x, networks: {a: {ipv4_address: 10.8.0.5}}}}, networks: {a: {ipam: {config: [{subnet: 10.9.0.0/24}]}}}}",
        "no configured subnet contains IP address 10.8.0.5",
    ),
    "an address that is none": ("services: {web: {image: x, networks: {default: {ipv4_address: ten}}}}", 'invalid IPv4 address: "ten"'),
    "ports of another's namespace": (
        "services: {a: {image: x}, web: {image: x, network_mode: 'service:a', ports: ['80:80']}}",
        "conflicting options: port publishing and the container type network mode",
    ),
    "a service with no container": ("services: {a: {image: x, scale: 0}, web: {image: x, network_mode: 'service:a'}}", "container missing"),
    "a name that somebody has": ("services: {web: {image: x, container_name: taken}}", 'The container name "/taken" is already in use'),
    "a MAC address that is none": ("services: {web: {image: x, mac_address: 02:zz}}", "invalid MAC address: address 02:zz"),
    "a gateway that is no address": (
        "{services: {web: {image: x, networks: [a]}}, networks: {a: {ipam: {config: [{subnet: 10.9.0.0/24, gateway: first}]}}}}",
        'networks.a: invalid gateway address: "first"',
    ),
    "more containers than a lab holds": ("services: {web: {image: x, scale: 99999}}", "services.web: a lab brings up at most 1000"),
    "a device that has the name already": (
        "{services: {web: {image: x, networks: {a: {interface_name: wan0}, b: {interface_name: wan0}}}}, networks: {a: , b: }}",
        "File exists",
    ),
    "a project without services": ("services: {web: {image: x, profiles: [never]}}", "no service selected"),
    "a file that is damaged": ("services: {", "failed to parse"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_the_lab_as_before(lab, write, what):
    text, words = REFUSED[what]
    lab.docker("docker run -d --name taken x")
    before, networks, ports = lab.state(), dict(lab.dockerd.memory.networks), lab.dockerd.memory.ports
    with pytest.raises(PynetlabError) as refused:
        lab.up(write(text), env={})
    assert words in str(refused.value)
    assert lab.state() == before
    assert (lab.dockerd.memory.networks, lab.dockerd.memory.ports) == (networks, ports)
    assert list(lab.containers) == ["taken"]


def test_a_lab_that_cannot_come_up_is_closed(write, monkeypatch):
    closed = []
    monkeypatch.setattr(Lab, "close", lambda self: closed.append(self.release))
    with pytest.raises(DaemonError, match="already allocated"):
        Lab.from_compose(write("services: {web: {image: x, scale: 2, ports: ['80:80']}}"), mode="sim", env={})
    assert closed == ["29.7"]


def test_docker_1_2_knows_no_compose(write):
    with pytest.raises(SpecError, match=r"for the releases since 20\.10"):
        Lab.from_compose(write("services: {web: {image: x}}"), release="1.2", mode="sim", env={})
