"""The simulation's shell: its language, its filters, its files, and what it says of words that it does not know."""

import pytest

from pynetlab.kernel import run
from pynetlab.sim import SimKernel
from pynetlab.stage import stage


@pytest.fixture
def kernel():
    kernel = SimKernel()
    run(stage(), kernel)
    return kernel


CASES = [
    ("true", 0, ""),
    ("false", 1, ""),
    ("echo a  'b  c' \"d $X\" e\\ f # not this", 0, "a b  c d  e f\n"),
    ("echo a#b", 0, "a#b\n"),
    ("X=1; Y=\"two words\"; echo $X ${Y} '$Y'", 0, "1 two words $Y\n"),
    ("false || echo no && echo yes", 0, "no\nyes\n"),
    ("true && false; echo $?", 0, "1\n"),
    ("! true; echo $?", 0, "1\n"),
    ("echo one; echo two\n\n# three\necho four", 0, "one\ntwo\nfour\n"),
    ("echo one |\n  wc -l", 0, "1\n"),
    ("false &&\n  echo never", 1, ""),
    ("echo out; exit 7; echo never", 7, "out\n"),
    ("set -e\nfalse\necho never", 1, ""),
    ("set -e\nfalse || true\necho still", 0, "still\n"),
    ("printf_ 2>/dev/null || echo $?", 0, "127\n"),
    ("cat <<EOF | sort -r\na $?\nb\nEOF\necho end", 0, "b\na 0\nend\n"),
    ("cat <<'EOF'\n$X\nEOF", 0, "$X\n"),
    ("cat <<-EOF\n\tx\n\tEOF", 0, "x\n"),
    ("echo a > /tmp/f; echo b >> /tmp/f; cat /tmp/f; wc -l < /tmp/f", 0, "a\nb\n2\n"),
    ("cat /nosuch 2>&1 >/dev/null", 1, "cat: /nosuch: No such file or directory\n"),
    ("cat /nosuch > /tmp/f 2>&1; cat /tmp/f", 0, "cat: /nosuch: No such file or directory\n"),
    ("echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward", 0, "1\n"),
    ("echo 10.0.0.1 db >> /etc/hosts; cat /etc/hosts", 0, "10.0.0.1 db\n"),
    ("hostname", 0, "host\n"),
    ("echo 1 | tee /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward", 0, "1\n1\n"),
    ("echo x | tee -a /run/t /run/u; echo y | tee -a /run/t >/dev/null; cat /run/t", 0, "x\nx\ny\n"),
    (r"echo 'a\tb\nc\\d'", 0, "a\tb\nc\\d\n"),
    ("sudo hostname", 0, "host\n"),
    ("sleep 5", 0, ""),
    ("", 0, ""),
]


@pytest.mark.parametrize(("script", "code", "out"), CASES, ids=[script[:40] for script, _, _ in CASES])
def test_a_script_does_what_it_would_in_sh(kernel, script, code, out):
    found = kernel.sh("host", script)
    assert found[:2] == (code, out)
    assert found[2] == ""


LINES = "beta 2\nalpha 10\nalpha 10\ngamma (x) 1\n"
FILTERS = [
    ("grep -c alpha", "2\n"),
    ("grep -v a", ""),
    ("grep -n BETA -i", "1:beta 2\n"),
    ("grep -o 'a.pha'", "alpha\nalpha\n"),
    ("grep 'x)'", "gamma (x) 1\n"),
    ("grep -E '(x)'", "gamma (x) 1\n"),
    ("grep -F '(x)'", "gamma (x) 1\n"),
    ("grep -A1 beta", "beta 2\nalpha 10\n"),
    ("grep -w 1", "gamma (x) 1\n"),
    ("head -n 1", "beta 2\n"),
    ("head -1", "beta 2\n"),
    ("tail -n 1", "gamma (x) 1\n"),
    ("tail -n +4", "gamma (x) 1\n"),
    ("sort", "alpha 10\nalpha 10\nbeta 2\ngamma (x) 1\n"),
    ("sort -ru", "gamma (x) 1\nbeta 2\nalpha 10\n"),
    ("uniq -c", "      1 beta 2\n      2 alpha 10\n      1 gamma (x) 1\n"),
    ("wc", "      4       9      37\n"),
    ("wc -l", "4\n"),
]


@pytest.mark.parametrize(("filter_", "out"), FILTERS)
def test_a_filter_gives_what_the_real_one_gives(kernel, filter_, out):
    assert kernel.sh("host", f"cat <<EOF | {filter_}\n{LINES}EOF") == (int(not out), out, "")


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_the_real_shell_and_the_real_filters_agree(live_kernel):
    live_kernel.apply([])
    run(stage(), live_kernel)
    kernel = SimKernel()
    run(stage(), kernel)
    for script in [
        *(f"cat <<EOF | {each}\n{LINES}EOF" for each, _ in FILTERS),
        *(script for script, _, _ in CASES if "sudo" not in script and "sleep" not in script),
    ]:
        assert kernel.sh("host", script)[:2] == live_kernel.sh("host", script)[:2], script


REFUSED = [
    ("nosuch", 127, "sh: 1: nosuch: not found in the simulation; there are "),
    ("grep -P x /etc/resolv.conf", 127, "grep -P is not in the simulation; there are -v, -i"),
    ("for x in a; do echo $x; done", 2, "sh: 'for' is not in the simulation's shell: it has quotes"),
    ("echo $(hostname)", 2, "sh: '$(' is not in the simulation's shell"),
    ("echo `hostname`", 2, "sh: `...` is not in the simulation's shell"),
    ("sleep 1 &", 2, "sh: '&' is not in the simulation's shell"),
    ("echo 'open", 2, "sh: a quote stands open"),
    ("true &&", 2, "sh: nothing follows &&"),
    ("| wc", 2, "sh: syntax error: '|' unexpected"),
    ("cat <<EOF\nx", 2, "sh: the here-document has no end"),
    ("cat < /nosuch", 2, "sh: 1: cannot open /nosuch: No such file"),
    ("echo x > /proc/sys/net/ipv4/ip_forward", 1, "sh: 1: echo: echo: I/O error"),
    ("echo 1 > /proc/sys/net/nosuch", 2, "sh: 1: cannot create /proc/sys/net/nosuch: Directory nonexistent"),
]


@pytest.mark.parametrize(("script", "code", "text"), REFUSED)
def test_what_cannot_be_is_said_in_a_sentence_and_changes_nothing(kernel, script, code, text):
    before = kernel.state()
    found = kernel.sh("host", script)
    assert (found[0], found[1]) == (code, "")
    assert found[2].startswith(text)
    assert kernel.state() == before


def test_a_script_goes_on_after_a_refusal(kernel):
    code, out, err = kernel.sh("host", "ip link set nosuch up\nip link set eth0 down && echo done")
    assert (code, out, err) == (0, "done\n", 'Cannot find device "nosuch"\n')
    assert not kernel.state()["host"].links["eth0"].up
