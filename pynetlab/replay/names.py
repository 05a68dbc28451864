"""The questions about names that were put to a real engine, put again: who asks whom for which name, and the answer."""

from collections.abc import Iterable
from typing import Any

from ..kernel import Kernel
from ..model import DnsQuery

Record = dict[str, Any]
PATIENCE = 1.2
"""Seconds for which the recorded questions waited."""


def ask_again(probes: Iterable[Record], kernel: Kernel) -> list[Record]:
    """Ask the recorded questions about names of a kernel on which the scenario was played; other probes are left out."""
    return [_asked(probe, kernel) for probe in probes if probe["proto"] == "dns"]


def _asked(probe: Record, kernel: Kernel) -> Record:
    found = kernel.resolve(probe["from"], DnsQuery(probe["name"]), probe["ip"], PATIENCE)
    question = {key: probe[key] for key in ("from", "to", "proto", "ip", "name")}
    if found.reply is None:
        return question | {"result": found.result}
    return question | {"result": found.result, "rcode": found.reply.rcode, "answers": list(found.addresses)}
