"""Files of a project become one model: YAML, variables, merging, extends, include, profiles, names."""

from textwrap import dedent

import pytest

from pynetlab.compose import load
from pynetlab.errors import SpecError


@pytest.fixture
def write(tmp_path):
    def files(**texts):
        for name, text in texts.items():
            path = tmp_path / ("." + name[1:] if name.startswith("_") else name + ("" if "." in name else ".yaml"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        return tmp_path

    return files


def one(write, text, **options):
    return load(write(compose=text) / "compose.yaml", **{"env": {}, **options})


def published(service):
    return [(port.published, port.target, port.protocol) for port in service.ports]


def test_scalars_are_those_of_yaml_1_2(write):
    project = one(
        write,
        """
        services:
          web:
            image: x
            ports: [22:22, 8080:80, 53:53/udp]
            hostname: yes
            expose: [3000, "4000/udp"]
        """,
    )
    web = project.services["web"]
    assert published(web) == [("22", 22, "tcp"), ("8080", 80, "tcp"), ("53", 53, "udp")]
    assert web.hostname == "yes"
    assert web.expose == ("3000", "4000/udp")


def test_short_and_long_forms_say_the_same(write):
    project = one(
        write,
        """
        services:
          short:
            image: x
            ports: ["127.0.0.1:8080:80", "9000-9001:90-91/udp", "443"]
            networks: [default, back]
            depends_on: [long]
            dns: 9.9.9.9
            extra_hosts: ["db:10.0.0.5", "api=10.0.0.6"]
            labels: [a=1, b]
          long:
            image: x
            ports:
              - {target: 80, published: 8080, host_ip: 127.0.0.1}
              - {target: 90, published: "9000", protocol: udp}
              - {target: 91, published: "9001", protocol: udp}
              - {target: 443, mode: host, name: web, app_protocol: https, x-note: kept out}
            networks: {default: , back: {}}
            dns: [9.9.9.9]
            extra_hosts: {db: 10.0.0.5, api: [10.0.0.6]}
            labels: {a: 1, b: }
        networks: {back: }
        """,
    )
    short, long = project.services["short"], project.services["long"]
    assert published(short) == published(long)
    assert [port.host_ip for port in short.ports] == [port.host_ip for port in long.ports] == ["127.0.0.1", "", "", ""]
    assert short.networks.keys() == long.networks.keys()
    for field in ("dns", "extra_hosts", "labels"):
        assert getattr(short, field) == getattr(long, field), field
    assert list(project.services) == ["long", "short"]


def test_anchors_merge_keys_and_extension_fields_are_read(write):
    project = one(
        write,
        """
        version: "3.8"
        x-common: &common
          networks: [back]
          logging: {driver: none}
        services:
          a:
            <<: *common
            image: x
          b:
            <<: [*common, {hostname: bee}]
            image: x
            x-team: blue
        networks:
          back: {x-cost: 3}
        """,
    )
    assert list(project.services["a"].networks) == ["back"]
    assert project.services["b"].hostname == "bee"
    assert project.notes == (
        f"{write()}/compose.yaml: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion",
    )


BASE = """
    services:
      web:
        image: x
        command: serve
        ports: ["80:80", "443:443"]
        expose: ["9000"]
        dns: 1.1.1.1
        extra_hosts: ["a:10.0.0.1"]
        networks: [front]
        depends_on: [db]
        labels: {tier: one}
      db: {image: x}
    networks:
      front: {driver_opts: {com.docker.network.bridge.name: br0}, ipam: {config: [{subnet: 10.1.0.0/24}]}}
"""


def test_a_later_file_merges_mappings_appends_lists_and_keeps_ports_unique(write):
    folder = write(
        base=BASE,
        more="""
        services:
          web:
            command: [other]
            ports: ["80:80", "8443:443"]
            expose: [9000, 9001]
            dns: [8.8.8.8]
            extra_hosts: {a: 10.0.0.1, b: 10.0.0.2}
            networks: {back: {aliases: [site]}}
            depends_on: {cache: {condition: service_healthy}}
            labels: [tier=two, extra]
          cache: {image: x}
        networks:
          back:
          front: {internal: true, ipam: {config: [{subnet: 10.1.0.0/24, gateway: 10.1.0.254}]}}
        """,
    )
    project = load([folder / "base.yaml", folder / "more.yaml"], env={})
    web = project.services["web"]
    assert published(web) == [("80", 80, "tcp"), ("443", 443, "tcp"), ("8443", 443, "tcp")]
    assert web.expose == ("9000", "9001")
    assert web.dns == ("1.1.1.1", "8.8.8.8")
    assert web.extra_hosts == (("a", "10.0.0.1"), ("a", "10.0.0.1"), ("b", "10.0.0.2"))
    assert list(web.networks) == ["front", "back"]
    assert web.networks["back"].aliases == ("site",)
    assert list(web.depends_on) == ["db", "cache"]
    assert web.labels == {"tier": "two", "extra": ""}
    front = project.networks["front"]
    assert front.internal
    assert front.driver_opts == {"com.docker.network.bridge.name": "br0"}
    assert [(part.subnet, part.gateway) for part in front.ipam.config] == [("10.1.0.0/24", "10.1.0.254")]


def test_reset_and_override_take_away_what_came_before(write):
    folder = write(
        base=BASE,
        more="""
        services:
          web:
            ports: !override ["8080:80"]
            dns: !reset []
            depends_on: !reset null
            labels: !override {only: this}
          db: !reset null
        """,
    )
    project = load([folder / "base.yaml", folder / "more.yaml"], env={})
    web = project.services["web"]
    assert published(web) == [("8080", 80, "tcp")]
    assert (web.dns, web.depends_on, web.labels) == ((), {}, {"only": "this"})
    assert list(project.services) == ["web"]


def test_a_service_extends_one_of_its_file_and_one_of_another(write):
    folder = write(
        compose="""
        services:
          base: {image: x, expose: ["80"], environment: {A: 1}}
          web:
            extends: base
            ports: ["8080:80"]
          worker:
            extends: {file: common/services.yaml, service: worker}
            networks: [jobs]
        networks: {jobs: }
        """,
    )
    (folder / "common").mkdir()
    (folder / "common" / "services.yaml").write_text(
        dedent("""
        services:
          root: {image: y, hostname: root}
          worker: {extends: {service: root}, dns: [9.9.9.9]}
        """)
    )
    project = load(folder, env={})
    assert project.services["web"].expose == ("80",)
    assert project.services["worker"].hostname == "root"
    assert project.services["worker"].dns == ("9.9.9.9",)
    assert list(project.services["worker"].networks) == ["jobs"]


def test_included_files_bring_their_services_with_variables_of_their_own(write):
    folder = write(
        compose="""
        include:
          - db/compose.yaml
          - path: [mq/compose.yaml, mq-ports.yaml]
            env_file: mq.env
        services:
          web: {image: x, depends_on: [db, mq]}
        """,
        **{"mq-ports": 'services: {mq: {ports: ["${MQ}:5672"]}}', "mq.env": "MQ=5673\n"},
    )
    for name, text in {"db": 'services: {db: {image: x, ports: ["${PORT}:5432"]}}', "mq": "services: {mq: {image: x}}"}.items():
        (folder / name).mkdir()
        (folder / name / "compose.yaml").write_text(text)
    (folder / "db" / ".env").write_text("PORT=15432\n")
    project = load(folder, env={})
    assert published(project.services["db"]) == [("15432", 5432, "tcp")]
    assert published(project.services["mq"]) == [("5673", 5672, "tcp")]
    assert list(project.services) == ["db", "mq", "web"]


def test_the_env_file_adds_to_the_environment(write):
    folder = write(
        compose="""
        services:
          web: {image: "$IMAGE", hostname: "$HOST", domainname: "$RAW", container_name: "$TWICE"}
        """,
        _env="""
        # a comment
        export IMAGE=file
        HOST="from file"
        RAW='$HOST'
        TWICE=${HOST}-2
        """,
    )
    web = load(folder, env={"HOST": "shell"}).services["web"]
    assert (web.image, web.hostname, web.domainname, web.container_name) == ("file", "shell", "$HOST", "shell-2")


def test_a_directory_stands_for_its_file_and_the_override(write):
    folder = write(
        **{
            "docker-compose.yml": "services: {web: {image: x, expose: [1]}}",
            "docker-compose.override.yml": "services: {web: {expose: [2]}}",
        }
    )
    assert load(folder, env={}).services["web"].expose == ("1", "2")


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "written"),
        ({"name": "asked"}, "asked"),
        ({"env": {"COMPOSE_PROJECT_NAME": "variable"}}, "variable"),
        ({"env": {"COMPOSE_PROJECT_NAME": "variable"}, "name": "asked"}, "asked"),
    ],
)
def test_the_project_is_named_by_the_strongest_wish(write, options, name):
    assert one(write, "{name: Written, services: {web: {image: x}}}", **options).name == name


