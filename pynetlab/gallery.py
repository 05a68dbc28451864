"""The figures that the project keeps, drawn from a lab."""

from collections.abc import Iterator

from .lab import Lab
from .views.figure import Figure


def canonical_figures() -> Iterator[Figure]:
    """Draw the figures that the project keeps: the chart with a default start, the bridge network, the four modes, a packet's way."""
    with Lab("1.2", mode="sim") as lab:
        yield lab.show.chart(lab.start())
        lab.run("web", publish=["8080:80"])
        lab.run("db")
        yield lab.show.network()
        lab.stop("db")
        lab.run("monitor", net="host")
        lab.run("sidecar", net="container:web")
        lab.run("batch", net="none")
        yield lab.show.modes()
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("docker run -d --name web -p 8080:80 nginx")
        yield lab.trace("outside -> host:8080/tcp").figure("published-port-trace")
