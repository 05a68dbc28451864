"""Columns, as text/tabwriter lays them out."""

import pytest

from pynetlab.gotext import columns


@pytest.mark.parametrize(
    ("text", "laid_out"),
    [
        ("a\tb\n", "a         b\n"),
        ("a long first cell\tb\nc\td\n", "a long first cell   b\nc                   d\n"),
        ("NAMES\tNETWORKS\tPORTS\nshr\t\t\n", "NAMES     NETWORKS   PORTS\nshr                  \n"),
        # a line without a cell ends the column: what follows is measured anew
        ("a cell of some width\tb\nno cell\nc\td\n", "a cell of some width   b\nno cell\nc         d\n"),
    ],
)
def test_cells_stand_below_each_other(text, laid_out):
    assert columns(text) == laid_out
