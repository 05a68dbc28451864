"""The fields of a Compose file that touch the network, as pydantic models; compose-spec schema/compose-spec.json (compose-go v2.14.0).

Texts and numbers are as they were written: the engine judges addresses. What a file may write in a short way is read into
the long one here, so that the rest of the code knows one form.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from ..errors import SpecError

NAMES = r"^[a-zA-Z0-9._-]+$"


def _wrong(kind: str) -> PydanticCustomError:
    return PydanticCustomError("compose", "must be a {kind}", {"kind": kind})


def _text(value: object) -> object:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _numbers(value: object) -> object:
    return [_text(each) for each in value] if isinstance(value, list) else value


def _named(default: Callable[[], object]) -> Callable[[object], object]:
    """Read a list of names as a mapping."""

    def read(value: object) -> object:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return {each: default() for each in value}
        if not isinstance(value, dict):
            raise _wrong("array")
        return value

    return read


def _pairs(value: object) -> object:
    """Read a list of ``KEY=VALUE`` as a mapping."""
    if isinstance(value, list):
        return dict(str(each).partition("=")[::2] for each in value)
    if not isinstance(value, dict):
        raise _wrong("mapping")
    return {key: "" if each is None else str(each).lower() if isinstance(each, bool) else str(each) for key, each in value.items()}


def _hosts(value: object) -> object:
    """Read ``NAME=ADDRESS``, ``NAME:ADDRESS`` or a mapping as pairs; compose-go types/hostList.go."""
    if isinstance(value, dict):
        pairs = [(name, each) for name, item in value.items() for each in (item if isinstance(item, list) else [item])]
    elif isinstance(value, list):
        pairs = [_host(str(each)) for each in value]
    else:
        raise _wrong("mapping")
    for name, _ in pairs:
        if not name or ":" in name or "=" in name:
            raise PydanticCustomError("compose", "bad host name '{name}'", {"name": name})
    return [(name, str(address or "").removeprefix("[").removesuffix("]")) for name, address in pairs]


def _host(text: str) -> tuple[str, str]:
    separator = next((each for each in "=:" if each in text), None)
    if separator is None:
        raise PydanticCustomError("compose", "bad host name '{name}'", {"name": text})
    name, _, address = text.partition(separator)
    return name, address


def _external(value: object) -> object:
    return True if isinstance(value, dict) else value


Text = Annotated[StrictStr, BeforeValidator(_text)]
Texts = Annotated[tuple[StrictStr, ...], BeforeValidator(_texts)]
Numbers = Annotated[tuple[StrictStr, ...], BeforeValidator(_numbers)]
Pairs = Annotated[dict[str, StrictStr], BeforeValidator(_pairs)]
Options = dict[str, Text]


class _Part(BaseModel):
    """A mapping in which only the fields of its class may stand, and ``x-`` fields, which say nothing to Compose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_extensions(cls, value: object) -> object:
        return {key: each for key, each in value.items() if not key.startswith("x-")} if isinstance(value, dict) else value


class Port(_Part):
    """A published port."""

    target: int = Field(ge=0)
    published: Text = ""
    """A port of the host, or a range of which the engine takes one; empty: any."""
    host_ip: StrictStr = ""
    protocol: StrictStr = "tcp"
    mode: StrictStr = "ingress"
    name: StrictStr = ""
    app_protocol: StrictStr = ""


class Attachment(_Part):
    """A service's place in a network."""

    aliases: tuple[StrictStr, ...] = ()
    ipv4_address: StrictStr = ""
    ipv6_address: StrictStr = ""
    link_local_ips: tuple[StrictStr, ...] = ()
    mac_address: StrictStr = ""
    priority: int = 0
    """The network with the highest is joined first."""
    gw_priority: int = 0
    """The network with the highest leads out."""
    interface_name: StrictStr = ""
    driver_opts: Options = {}


class Dependency(_Part):
    """How a service needs another one."""

    condition: Literal["service_started", "service_healthy", "service_completed_successfully"] = "service_started"
    required: bool = True
    restart: bool = False


