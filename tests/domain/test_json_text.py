"""One member of a text changes; all else stays as it was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.json_text import (
    NotAnObjectError,
    append,
    find,
    members_of,
    read_object,
    remove,
    replace_value,
)

keys = st.text(max_size=5).filter(lambda key: key != "mine")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(keys, values, max_size=4)
texts = st.builds(
    lambda value, indent, end: json.dumps(value, indent=indent) + end,
    objects,
    st.sampled_from([None, 0, 2, 4, "\t"]),
    st.sampled_from(["", "\n", "\r\n "]),
)


@given(texts, values)
def test_a_member_is_added_at_the_end_and_taken_out_without_a_trace(text: str, value: object) -> None:
    added = append(text, "mine", value)
    assert list(json.loads(added).items()) == [*json.loads(text).items(), ("mine", value)]
    taken_out = remove(added, "mine")
    assert json.loads(taken_out) == json.loads(text)
    if json.loads(text):
        assert taken_out == text


@given(texts, values, values)
def test_a_value_is_replaced_and_nothing_else(text: str, old: object, new: object) -> None:
    with_old = append(text, "mine", old)
    member = find(with_old, "mine")
    assert member is not None
    replaced = replace_value(with_old, member, new)
    assert json.loads(replaced) == {**json.loads(text), "mine": new}
    assert replaced.startswith(with_old[: member.value_start])
    assert replaced.endswith(with_old[member.end :])


@given(objects, st.integers(0, 5))
def test_the_members_are_those_that_json_reads(value: dict[str, object], place: int) -> None:
    text = json.dumps(value)
    assert {each.name: each.value for each in members_of(text)} == value
    assert members_of(" " * place + text, place) == members_of(" " * place + text)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a":1,}', '{"a":1 // no\n}', "{'a':1}", '{"a"}', "null", "{} {}", "\ufeff{}"]
)
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(NotAnObjectError):
        read_object(text)


def test_it_is_laid_out_like_its_neighbours() -> None:
    assert append('{\n\t"a": 1\n}\n', "mine", {"b": 2}) == '{\n\t"a": 1,\n\t"mine": {\n\t\t"b": 2\n\t}\n}\n'
    assert append('{"a": 1}', "mine", {"b": 2}) == '{"a": 1, "mine": {"b": 2}}'
    assert append("{}", "mine", 1) == '{\n  "mine": 1\n}'


def test_of_two_members_of_one_name_the_last_counts_and_both_are_taken_out() -> None:
    text = '{"mine": 1, "a": 2, "mine": 3}'
    assert (find(text, "mine") or pytest.fail("none")).value == 3
    assert json.loads(remove(text, "mine")) == {"a": 2}
