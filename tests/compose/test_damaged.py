"""Damaged Compose files: each either comes up all the same or is refused in a sentence, and then nothing has changed."""

import copy
import random
from pathlib import Path

import yaml

from pynetlab.compose import load, up
from pynetlab.compose.graph import service_map
from pynetlab.errors import PynetlabError
from pynetlab.lab import Lab
from pynetlab.views.graph_formats import FORMATS

FILES = sorted((Path(__file__).parent / "files").glob("*.yaml"))
JUNK = [None, 5, -1, "", True, [], {}, [None], [{}], {"a": "b"}, [[1]], 1.5, "${", "${X:?e}", "0.0.0.1", "10.0.0.0/33", "a:b:c:d", "host",
        "service:web", "é", "1-2", "-1:5", 2**70, {"a": {"b": [1]}}]  # fmt: skip
"""What is put in place of something else."""
TRIES = 250


def places(tree, path=()):
    yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def damaged(tree, chance):
    tree = copy.deepcopy(tree)
    *above, last = chance.choice([path for path in places(tree) if path])
    inside = tree
    for key in above:
        inside = inside[key]
    inside[last] = copy.deepcopy(chance.choice(JUNK))
    return tree


def test_no_damage_does_more_than_a_sentence(tmp_path):
    chance, trees = random.Random(3), [yaml.safe_load(path.read_text()) for path in FILES]  # noqa: S311 - the same every time
    path, came_up, refused = tmp_path / "compose.yaml", 0, 0
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        before = lab.state()
        for _ in range(TRIES):
            path.write_text(yaml.safe_dump(damaged(chance.choice(trees), chance), sort_keys=False))
            memory = lab.dockerd.memory.copy()
            try:
                project = load(path, env={"STAGE": "test"})
                assert all(write(service_map(project)) for write in FORMATS.values())
                lab.dockerd.do(lambda daemon: up(daemon, project))  # noqa: B023 - used at once
            except PynetlabError:
                refused += 1
            else:
                came_up += 1
                lab.walks.pop().undo()
                lab.dockerd.memory = memory
            assert lab.state() == before
    assert came_up + refused == TRIES
    assert min(came_up, refused) > TRIES / 10
