"""Several arguments, exit codes, programs, names: what docker does, in the words of each release."""

import pytest
from unit.daemon.hosts import NAMES, Host

from pynetlab.errors import ClientError, DaemonError
from pynetlab.model import difference

OLD = "20.10"
FROM = "Error response from daemon: "


@pytest.mark.parametrize("release", NAMES)
def test_docker_goes_on_after_an_argument_that_fails(release):
    host = Host(release)
    host.do("network create a", "network create b", "create --name one img", "create --name two img")
    done = host.do("stop nosuch one", "start one nosuch two nosuch2", "network rm a nosuch b", "rm -f one two")
    last = f"{'' if release == '29.7' else 'Error: '}failed to start containers: nosuch, nosuch2\n"
    assert [(each.text, each.code, each.err) for each in done] == [
        ("one\n", 1, f"{FROM}No such container: nosuch\n"),
        (
            "one\ntwo\n",
            1,
            f"{FROM}No such container: nosuch\n{FROM}No such container: nosuch2\n" + last,
        ),
        ("a\nb\n", 1, f"{FROM}network nosuch not found\n"),
        ("one\ntwo\n", 0, ""),
    ]


@pytest.mark.parametrize("release", NAMES)
def test_what_is_not_there_can_be_removed_by_force(release):
    host = Host(release)
    host.do("create --name one img")
    told = f"{FROM}No such container: nosuch\n" if release in {OLD, "26.1"} else ""
    done = host.do("rm -f nosuch one")[0]
    assert (done.text, done.code, done.err) == ("one\n", 0, told)
    with pytest.raises(DaemonError, match=r"^No such container: nosuch$"):
        host.do("rm nosuch")


@pytest.mark.parametrize("release", NAMES)
def test_words_about_a_container_that_does_not_run(release):
    host = Host(release)
    host.do("create --name later img")
    whole = host.memory.containers["later"].id
    capital = release == OLD
    for line, words in (
        ("exec later true", f"{'C' if capital else 'c'}ontainer {whole} is not running"),
        ("pause later", f"{'C' if capital else 'c'}ontainer {whole} is not running"),
        ("unpause later", f"Container {whole} is not paused"),
        ("kill later", f"{'C' if capital else 'c'}annot kill container: later: {'C' if capital else 'c'}ontainer {whole} is not running"),
        ("kill nosuch", f"{'C' if capital else 'c'}annot kill container: nosuch: No such container: nosuch"),
        ("exec nosuch true", "No such container: nosuch"),
        ("rename later later", "Renaming a container with the same name as its current name"),
        ("rename later x", "Error when allocating new name: Invalid container name (/x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"),
    ):
        with pytest.raises(DaemonError) as refused:
            host.do(line)
        assert str(refused.value) == words
    host.do("start later", "pause later")
    with pytest.raises(DaemonError, match=r"^Container later is paused, unpause the container before exec$"):
        host.do("exec later true")
    assert [each.text for each in host.do("ps --format {{.Status}}")] == ["Up Less than a second (Paused)\n"]


@pytest.mark.parametrize("release", NAMES)
def test_a_container_that_was_renamed_keeps_its_network_and_its_old_name_is_free(release):
    host = Host(release)
    start = host.kernel.state()
    host.do("run -d --name web img", "run -d --name side --network container:web img", "run -d --name fan --link web:w img")
    before = host.kernel.state()
    host.do("rename web old")
    assert difference(before, host.kernel.state()) == ()
    host.do("run -d --name web img", "restart side", "restart old")
    memory = host.memory.containers
    assert memory["old"].id != memory["web"].id
    assert memory["side"].mode == "container:old"
    assert len({memory[name].netns for name in ("old", "web", "fan")}) == 3
    assert {str(memory[name].endpoints["bridge"].address) for name in ("old", "web")} == {"172.17.0.2/16", "172.17.0.4/16"}
    host.do("rm -f web old side fan")
    assert difference(start, host.kernel.state()) == ()


def test_a_command_line_can_stand_in_another_one():
    host = Host("29.7")
    host.do("run -d --name one img", "run -d --name two img", "docker stop $(docker ps -q)")
    assert [each.text for each in host.do("ps -q", "ps -a --format '{{.Names}} {{.Status}}'")] == [
        "",
        "two Exited (0) Less than a second ago\none Exited (0) Less than a second ago\n",
    ]
    host.do("rm $(docker ps -aq --filter name=one)", "restart two", "kill two")
    assert host.do("ps -a --format '{{.Names}} {{.Status}}'")[0].text == "two Exited (137) Less than a second ago\n"


def test_programs_run_where_their_container_is():
    asked = []

    def sh(netns, script):
        asked.append((netns, script))
        return 3, "out\n", "err\n"

    host = Host("29.7")
    host.docker.sh = sh
    host.do("run -d --name web img", "run -d --name side --network container:web img", "run -d --name top --network host img")
    done = host.do("exec -it web ip addr show 'a b'", "exec -d side true", "container exec -u root top hostname")
    assert asked == [("web", "ip addr show 'a b'"), ("web", "true"), ("host", "hostname")]
    assert [(each.text, each.code, each.err, each.notes) for each in done] == [
        ("out\n", 3, "err\n", ("--interactive", "--tty")),
        ("", 0, "", ()),
        ("out\n", 3, "err\n", ("--user",)),
    ]


def test_a_program_in_the_foreground_is_run_to_its_end_if_it_has_one():
    host = Host("29.7")
    host.docker.sh = lambda _netns, script: (4, f"{script}\n", "")
    ended = host.do("run --name one img ping -c 1 web", "run --rm img sh -c 'ip addr; exit 4'")
    assert [(each.text, each.code) for each in ended] == [("ping -c 1 web\n", 4), ("sh -c 'ip addr; exit 4'\n", 4)]
    stays = host.do("run --name two -it img sh", "run --name three img", "run --name four img tail -f /dev/null")
    assert all(each.text == "" and "goes on running" in each.notes[-1] for each in stays)
    assert host.do("ps -a --format '{{.Names}} {{.State}}'")[0].text == "four running\nthree running\ntwo running\none exited\n"


def test_without_a_daemon_there_is_nobody_to_ask():
    host = Host("29.7")
    host.docker.memory = None
    with pytest.raises(ClientError, match="Is the docker daemon running"):
        host.do("version")
