"""Interpolation by the tables of the Compose specification, 12-interpolation.md."""

import pytest

from pynetlab.compose.interpolate import Environment, interpolated, substitute
from pynetlab.errors import SpecError

VALUES = {"SET": "value", "EMPTY": "", "OTHER": "else", "_under": "score"}


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("$SET", "value"),
        ("${SET}", "value"),
        ("a-$SET-b", "a-value-b"),
        ("a${SET}b${OTHER}c", "avaluebelsec"),
        ("${SET:-default}", "value"),
        ("${EMPTY:-default}", "default"),
        ("${UNSET:-default}", "default"),
        ("${SET-default}", "value"),
        ("${EMPTY-default}", ""),
        ("${UNSET-default}", "default"),
        ("${SET:?err}", "value"),
        ("${SET?err}", "value"),
        ("${EMPTY?err}", ""),
        ("${SET:+alt}", "alt"),
        ("${EMPTY:+alt}", ""),
        ("${UNSET:+alt}", ""),
        ("${SET+alt}", "alt"),
        ("${EMPTY+alt}", "alt"),
        ("${UNSET+alt}", ""),
        ("${UNSET:-}", ""),
        ("${UNSET:-${SET}}", "value"),
        ("${UNSET:-${EMPTY:-${OTHER}}}", "else"),
        ("${UNSET-$SET}", "value"),
        ("${SET:+${OTHER}}", "else"),
        ("${UNSET:-${A:?never}}x${SET}", None),
        ("${SET:?${A:?never}}", "value"),
        ("${UNSET:-http://host:80/path}", "http://host:80/path"),
        ("${UNSET:-a-b+c?d}", "a-b+c?d"),
        ('${UNSET:-{"key": 1}}', '{"key": 1}'),
        ("$$SET", "$SET"),
        ("$${SET}", "${SET}"),
        ("$$$SET", "$value"),
        ("${_under}", "score"),
        ("price 5$", "price 5$"),
        ("$5", "$5"),
        ("", ""),
    ],
)
def test_a_template_is_replaced_as_the_specification_says(template, result):
    if result is None:
        with pytest.raises(SpecError, match="required variable A is missing a value: never"):
            substitute(template, Environment(VALUES))
    else:
        assert substitute(template, Environment(VALUES)) == result


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("${UNSET:?give it}", "required variable UNSET is missing a value: give it"),
        ("${EMPTY:?give it}", "required variable EMPTY is missing a value: give it"),
        ("${UNSET?give it}", "required variable UNSET is missing a value: give it"),
        ("${UNSET:?}", "required variable UNSET is missing a value"),
        ("${UNSET:?set $OTHER}", "required variable UNSET is missing a value: set else"),
    ],
)
def test_a_required_variable_that_is_missing_is_named(template, words):
    with pytest.raises(SpecError) as refused:
        interpolated({"services": {"web": {"image": template}}}, Environment(VALUES))
    assert str(refused.value) == f"error while interpolating services.web.image: {words}"


@pytest.mark.parametrize("template", ["${", "${}", "${SET", "${ SET}", "${1}", "${SET!x}", "x ${UNSET:-${SET}"])
def test_a_damaged_template_is_named_with_its_place(template):
    with pytest.raises(SpecError) as refused:
        interpolated({"services": {"web": {"ports": [template]}}}, Environment(VALUES))
    words = "invalid interpolation format for services.web.ports.[]. You may need to escape any $ with another $."
    assert str(refused.value) == f"{words} {template}"


def test_only_a_variable_without_a_default_is_told_as_missing():
    environment = Environment(VALUES)
    assert interpolated(["$A ${B} ${C:-c} ${D+d} $A", 5, None, True], environment) == ["  c  ", 5, None, True]
    assert environment.missing == ["A", "B"]


def test_keys_are_not_templates():
    assert interpolated({"$SET": "$SET"}, Environment(VALUES)) == {"$SET": "value"}
