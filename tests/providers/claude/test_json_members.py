"""Members of a large file: either the values that `json` reads, or an error."""

from __future__ import annotations

import io
import json
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.providers.claude import json_members
from claudometer.providers.claude.json_members import TornError, read_members

if TYPE_CHECKING:
    from pathlib import Path

WANTED = frozenset({"oauthAccount", "cachedUsageUtilization"})

keys = st.one_of(
    st.sampled_from(sorted(WANTED)), st.text(max_size=8), st.sampled_from(['"', "\\", "a:{", "]"])
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | keys,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=25,
)
objects = st.dictionaries(keys, values, max_size=5)
layouts = st.fixed_dictionaries(
    {"indent": st.sampled_from([None, 0, 1, 2, 2, 2, 3, "\t"]), "ensure_ascii": st.booleans()}
)
ends = st.sampled_from([b"", b"\n", b"\r\n", b"\n\n"])


def read(data: bytes) -> dict[str, object]:
    return read_members(io.BytesIO(data), WANTED)


def own(document: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in document.items() if key in WANTED}


def dump(document: dict[str, object], layout: dict[str, Any]) -> bytes:
    return json.dumps(document, **layout).encode("utf-8", "surrogatepass")


def as_claude_code_writes(document: dict[str, object]) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


@given(objects, layouts, ends, st.booleans())
def test_any_object_reads_as_json_reads_it(
    document: dict[str, object], layout: dict[str, Any], end: bytes, carriage_returns: bool
) -> None:
    data = dump(document, layout) + end
    if carriage_returns:
        data = data.replace(b"\n", b"\r\n")
    try:
        expected = own(json.loads(data))
    except UnicodeDecodeError:  # half a surrogate pair cannot be encoded
        return
    assert read(data) == expected


@given(objects, layouts, st.data())
def test_no_part_of_an_object_is_taken_for_the_whole(
    document: dict[str, object], layout: dict[str, Any], data: st.DataObject
) -> None:
    whole = dump(document, layout)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(TornError):
        read(whole[:cut])


@given(st.binary(max_size=60), st.booleans())
def test_bytes_of_any_kind_are_read_or_refused(data: bytes, begins_well: bool) -> None:
    with suppress(TornError):
        read(b'{\n  "' + data if begins_well else data)


@pytest.mark.parametrize("indent", [None, 1, 2, 4])
@pytest.mark.parametrize(
    "document",
    [
        {"projects": {"/x": {"oauthAccount": 1}}, "list": [{"oauthAccount": 2}]},
        {"history": '"oauthAccount": 1, {[', "x": "\\"},
        {"history": '\n  "oauthAccount": 1\n', "x": '{\n  "oauthAccount": 1'},
        {"oauthAccoun": 1, "oauthAccountX": 2, "OAUTHACCOUNT": 3},
        {"x": ["oauthAccount", 1]},
    ],
)
def test_the_same_name_deeper_in_the_file_does_not_count(
    document: dict[str, object], indent: int | None
) -> None:
    assert read(json.dumps(document, indent=indent).encode()) == {}


@pytest.mark.parametrize(
    "data",
    [
        b'{"oauthAccount": 1, "oauth\\u0041ccount": {"a": [2]}}',
        b'{\n  "oauthAccount": 1,\n  "oauthAccount": {\n    "a": [\n      2\n    ]\n  }\n}\n',
    ],
)
def test_of_two_members_with_the_same_name_the_last_counts(data: bytes) -> None:
    assert read(data) == {"oauthAccount": {"a": [2]}}


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"  ", b"[]", b"null", b'"oauthAccount"', b"{} {}", b"{}x", b"{,}", b"{1:2}"),
        *(b'{\n  "a": 1\n}\nx', b'{\n  "a": 1\n}\n{\n  "a": 1', b'{\n  "oauthAccount": {\n  "a": 1\n}'),
    ],
)
def test_anything_but_a_single_object_is_refused(data: bytes) -> None:
    with pytest.raises(TornError):
        read(data)


def test_a_byte_order_mark_is_ignored() -> None:
    assert read(b'\xef\xbb\xbf{\n  "oauthAccount": 5\n}') == {"oauthAccount": 5}


def test_a_value_that_is_too_large_is_refused_and_one_that_fits_is_not() -> None:
    lines = ["x" * 1000] * 1000
    fits = as_claude_code_writes({"oauthAccount": lines})
    assert len(fits) < json_members.MAX_VALUE_BYTES
    assert read(fits) == {"oauthAccount": lines}
    for large in (lines * 2 + lines, "x" * json_members.MAX_LINE_BYTES):
        with pytest.raises(TornError):
            read(as_claude_code_writes({"oauthAccount": large, "z": 1}))


def test_a_large_file_in_another_layout_is_refused_and_a_small_one_is_not() -> None:
    room = json_members.MAX_OTHER_LAYOUT_BYTES - len('{"a": "", "oauthAccount": 5}')
    assert read(json.dumps({"a": "x" * room, "oauthAccount": 5}).encode()) == {"oauthAccount": 5}
    with pytest.raises(TornError):
        read(json.dumps({"a": "x" * (room + 1), "oauthAccount": 5}).encode())


@pytest.mark.parametrize("value", [b"[" * 100_000 + b"]" * 100_000, b"[1 2]", b"nul", b'"\xff"'])
@pytest.mark.parametrize("layout", [b'{"oauthAccount": %b}', b'{\n  "oauthAccount": %b\n}'])
def test_a_wanted_value_that_cannot_be_decoded_is_refused(value: bytes, layout: bytes) -> None:
    with pytest.raises(TornError):
        read(layout % value)


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    history: list[object] = [{"display": 'words \\ and "quotes" [{' * 20}] * 1000
    document: dict[str, object] = {"a": "x" * 3_000_000}
    document |= {str(number): history for number in range(20)}
    path.write_bytes(as_claude_code_writes(document | {"oauthAccount": 5}))
    with path.open("rb") as file:
        tracemalloc.start()
        try:
            assert read_members(file, WANTED) == {"oauthAccount": 5}
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert path.stat().st_size > 10_000_000
    assert peak < 1_000_000
