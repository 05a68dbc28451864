"""curl, 7.88.1 of Debian 12: curl(1). It speaks HTTP/1.1 with the servers of a lab; exit codes and words are its own.

A connection goes its way in the tracer. What a clock would show is always the same: nothing takes a millisecond, and data come
with 3,000 bytes a second.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from ..kernel import Plan
from ..model import Netns, Probe
from ..model.probe import Got, Socket
from ..ops.server import said
from ..output import Output
from ..tracer import Line
from ..tracer.node import Node
from .call import Call, Tool, absent, holds
from .connecting import CONNECTED, ERRORS, SYN_PATIENCE
from .curl_asked import Asked, Url, Wrong, read, url_of
from .curl_told import Meter, Transfer, told_by
from .files import NOWHERE, write
from .lookup import Names, Resolve, number

CONNECTING = 300.0
"""Seconds after which curl gives a connection up."""
UNKNOWN, BROKEN = 6, 56
SSL = "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number"


@dataclass(slots=True)
class Client:
    """One call of curl: what was asked for, and the machine that it runs on."""

    asked: Asked
    netns: Netns
    line: Line
    resolve: Resolve
    meter: Meter
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)


def curl(talk: Callable[[], Line], resolve: Resolve) -> Tool:
    """Give the tool; ``talk`` opens the line of one program, ``resolve`` puts a question to a name server."""

    def tool(call: Call) -> Plan[Output]:
        try:
            asked = read(call.arguments)
        except Wrong as wrong:
            return Output("", wrong.code, err=f"{wrong}\n")
        netns = (yield from holds(call.netns))[call.netns]
        client, code = Client(asked, netns, talk(), resolve, Meter(shown=not asked.silent)), 0
        for order, text in enumerate(asked.urls):
            done = _transfer(client, text, order)
            code = yield from _kept(call, client, done, order)
        return Output("".join(client.out), code, err="".join(client.err))

    return tool


def _kept(call: Call, client: Client, done: Transfer, order: int) -> Plan[int]:
    """Put what came where it shall go, and say what is to be said at the end."""
    asked = client.asked
    file = asked.file(done.url, order)
    if file is not None and done.code == 0 and not file:
        done = replace(done, code=23, error="Failed writing received data to disk/application")
    if file is None:
        client.out.append(done.text)
    elif done.code == 0 and file != NOWHERE:
        yield from write(call.netns, file, done.text, call.scratch)
    if done.error and (not asked.silent or asked.show_error):
        client.err.append(f"curl: ({done.code}) {done.error}\n")
    if asked.write_out:
        out, err = told_by(asked.write_out, done, file or "")
        client.out.append(out)
        client.err.append(err)
    return done.code


def _transfer(client: Client, text: str, order: int) -> Transfer:
    """Do one transfer: find the name, connect, ask, and take the response; what goes to standard error is said on the way."""
    try:
        url = url_of(text)
    except Wrong as wrong:
        return Transfer(Url("http", text, 80, "/"), wrong.code, str(wrong))
    client.err.append(client.meter.begin())
    ip, failed = _found(client, url)
    if ip is None:
        _verbose(client, [f"* {failed.error}", f"* Closing connection {order}"] if failed.code == UNKNOWN else [])
        return failed
    done = _connected(client, url, ip, order)
    client.err.append(client.meter.end(done.size, done.received, done.took))
    _verbose(client, [f"* Closing connection {order}"])
    return done


def _verbose(client: Client, lines: list[str]) -> None:
    if client.asked.verbose:
        client.err += [f"{line}\n" for line in lines]


def _found(client: Client, url: Url) -> tuple[IPv4Address | None, Transfer]:
    """Find the address of a server: as --resolve says, else as getaddrinfo(3) does."""
    asked = client.asked
    known = asked.resolve.get((url.host, url.port))
    ip = number(known or url.host)
    if ip is not None:
        return ip, Transfer(url)
    names = Names(client.netns, client.resolve, left=asked.patience)
    found = names.addresses(url.host)
    if found.late:
        return None, Transfer(url, 28, f"Resolving timed out after {asked.patience * 1000:.0f} milliseconds")
    if found.said:
        return None, Transfer(url, UNKNOWN, f"Could not resolve host: {url.host}")
    return IPv4Address(found.addresses[0]), Transfer(url)


def _connected(client: Client, url: Url, ip: IPv4Address, order: int) -> Transfer:
    """Connect to an address, and go on from there."""
    asked = client.asked
    _verbose(client, [f"*   Trying {ip}:{url.port}..."])
    socket, wrong = _bound(client, Transfer(url, ip=ip))
    if wrong is not None:
        return wrong
    got = client.line(Probe(client.netns.name, "tcp", ip, url.port, patience=min(asked.patience, SYN_PATIENCE), socket=socket))
    reached = got.answer.result in CONNECTED or (got.packet is not None and "SYN,ACK" in got.packet.flags)
    if not reached:
        return _unreached(client, Transfer(url, ip=ip), got)
    mine = got.packet
    ip = mine.src if mine else ip
    _verbose(client, [f"* Connected to {url.host} ({ip}) port {url.port} (#{order})"])
    done = Transfer(
        url,
        ip=ip,
        local=f"{mine.dst}" if mine else "",
        port=mine.dport if mine else 0,
        connected=True,
        method=asked.method or ("HEAD" if asked.head else "GET"),
    )
    return _exchanged(client, done, got)


def _bound(client: Client, done: Transfer) -> tuple[Socket, Transfer | None]:
    """Give the socket that --interface asks for, or why there is none."""
    wanted = client.asked.interface
    node = Node(client.netns)
    if not wanted:
        return Socket(), None
    ip = number(wanted)
    if ip is None and wanted not in node.devices:
        return Socket(), replace(done, code=45, error=f"Couldn't bind to '{wanted}'")
    if ip is not None and not node.is_local(int(ip)):
        return Socket(), replace(done, code=45, error="bind failed with errno 99: Cannot assign requested address")
    return (Socket(source=ip) if ip else Socket(device=wanted)), None


def _unreached(client: Client, done: Transfer, got: Got) -> Transfer:
    """Say why there is no connection: which of the patiences ended, or what the kernel said."""
    asked, place = client.asked, f"{done.url.host} port {done.url.port}"
    late = got.answer.result == "timeout"
    took = min(asked.patience, SYN_PATIENCE) if late else got.after
    client.err.append(client.meter.passing(took))
    if late and asked.patience <= SYN_PATIENCE:
        within = asked.limit <= asked.connect
        after = round(asked.patience * 1000)
        error = (
            f"Connection timed out after {after} milliseconds"
            if within
            else f"Failed to connect to {place} after {after} ms: Timeout was reached"
        )
        _verbose(client, [*([] if within else [f"* ipv4 connect timeout after {after}ms, move on!"]), f"* {error}"])
        return replace(done, code=28, error=error, took=took)
    why = ERRORS.get(got.answer.result, got.answer.result)
    error = f"Failed to connect to {place} after {took * 1000:.0f} ms: Couldn't connect to server"
    at_once = f"* Immediate connect fail for {done.ip}: {why}"
    refused = f"* connect to {done.ip} port {done.url.port} failed: {why}"
    _verbose(client, [at_once if got.errno == "ENETUNREACH" and got.packet is None else refused, f"* {error}"])
    return replace(done, code=28 if late else 7, error=error, took=took)


def _exchanged(client: Client, done: Transfer, got: Got) -> Transfer:
    """Send the request and take the response."""
    asked = client.asked
    request = asked.request(done.url)
    if done.url.scheme == "https" and asked.verbose:
        raise absent("curl -v with https")
    if done.url.scheme == "https":
        return replace(done, code=35, error=SSL)
    _verbose(client, [f"> {line}\r" for line in request])
    if got.answer.result == "closed":
        # a proxy that reaches nobody hangs up with the request unread
        _verbose(client, ["* Recv failure: Connection reset by peer"])
        return replace(done, code=BROKEN, error="Recv failure: Connection reset by peer")
    if got.answer.result != "ok" or not got.answer.server:
        limit = min(asked.limit, CONNECTING)
        error = f"Operation timed out after {limit * 1000:.0f} milliseconds with 0 bytes received"
        client.err.append(client.meter.passing(limit))
        _verbose(client, [f"* {error}"])
        return replace(done, code=28, error=error, took=limit)
    response = said(got.answer.server, got.answer.saw, request[0])
    head, _, body = response.partition("\r\n\r\n")
    lines = head.split("\r\n")
    status = int(lines[0].split()[1])
    length = next(int(line.split()[1]) for line in lines if line.startswith("Content-Length"))
    failed = asked.fail and status >= 400  # noqa: PLR2004 - RFC 9110
    _verbose(client, [f"< {line}\r" for line in lines])
    asked_size = sum(len(line) + 2 for line in request)
    done = replace(done, status=status, size=length, head_size=len(head) + 4, request_size=asked_size, content_type="text/plain")
    if failed:
        error = f"The requested URL returned error: {status}"
        _verbose(client, [f"* {error}"])
        return replace(done, code=22, error=error)
    _verbose(client, ["< \r", *([f"{{ [{len(body)} bytes data]"] if body else [])])
    return replace(done, received=len(body), text=(f"{head}\r\n\r\n" if asked.include else "") + body)
