"""A record as facts, so that two records can be compared fact by fact: each is a section and a text."""

import json

SECTIONS = ("commands", "networks", "links", "addresses", "routes", "rules", "sysctl", "names")


def facts(record):
    """List all facts of a record but the answers of probes."""
    for at, command in enumerate(record["commands"]):
        yield "commands", f"{at} {text(command)}"
    for name, network in record["networks"].items():
        yield "networks", f"{name} {text(network)}"
    yield from namespace("host", record["host"])
    for name, container in record["containers"].items():
        yield from namespace(name, container)
        yield from (("names", f"{name} {key} {text(container.get(key))}") for key in ("mode", "running", "hosts", "resolv"))
        for key in ("networks", "ports"):
            yield from (("names", f"{name} {key} {each} {text(value)}") for each, value in container[key].items())


def namespace(where, held):
    yield from (("links", f"{where} {text(link)}") for link in held.get("links", []))
    yield from (("addresses", f"{where} {device} {' '.join(found)}") for device, found in held.get("addresses", {}).items())
    yield from (("routes", f"{where} {route}") for route in held.get("routes", []))
    yield from (("sysctl", f"{where} {key} {value}") for key, value in held.get("sysctl", {}).items())
    yield from (("sysctl", f"{where} route_localnet {device}") for device in held.get("route_localnet", []))
    for table, chains in held.get("iptables", {}).items():
        for name, chain in chains.items():
            # a table that somebody touched and left as it was is the same as one that nobody touched
            if chain["policy"] != "ACCEPT" or chain["rules"]:
                yield "rules", f"{where} {table} :{name} {chain['policy']}"
            yield from (("rules", f"{where} {table} {at} {rule}") for at, rule in enumerate(chain["rules"]))


QUESTION = ("from", "to", "proto", "ip", "port", "name")


def wrong_answers(recorded, ours):
    """List the questions of a record that ours answers otherwise, or not at all: who was asked what, and both answers."""

    def parts(probe):
        return tuple(probe.get(key) for key in QUESTION), {key: value for key, value in probe.items() if key not in QUESTION}

    answers = dict(map(parts, ours["probes"]))
    asked = map(parts, recorded["probes"])
    return [(question, answer, answers.get(question)) for question, answer in asked if answers.get(question) != answer]


def text(value):
    return json.dumps(value, sort_keys=True)


def differences(recorded, ours, known=()):
    """List what only one of two records says, by section; ``known`` are beginnings of facts that are left out."""
    want, have = ({fact for fact in facts(record) if not f"{fact[0]} {fact[1]}".startswith(tuple(known))} for record in (recorded, ours))
    return {
        section: sorted(
            [f"- {fact}" for kind, fact in want - have if kind == section] + [f"+ {fact}" for kind, fact in have - want if kind == section]
        )
        for section in SECTIONS
    }
