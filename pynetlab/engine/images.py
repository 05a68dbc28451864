"""Where the programs of well-known images wait for clients, as their own documentation says (hub.docker.com/_/NAME)."""

from collections.abc import Iterable, Iterator, Mapping

Port = tuple[int, str]

LISTENS: Mapping[str, tuple[int, ...]] = {
    "adminer": (8080,),
    "caddy": (80, 443),
    "cassandra": (9042,),
    "couchdb": (5984,),
    "drupal": (80,),
    "eclipse-mosquitto": (1883,),
    "elasticsearch": (9200, 9300),
    "ghost": (2368,),
    "grafana/grafana": (3000,),
    "httpd": (80,),
    "influxdb": (8086,),
    "joomla": (80,),
    "kibana": (5601,),
    "mariadb": (3306,),
    "memcached": (11211,),
    "minio/minio": (9000,),
    "mongo": (27017,),
    "mysql": (3306, 33060),
    "nats": (4222, 8222),
    "neo4j": (7474, 7687),
    "nextcloud": (80,),
    "nginx": (80,),
    "phpmyadmin": (80,),
    "postgres": (5432,),
    "prom/prometheus": (9090,),
    "rabbitmq": (5672,),
    "redis": (6379,),
    "registry": (5000,),
    "solr": (8983,),
    "tomcat": (8080,),
    "traefik": (80,),
    "traefik/whoami": (80,),
    "valkey/valkey": (6379,),
    "wordpress": (80,),
    "zookeeper": (2181,),
    "lab": (),  # that of the records of real engines: whoever plays them says where it listens
}
"""Image → its TCP ports. A program listens there whatever is published: a port that is published to another has nobody behind it."""


def repository(image: str) -> str:
    """Give the name of an image without registry, tag and digest, such as ``nginx`` for ``docker.io/library/nginx:1.27``."""
    name = image.partition("@")[0]
    head, slash, tail = name.rpartition("/")
    name = f"{head}{slash}{tail.partition(':')[0]}"
    return name.removeprefix("docker.io/").removeprefix("library/")


def listens(image: str, wanted: Iterable[Port]) -> Iterator[Port]:
    """List the ports where a container of the image answers; of an image that is not known, those that it exposes or publishes."""
    known = LISTENS.get(repository(image))
    found = dict.fromkeys(wanted if known is None else ((port, "tcp") for port in known))
    yield from ((port, proto) for port, proto in found if proto in ("tcp", "udp"))
