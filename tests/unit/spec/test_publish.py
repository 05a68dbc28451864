"""What ``-p`` and ``--expose`` may say."""

import pytest

from pynetlab.errors import SpecError
from pynetlab.spec.publish import PortBinding, exposed, published


@pytest.mark.parametrize(
    ("text", "bindings"),
    [
        ("80", [PortBinding(80)]),
        ("8080:80", [PortBinding(80, host_ports=(8080, 8080))]),
        ("8080:80/udp", [PortBinding(80, "udp", host_ports=(8080, 8080))]),
        ("80/SCTP", [PortBinding(80, "sctp")]),
        ("127.0.0.1:8080:80", [PortBinding(80, host_ip="127.0.0.1", host_ports=(8080, 8080))]),
        ("127.0.0.1::80", [PortBinding(80, host_ip="127.0.0.1")]),
        ("8000-8009:80", [PortBinding(80, host_ports=(8000, 8009))]),
        ("8000-8001:80-81", [PortBinding(80, host_ports=(8000, 8000)), PortBinding(81, host_ports=(8001, 8001))]),
        ("80-81", [PortBinding(80), PortBinding(81)]),
        ("target=80,published=8080,protocol=udp", [PortBinding(80, "udp", host_ports=(8080, 8080))]),
    ],
)
def test_a_published_port_is_read(text, bindings):
    assert published(text) == bindings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no port specified"),
        ("8080:", "no port specified"),
        ("many", "invalid containerPort: many"),
        ("70000", "invalid containerPort: 70000"),
        ("many:80", "invalid hostPort: many"),
        ("81-80", "invalid containerPort: 81-80"),
        ("8000-8002:80-81", "invalid ranges specified for container and host Ports: 80-81 and 8000-8002"),
        ("80/icmp", "invalid proto: icmp"),
        ("1.2.3:80:80", "invalid IP address: 1.2.3"),
        ("[::1]:80:80", "::1: publishing on an IPv6 address is not modelled"),
        ("1:2:3:4", "invalid hostPort: 2:3"),
        ("target=80,goal=3", "invalid field key goal"),
    ],
)
def test_what_cannot_be_read_is_told(text, words):
    with pytest.raises(SpecError, match=words.replace("[", r"\[")):
        published(text)


def test_exposed_ports_may_be_a_range():
    assert exposed("7000-7002/udp") == [(7000, "udp"), (7001, "udp"), (7002, "udp")]
    assert exposed("80") == [(80, "tcp")]
    with pytest.raises(SpecError, match="invalid range format for --expose: x"):
        exposed("x")