class Deploy(_Part):
    """What of ``deploy`` says how many containers there are."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    replicas: int | None = Field(default=None, ge=0)
    mode: StrictStr = "replicated"
    endpoint_mode: StrictStr = ""


class Service(_Part):
    """What of a service touches the network, and the order in which services start."""

    image: Any = None
    build: Any = None
    provider: Any = None
    networks: Annotated[dict[str, Attachment | None], BeforeValidator(_named(lambda: None))] | None = None
    network_mode: StrictStr = ""
    ports: tuple[Port, ...] = ()
    expose: Numbers = ()
    links: tuple[StrictStr, ...] = ()
    external_links: tuple[StrictStr, ...] = ()
    extra_hosts: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_hosts)] = ()
    dns: Texts = ()
    dns_search: Texts = ()
    dns_opt: tuple[StrictStr, ...] = ()
    hostname: StrictStr = ""
    domainname: StrictStr = ""
    container_name: StrictStr = ""
    mac_address: StrictStr = ""
    scale: int | None = Field(default=None, ge=0)
    deploy: Deploy = Deploy()
    depends_on: Annotated[dict[str, Dependency], BeforeValidator(_named(dict))] = {}
    profiles: tuple[StrictStr, ...] = ()
    labels: Pairs = {}
    sysctls: Pairs = {}
    volumes_from: tuple[StrictStr, ...] = ()
    ipc: StrictStr = ""
    pid: StrictStr = ""
    uts: StrictStr = ""
    cgroup: StrictStr = ""

    @property
    def replicas(self) -> int:
        """Give the number of its containers; compose-go types/types.go (GetScale)."""
        wanted = self.deploy.replicas if self.deploy.replicas is not None else self.scale
        return 1 if wanted is None else wanted


class Subnet(_Part):
    """A subnet of a network."""

    subnet: StrictStr = ""
    ip_range: StrictStr = ""
    gateway: StrictStr = ""
    aux_addresses: dict[str, StrictStr] = {}


class Ipam(_Part):
    """How a network gets its addresses."""

    driver: StrictStr = ""
    config: tuple[Subnet, ...] = ()
    options: dict[str, StrictStr] = {}


class Network(_Part):
    """A network of the file."""

    name: StrictStr = ""
    driver: StrictStr = ""
    driver_opts: Options = {}
    ipam: Ipam = Ipam()
    internal: bool = False
    attachable: bool = False
    enable_ipv4: bool = True
    enable_ipv6: bool = False
    external: Annotated[bool, BeforeValidator(_external)] = False
    labels: Pairs = {}

    @model_validator(mode="before")
    @classmethod
    def _name_of_external(cls, value: object) -> object:
        """Take the name from where it stood once, ``external: {name: …}``."""
        old = value.get("external") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(old, dict) or "name" not in old:
            return value
        if value.get("name", old["name"]) != old["name"]:
            raise PydanticCustomError("compose", "name and external.name conflict; only use name")
        return {**value, "name": old["name"]}


class File(_Part):
    """A whole Compose file, or what several of them come to."""

    name: StrictStr = ""
    version: Any = None
    services: dict[Annotated[str, Field(pattern=NAMES)], Service] = {}
    networks: dict[Annotated[str, Field(pattern=NAMES)], Network | None] = {}
    volumes: Any = None
    configs: Any = None
    secrets: Any = None
    models: Any = None


def validated(model: Mapping[str, object]) -> File:
    """Read a merged model. Raises SpecError in the words of Compose, for the most specific thing that is wrong."""
    try:
        return File.model_validate(model)
    except ValidationError as error:
        found = max(error.errors(), key=lambda each: len(each["loc"]))
        raise SpecError(_said(found)) from None


def _said(error: ErrorDetails) -> str:
    """Say what is wrong as compose-go schema/schema.go does, with santhosh-tekuri/jsonschema's words."""
    place, kind = [str(part) for part in error["loc"]], error["type"]
    if place[-1:] == ["[key]"]:
        place, kind = place[:-1], "extra_forbidden"
    if kind == "extra_forbidden":
        return f"{'.'.join(place[:-1])} additional properties '{place[-1]}' not allowed".strip()
    if kind == "missing":
        return f"{'.'.join(place[:-1])} missing property '{place[-1]}'"
    text = next((words for start, words in WORDS.items() if kind.startswith(start)), error["msg"])
    return f"{'.'.join(place)} {text}"


WORDS = {
    "model": "must be a mapping",
    "dict": "must be a mapping",
    "tuple": "must be a array",
    "list": "must be a array",
    "string": "must be a string",
    "int": "must be a integer",
    "bool": "must be a boolean",
    "literal": "value must be one of 'service_started', 'service_healthy', 'service_completed_successfully'",
    "greater_than_equal": "must be greater than or equal to 0",
}
"""The kinds of pydantic's errors, and what Compose says."""
