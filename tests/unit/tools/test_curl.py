"""curl as a word: what it asks for, what it tells, and that lab.curl hears the same; beside the real one in tests/differential."""

import pytest

from pynetlab import Lab
from pynetlab.tools.curl_asked import Wrong, read, url_of
from pynetlab.tools.curl_told import Meter, Transfer, told_by


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("network create net")
        lab.docker("run -d --name web --network net -p 8080:80 nginx")
        lab.docker("run -d --name cli --network net -p 8081:81 nginx")
        yield lab


def test_a_response_names_the_server_and_whom_it_saw(lab):
    said = lab.docker("exec cli curl -si http://web/")
    assert said.text.splitlines() == [
        "HTTP/1.1 200 OK",
        "Content-Type: text/plain",
        "Content-Length: 15",
        "Connection: close",
        "",
        "web 172.18.0.3",
    ]


@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        ("http://nosuch/", 6, "curl: (6) Could not resolve host: nosuch\n"),
        ("http://web:81/", 7, "curl: (7) Failed to connect to web port 81 after 0 ms: Couldn't connect to server\n"),
        ("-m 1 http://10.9.9.9/", 28, "curl: (28) Connection timed out after 1000 milliseconds\n"),
        ("-f -X POST http://web/", 22, "curl: (22) The requested URL returned error: 405\n"),
        ("http://web/ -O", 23, "curl: (23) Failed writing received data to disk/application\n"),
        ("https://web:80/", 35, "curl: (35) OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number\n"),
        ("--interface nosuch web", 45, "curl: (45) Couldn't bind to 'nosuch'\n"),
    ],
)
def test_each_failure_has_its_code_and_its_words(lab, line, code, err):
    said = lab.docker(f"exec cli curl -sS {line}")
    assert (said.code, said.text, said.err) == (code, "", err)


def test_a_proxy_that_reaches_nobody_hangs_up(lab):
    said = lab.host.sh("curl -sS http://127.0.0.1:8081/")
    assert (said.code, said.err) == (56, "curl: (56) Recv failure: Connection reset by peer\n")


ASKED = ["cli -> web:80", "cli -> web:81", "outside -> host:8080", "outside -> host:8081", "host -> 10.9.9.9:80"]


@pytest.mark.parametrize("question", ASKED)
def test_the_word_and_the_verb_hear_the_same(lab, question):
    answer = lab.curl(question)
    source, _, target = question.partition(" -> ")
    target = target.replace("host", "192.0.2.10")
    said = lab.kernel.sh(str(getattr(lab.containers.get(source), "netns", source)), f"curl -s -m 1 http://{target}/")
    assert said[:2] == ({"ok": 0, "refused": 7, "timeout": 28}[answer.result], f"{answer.server} {answer.saw}\n" if answer.server else "")


def test_urls_are_read_as_curl_reads_them():
    assert [str(url_of(text)) for text in ("web", "web:80/a?b", "HTTP://Web:81", "https://web")] == [
        "http://web/",
        "http://web/a?b",
        "http://web:81/",
        "https://web/",
    ]
    for text in ("http://", "http://web:x/", "http://web:99999/", "http://a b/"):
        with pytest.raises(Wrong, match="bad/illegal"):
            url_of(text)


def test_letters_may_stand_together_and_a_value_at_their_end():
    asked = read(["-sSfo", "x", "-m2", "-w%{http_code}", "--", "-web"])
    assert (asked.silent, asked.show_error, asked.fail, asked.verbose) == (True, True, True, False)
    assert (asked.output, asked.limit, asked.write_out, asked.urls) == (("x",), 2.0, "%{http_code}", ("-web",))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "curl: try 'curl --help' or 'curl --manual' for more information"),
        (["-s"], "curl: no URL specified!"),
        (["--frob"], "curl: option --frob: is unknown"),
        (["-m", "x", "web"], "curl: option -m: expected a proper numerical parameter"),
        (["-d", "x", "web"], "curl -d is not in the simulation; there are -s, "),
    ],
)
def test_a_wrong_call_is_refused_in_words(words, says):
    with pytest.raises(Wrong) as refused:
        read(words)
    assert str(refused.value).startswith(says)


def test_a_header_takes_the_place_of_the_usual_one():
    asked = read(["-H", "Host: other", "-H", "Accept:", "-H", "X-A: b", "web"])
    assert asked.request(url_of("web")) == ["GET / HTTP/1.1", "Host: other", "User-Agent: curl/7.88.1", "X-A: b", ""]


def test_the_meter_has_a_line_a_second():
    meter = Meter(shown=True)
    text = meter.begin() + meter.passing(2.0) + meter.end(0, 0, 2.0)
    assert text.count("\r") == 4
    assert text.endswith(" 0:00:02 --:--:--     0\n")
    assert Meter(shown=False).begin() == ""


def test_what_is_asked_for_is_filled_in():
    done = Transfer(url_of("web"), status=200, received=15)
    assert told_by("%{http_code}\\t%{size_download} %% %{frob}", done, "") == ("200\t15 % ", "curl: unknown --write-out variable: 'frob'\n")