def test_without_a_wish_the_directory_names_the_project(tmp_path):
    folder = tmp_path / "_My Shop.v2"
    folder.mkdir()
    (folder / "compose.yaml").write_text("services: {web: {image: x}}")
    project = load(folder, env={})
    assert project.name == "myshopv2"
    assert project.networks["default"].name == "myshopv2_default"


PROFILES = """
    services:
      web: {image: x, depends_on: {debug: {condition: service_started, required: false}}}
      debug: {image: x, profiles: [debug, dev], networks: [lab]}
      seed: {image: x, profiles: [seed]}
    networks: {lab: , unused: }
"""


@pytest.mark.parametrize(
    ("options", "services", "networks"),
    [
        ({}, {"web"}, ["default"]),
        ({"profiles": ["dev"]}, {"web", "debug"}, ["default", "lab"]),
        ({"profiles": ["*"]}, {"web", "debug", "seed"}, ["default", "lab"]),
        ({"env": {"COMPOSE_PROFILES": "seed,debug"}}, {"web", "debug", "seed"}, ["default", "lab"]),
    ],
)
def test_profiles_say_which_services_and_networks_there_are(write, options, services, networks):
    project = one(write, PROFILES, **options)
    assert (set(project.services), list(project.networks)) == (services, networks)


def test_services_stand_after_those_that_they_need(write):
    project = one(
        write,
        """
        services:
          a: {image: x, network_mode: "service:z"}
          b: {image: x, links: ["m:db"]}
          c: {image: x, volumes_from: ["b:ro", "container:other"]}
          m: {image: x, depends_on: [z]}
          z: {image: x}
        """,
    )
    assert list(project.services) == ["z", "a", "m", "b", "c"]


