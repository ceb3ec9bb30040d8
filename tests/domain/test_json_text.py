"""An object is written in the layout of the text that it was read from."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.json_text import NotAnObjectError, is_blank, read_object, write_object

keys = st.text(max_size=5).filter(lambda key: key != "mine")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(keys, values, max_size=4)
texts = st.builds(
    lambda value, indent, line_end, mark, end: (
        mark + json.dumps(value, indent=indent, ensure_ascii=False).replace("\n", line_end) + end
    ),
    objects,
    st.sampled_from([None, 0, 2, 4, "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["", "\n", "\r\n "]),
)


@given(texts)
def test_an_object_is_written_as_it_was_read(text: str) -> None:
    assert write_object(read_object(text), like=text) == text


@given(texts, values)
def test_a_member_is_added_at_the_end_and_taken_out_without_a_trace(text: str, value: object) -> None:
    settings = read_object(text)
    added = write_object(settings | {"mine": value}, like=text)
    assert list(read_object(added).items()) == [*settings.items(), ("mine", value)]
    if settings:
        assert write_object(settings, like=added) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", '{"a":1,}', '{"a":1 // no\n}', "{'a':1}", '{"a"}', "null", "{} {}"),
        *('{"a": NaN}', '{"a": -Infinity}', "\ufeff", "\ufeff\ufeff{}", "[" * 100_000),
    ],
)
def test_anything_but_an_object_is_refused(text: str) -> None:
    with pytest.raises(NotAnObjectError):
        read_object(text)


def test_a_byte_order_mark_is_skipped() -> None:
    assert read_object('\ufeff{"model": "opus"}') == {"model": "opus"}
    assert is_blank("\ufeff \n")
    assert not is_blank("\ufeff{}")


def test_a_number_too_large_for_json_is_not_written() -> None:
    with pytest.raises(NotAnObjectError):
        write_object(read_object('{"a": 1e999}'), like="")


def test_half_a_surrogate_pair_stays_an_escape() -> None:
    text = '{\n  "a": "\\ud800"\n}'
    assert write_object(read_object(text), like=text) == text


@pytest.mark.parametrize(
    ("like", "written"),
    [
        ('{\n\t"a": 1\n}\n', '{\n\t"mine": {\n\t\t"b": 2\n\t}\n}\n'),
        ('{"a": 1}', '{"mine": {"b": 2}}'),
        ("{}", '{\n  "mine": {\n    "b": 2\n  }\n}'),
        ("{\n}\n", '{\n  "mine": {\n    "b": 2\n  }\n}\n'),
        ("", '{\n  "mine": {\n    "b": 2\n  }\n}'),
    ],
)
def test_the_layout_is_that_of_the_given_text(like: str, written: str) -> None:
    assert write_object({"mine": {"b": 2}}, like=like) == written


def test_of_two_members_with_the_same_name_the_last_counts() -> None:
    text = '{"mine": 1, "a": 2, "mine": 3}'
    assert write_object(read_object(text), like=text) == '{"mine": 3, "a": 2}'
