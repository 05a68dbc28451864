import json

import pytest

from pynetlab import Lab
from pynetlab.errors import SpecError
from pynetlab.model import Answer, Outcome
from pynetlab.verbs.asking import parse


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("docker network create front")
        lab.docker("docker run -d --name web --network front -p 8080:80 nginx")
        lab.docker("docker run -d --name db --network front --network-alias data postgres")
        lab.docker("docker run -d --name sidecar --network container:web busybox")
        lab.docker("docker run -d --name loner --network none nginx")
        lab.docker("docker run -d --name gone nginx")
        lab.docker("docker stop gone")
        yield lab


@pytest.mark.parametrize(
    ("question", "probe"),
    [
        ("web -> db:5432/tcp", "web -> 172.18.0.3:5432/tcp"),
        ("web->db:5432", "web -> 172.18.0.3:5432/tcp"),
        ("web → db", "web -> 172.18.0.3/icmp"),
        ("outside -> host:8080/udp", "outside -> 192.0.2.10:8080/udp"),
        ("web -> 8.8.8.8/icmp", "web -> 8.8.8.8/icmp"),
        ("web -> data:5432", "web -> 172.18.0.3:5432/tcp"),
        ("sidecar -> localhost:80", "web -> 127.0.0.1:80/tcp"),
        ("web -> db/dns", "web -> db asked of 127.0.0.11"),
    ],
)
def test_a_question_names_who_asks_whom_for_what(lab, question, probe):
    assert str(parse(lab, question)) == probe


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("web", "question 'web' is not understood: write it as 'web -> db:5432/tcp'"),
        ("web -> db:0", "question 'web -> db:0': '0' is no port, which is a number from 1 to 65535"),
        ("web -> db:http", "question 'web -> db:http': 'http' is no port, which is a number from 1 to 65535"),
        ("web -> db/tcp", "question 'web -> db/tcp': tcp needs a port, such as db:80; db listens on 5432"),
        ("web -> db:5/icmp", "question 'web -> db:5/icmp': icmp has no ports; leave :5 out"),
        ("web -> db:5/gre", "question 'web -> db:5/gre': protocol 'gre' cannot be asked here; there is tcp, udp, icmp, dns"),
        (
            "web -> nobody:80",
            "there is nothing called nobody, and web cannot resolve it; the lab has host, outside, db, gone, loner, sidecar, web",
        ),
        ("nobody -> web:80", "there is nothing called nobody; the lab has host, outside, db, gone, loner, sidecar, web"),
        ("web -> gone:80", "gone does not run, so nobody is there; the lab has host, outside, db, gone, loner, sidecar, web"),
        ("web -> loner:80", "loner has no address, so it cannot be asked; connect it to a network first"),
        ("web -> 10.0.0.300:80", "'10.0.0.300' is no IPv4 address"),
        ("host1 -> web:80", "there is nothing called host1; the lab has host, outside, db, gone, loner, sidecar, web"),
    ],
)
def test_a_question_that_cannot_be_asked_gets_one_sentence_that_names_what_there_is(lab, question, said):
    with pytest.raises(SpecError) as refused:
        lab.trace(question)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def test_answers_are_those_that_a_program_sees(lab):
    assert lab.curl("outside -> host:8080") == Answer("ok", "web", "192.0.2.99")
    assert lab.curl("web -> db:80").result == "refused"
    assert lab.ping("web -> db").result == "ok"
    assert lab.ping("loner -> db").result == "Network is unreachable"
    assert lab.ask("web -> db/dns").answers == ("172.18.0.3",)
    with pytest.raises(SpecError, match="protocol 'udp' cannot be asked here; there is icmp"):
        lab.ping("web -> db/udp")


def test_a_trace_reads_as_a_tree_a_table_json_and_html(lab):
    found = lab.trace("outside -> host:8080")
    assert found.outcome is Outcome.DELIVERED
    lines = str(found).splitlines()
    assert lines[:2] == [
        "outside -> host:8080: delivered, the answer is ok from web who saw 192.0.2.99",
        "web answered, and saw the question come from 192.0.2.99.",
    ]
    assert "└─ web" in lines
    assert "   └─ eth0: delivered (socket: tcp 0.0.0.0:80)" in lines
    assert "policy" not in str(found)
    assert "policy" in str(found.whole())
    told = json.loads(found.json())
    assert (told["outcome"], told["answer"]["server"], told["hops"][0]["netns"]) == ("delivered", "web", "outside")
    assert str(found.table()).splitlines()[0] == lines[0]
    assert "<table>" in found.html()
    assert repr(found) == str(found)


def test_rules_and_routes_say_which_step_and_line_they_are_there_for(lab):
    found = lab.trace("outside -> host:8080", origins=True)
    said = {step.cause.text: step.cause.origin for _, step in found.trace.steps() if step.cause and step.cause.origin}
    rule = next(text for text in said if "--to-destination" in text)
    assert said[rule].endswith("docker run -d --name web --network front -p 8080:80 nginx)")
    assert any(text.startswith("172.18.0.0/16 dev br-") for text in said)
    assert "why that is there" in str(found.table())
    assert "why that is there" not in str(lab.trace("outside -> host:8080").table())


def test_what_stops_a_packet_is_named_with_a_remedy(lab):
    lab.sh("iptables -I DOCKER-USER -p tcp --dport 5432 -j DROP")
    found = lab.trace("web -> db:5432")
    assert found.outcome is Outcome.DROPPED
    assert found.why == "Rule 1 of DOCKER-USER in table filter on host drops it: -p tcp -m tcp --dport 5432 -j DROP."
    assert found.remedy.endswith("delete it: iptables -t filter -D DOCKER-USER 1")
    lab.sh("iptables -D DOCKER-USER 1")
    assert lab.trace("web -> db:5432").outcome is Outcome.DELIVERED