WRONG = {
    "services: {web: {image: x, foo: 1}}": "validating {file}: services.web additional properties 'foo' not allowed",
    "servics: {}": "validating {file}: additional properties 'servics' not allowed",
    "services: [web]": "validating {file}: services must be a mapping",
    "services: {web: }": "validating {file}: services.web must be a mapping",
    "services: {web: {image: x, ports: 80}}": "validating {file}: services.web.ports must be a array",
    "services: {web: {image: x, networks: 5}}": "validating {file}: services.web.networks must be a array",
    "services: {web: {image: x, hostname: [a]}}": "validating {file}: services.web.hostname must be a string",
    "services: {web: {image: x, scale: two}}": "validating {file}: services.web.scale must be a integer",
    "services: {web: {image: x, scale: -1}}": "validating {file}: services.web.scale must be greater than or equal to 0",
    "services: {'a b': {image: x}}": "validating {file}: services additional properties 'a b' not allowed",
    "services: {web: {image: x, networks: {default: {alias: [a]}}}}": "validating {file}: services.web.networks.default "
    "additional properties 'alias' not allowed",
    "services: {web: {image: x, ports: ['80:x']}}": "validating {file}: services.web.ports: invalid containerPort: x",
    "services: {web: {image: x, ports: [{published: 80}]}}": "validating {file}: service ports services.web.ports.[0] is "
    "missing a target port",
    "services: {web: {image: x}}\nnetworks: {n: {internal: maybe}}": "validating {file}: networks.n.internal must be a boolean",
    "services: {web: {image: x, extra_hosts: [nothing]}}": "validating {file}: services.web.extra_hosts bad host name 'nothing'",
    "services:\n  web:\n    image: x\n   ports: []": "failed to parse {file}: line 4: expected <block end>, but "
    "found '<block mapping start>'",
    "services:\n\tweb: {}": "failed to parse {file}: line 2: found character '\\t' that cannot start any token",
    "services: {web: {image: x}, web: {image: y}}": 'failed to parse {file}: line 1: mapping key "web" already defined at line 1',
    "services: {5: {image: x}}": "failed to parse {file}: non-string key in services: 5",
    "a: &a {b: *a}": "failed to parse {file}: cycle detected: node at path a.b references a node that holds it",
    "services: {web: {image: !secret x}}": "failed to parse {file}: line 1: could not determine a constructor for the tag '!secret'",
    "- a": "{file}: top-level object must be a mapping",
    "": "{file}: empty compose file",
    "services: {web: {ports: ['80']}}": 'service "web" has neither an image nor a build context specified: invalid compose project',
    "services: {web: {image: x, networks: [y]}}": 'service "web" refers to undefined network y: invalid compose project',
    "services: {a: {image: x, depends_on: [b]}}": 'service "a" depends on undefined service "b": invalid compose project',
    "services: {a: {image: x, network_mode: 'service:b'}}": "service \"b\" not found for network_mode 'service:b'",
    "services: {a: {image: x, network_mode: host, networks: [default]}}": "service a declares mutually exclusive `network_mode` and "
    "`networks`: invalid compose project",
    "services: {a: {image: x, depends_on: [b]}, b: {image: x, links: [c]}, c: {image: x, depends_on: [a]}}": "dependency cycle detected: "
    "a -> b -> c -> a",
    "services: {a: {image: x, extends: b}, b: {image: x, extends: a}}": "Circular reference: a in {file} extends b in {file} extends a in "
    "{file}",
    "services: {a: {image: x, depends_on: {a: {condition: ready}}}}": "validating {file}: services.a.depends_on.a.condition value must be "
    "one of 'service_started', 'service_healthy', 'service_completed_successfully'",
    "services: {a: {extends: b}}": 'cannot extend service "a" in {file}: service "b" not found',
    "services: {a: {extends: {file: other.yaml, service: b}}}": "open {folder}/other.yaml: no such file or directory",
    "include: [other.yaml]": "open {folder}/other.yaml: no such file or directory",
    "include: [compose.yaml]": "include cycle detected: {file} include {file}",
    "services: {a: {image: x, scale: 2, container_name: a}}": "services.a: can't set container_name and scale as container name must be "
    "unique: invalid compose project",
    "services: {a: {image: x, scale: 2, deploy: {replicas: 3}}}": "services.a: can't set distinct values on 'scale' and 'deploy.replicas': "
    "invalid compose project",
    "services: {a: {image: x}}\nnetworks: {default: {enable_ipv6: true}}": "networks.default: IPv6 is not modelled; leave enable_ipv6 and "
    "its subnets out",
    "services: {a: {image: x, sysctls: {net.ipv4.ip_forward: 1}}}": "services.a.sysctls.net.ipv4.ip_forward: it would change the network "
    "and is not modelled; leave it out",
    "services: {a: {image: '${'}}": "invalid interpolation format for services.a.image. You may need to escape any $ with another $. ${{",
    "services: {a: {image: '${X:?set X}'}}": "error while interpolating services.a.image: required variable X is missing a value: set X",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(write, text):
    with pytest.raises(SpecError) as refused:
        one(write, text)
    assert str(refused.value) == WRONG[text].format(file=write() / "compose.yaml", folder=write())
    assert "\n" not in str(refused.value)


def test_files_that_contradict_each_other_are_refused(write):
    folder = write(a="services: {web: {image: x, ports: ['80']}}", b="services: {web: {ports: {a: b}}}")
    with pytest.raises(SpecError, match=r"cannot override services\.web\.ports"):
        load([folder / "a.yaml", folder / "b.yaml"], env={})


def test_what_cannot_be_found_or_read_is_named(tmp_path):
    for path, words in (
        (tmp_path / "no.yaml", f"open {tmp_path}/no.yaml: no such file or directory"),
        (tmp_path, "no configuration file provided: not found"),
        ([], "no compose file specified"),
    ):
        with pytest.raises(SpecError) as refused:
            load(path, env={})
        assert str(refused.value).startswith(words)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="not a text in UTF-8"):
        load(tmp_path / "binary.yaml", env={})


def test_a_document_of_a_thousand_laughs_is_refused(write):
    laughs = "\n".join(f"x-{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 8))
    with pytest.raises(SpecError, match=r"exceeds maximum node visit limit \(100000\)"):
        one(write, f"x-0: &x0 [lol]\n{laughs}")


def test_a_bad_project_name_is_refused(write):
    with pytest.raises(SpecError, match='invalid project name "My Shop": must consist only of lowercase'):
        one(write, "services: {web: {image: x}}", name="My Shop")
