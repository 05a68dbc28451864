"""Sockets that wait, as the kernel tells of them: by sock_diag, and by /proc/net where a kernel has no sock_diag."""

import socket

import pytest

from pynetlab.live import waiting


@pytest.mark.live
@pytest.mark.parametrize("way", ["sock_diag", "proc"])
def test_sockets_that_wait_are_found_and_those_that_are_connected_are_not(way, monkeypatch):
    if way == "proc":

        def lacking(*_):
            raise FileNotFoundError
            yield

        monkeypatch.setattr(waiting, "_dumped", lacking)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connected,
        socket.create_connection(server.getsockname()) as client,
    ):
        bound.bind(("127.0.0.2", 0))
        connected.connect(bound.getsockname())
        found = waiting.waiting()
        assert {("tcp", *server.getsockname()), ("udp", *bound.getsockname())} <= found
        assert not {("udp", *connected.getsockname()), ("tcp", *client.getsockname())} & found
