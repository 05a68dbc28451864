"""tc(8) in the simulation: the lines that iproute2 6.1 printed for the same, but for the numbers of disciplines."""

import pytest

from pynetlab.model import Tbf
from pynetlab.ops import AddNetns
from pynetlab.sim import SimKernel


@pytest.fixture
def host():
    made = SimKernel()
    made.apply([AddNetns("host")])
    made.sh("host", "ip link add veth0 type veth peer name veth1; ip link set veth0 up; ip link set veth1 up")
    return made


def test_a_rate_is_limited_shown_and_free_again(host):
    assert host.sh("host", "tc qdisc add dev veth0 root tbf rate 1mbit burst 10kb limit 20kb") == (0, "", "")
    assert host.state()["host"].links["veth0"].qdisc == Tbf(1_000_000, 10_240, 20_480)
    assert host.sh("host", "tc qdisc show dev veth0")[1] == "qdisc tbf 8001: root refcnt 2 rate 1Mbit burst 10Kb lat 81.9ms \n"
    assert "qdisc noqueue 0: dev veth1 root refcnt 2 \n" in host.sh("host", "tc qdisc")[1]
    assert host.sh("host", "tc qdisc del dev veth0 root") == (0, "", "")
    assert host.sh("host", "tc qdisc show dev veth0")[1] == "qdisc noqueue 0: root refcnt 2 \n"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ("rate 1500kbit burst 9999b limit 2mb", "rate 1500Kbit burst 9998b lat 11.1s"),
        ("rate 1500kbit burst 1500 limit 2mb", "rate 1500Kbit burst 1499b lat 11.2s"),
        ("rate 1500kbit burst 100000 limit 2mb", "rate 1500Kbit burst 99999b lat 10.7s"),
        ("rate 1500kbit burst 2mb limit 2mb", "rate 1500Kbit burst 2Mb lat 0us"),
        ("rate 10mbit burst 20k latency 50ms", "rate 10Mbit burst 20Kb lat 50ms"),
    ],
)
def test_rates_sizes_and_times_are_printed_as_tc_does(host, options, shown):
    host.sh("host", f"tc qdisc add dev veth0 root tbf {options}")
    assert host.sh("host", "tc qdisc show dev veth0")[1] == f"qdisc tbf 8001: root refcnt 2 {shown} \n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("del dev veth1 root", 2, "Error: Cannot delete qdisc with handle of zero.\n"),
        ("add dev zz root tbf rate 1mbit burst 10kb limit 20kb", 1, 'Cannot find device "zz"\n'),
        ("show dev zz", 1, 'Cannot find device "zz"\n'),
        ("add dev veth0 root tbf rate xx burst 1 limit 1", 1, 'tbf: illegal value for "rate": "xx"\n'),
        (
            "add dev veth0 root tbf rate 5",
            1,
            'tbf: the "rate" parameter is mandatory.\ntbf: the "burst" parameter is mandatory.\ntbf: either "limit" or',
        ),
        ("add dev veth0 root netem delay 1ms", 127, "'tc qdisc add dev veth0 root netem delay 1ms' is not in the simulation"),
    ],
)
def test_what_cannot_be_is_said_as_tc_does(host, words, code, said):
    found = host.sh("host", f"tc qdisc {words}")
    assert (found[0], found[1]) == (code, "")
    assert found[2].startswith(said)
    host.sh("host", "tc qdisc add dev veth0 root tbf rate 1mbit burst 10kb limit 20kb")
    again = host.sh("host", "tc qdisc add dev veth0 root tbf rate 1mbit burst 10kb limit 20kb")
    assert again == (2, "", "Error: Exclusivity flag on, cannot modify.\n")
