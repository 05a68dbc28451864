"""``docker inspect`` and its kin, and ``docker port``: docker/cli cli/command/inspect/inspector.go, container/port.go."""

from collections.abc import Callable, Sequence

from ...errors import ClientError, DaemonError, SpecError
from ...gotext import Struct, compact, indented, parse, raw, render
from ...gotext.template import Template
from ...output import Output
from ...spec.cli import Parsed
from ..api.container import container
from ..api.network import network
from ..api.ports import ports_of
from .host import DockerHost, lines
from .listing import natural

TYPES = ("config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume")
MODELLED = ("", "container", "network")
Look = Callable[[str], Struct]


def anything(docker: DockerHost, parsed: Parsed) -> Output:
    """Show containers and networks; of a name that both have the container."""
    kind = parsed.get("type", "")
    if kind not in ("", *TYPES):
        raise docker.release.client_error("bad-object", type=kind)
    if kind not in MODELLED:
        raise SpecError(f"--type {kind} is not modelled; there are container and network")
    daemon = docker.running

    def look(name: str) -> Struct:
        if kind == "container" or (not kind and daemon.has_container(name)):
            return container(daemon, daemon.container(name))
        if kind == "network" or daemon.has_network(name):
            return network(daemon, daemon.network(name))
        raise docker.release.client_error("no-object", name=name)

    return _shown(parsed, look)


def containers(docker: DockerHost, parsed: Parsed) -> Output:
    """Show containers."""
    return _shown(parsed, lambda name: container(docker.running, docker.running.container(name)))


def networks(docker: DockerHost, parsed: Parsed) -> Output:
    """Show networks."""
    return _shown(parsed, lambda name: network(docker.running, docker.running.network(name)))


def _shown(parsed: Parsed, look: Look) -> Output:
    """Show what is there; the rest is told, and the exit code is then 1. Raises where it is the only name."""
    form = parsed.get("format", "")
    template = parse(form) if form not in ("", "json") else None
    found: list[Struct] = []
    texts, errors = list[str](), list[str]()
    for name in parsed.arguments:
        try:
            found.append(look(name))
            texts += [f"{_filled(template, found[-1])}\n"] if template else []
        except (DaemonError, ClientError) as error:
            if len(parsed.arguments) == 1:
                raise
            errors.append(error.printed)
    text = "".join(texts) or "\n" if template else f"{_json(found, compactly=form == 'json')}\n"
    return Output(text, 1 if errors else 0, err=lines(errors))


def _json(found: Sequence[Struct], *, compactly: bool) -> str:
    return compact(list(found)) if compactly else indented(list(found))


def _filled(template: Template, found: Struct) -> str:
    """Fill a template with Go's own structs, and where that fails with what came as JSON, as docker does."""
    try:
        return render(template, found)
    except ClientError:
        pass
    try:
        return render(template, raw(found))
    except ClientError as error:
        raise ClientError(f"template parsing error: {error}") from None


def port(docker: DockerHost, parsed: Parsed) -> Output:
    """List where a container's ports appear on the host, or where one of them does."""
    name, wanted = (*parsed.arguments, "")[:2]
    found = [each for each in ports_of(docker.running.container(name)) if each.host_ip]
    if not wanted:
        shown = [f"{each.number}/{each.proto} -> {each.host_ip}:{each.host_port}" for each in found]
        return Output(lines(sorted(shown, key=natural)))
    number, _, proto = wanted.partition("/")
    if not number.isdigit():
        raise docker.release.client_error("port-invalid", port=number)
    places = [f"{each.host_ip}:{each.host_port}" for each in found if (each.number, each.proto) == (int(number), proto or "tcp")]
    if not places:
        raise docker.release.client_error("port-unpublished", port=wanted, name=name)
    return Output(lines(sorted(places, key=natural)))
