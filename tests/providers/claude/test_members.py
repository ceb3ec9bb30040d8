"""Two members of a large file: the same as `json` would say, or nothing at all."""

from __future__ import annotations

import io
import json
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.providers.claude import members
from claudometer.providers.claude.members import TornError, read_members

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
    {"indent": st.sampled_from([None, 0, 1, 2, "\t"]), "ensure_ascii": st.booleans()}
)


class Pieces(io.BytesIO):
    """A file that hands out a few bytes at a time, as a slow disk may."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.size)


def read(data: bytes, piece: int = 64) -> dict[str, object]:
    return read_members(Pieces(data, piece), WANTED)


def own(document: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in document.items() if key in WANTED}


@given(objects, layouts, st.integers(1, 40))
def test_any_object_reads_as_json_reads_it(
    document: dict[str, object], layout: dict[str, object], piece: int
) -> None:
    data = json.dumps(document, **layout).encode("utf-8", "surrogatepass")  # type: ignore[arg-type]
    try:
        expected = own(json.loads(data))
    except UnicodeDecodeError:  # half a surrogate pair is no text
        return
    assert read(data, piece) == expected


@given(objects, layouts, st.integers(1, 40), st.data())
def test_no_part_of_an_object_is_taken_for_the_whole(
    document: dict[str, object], layout: dict[str, object], piece: int, data: st.DataObject
) -> None:
    whole = json.dumps(document, **layout).encode("utf-8", "surrogatepass")  # type: ignore[arg-type]
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(TornError):
        read(whole[:cut], piece)


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_read_or_refused(data: bytes) -> None:
    with suppress(TornError):
        read(data, 7)


@pytest.mark.parametrize(
    "document",
    [
        '{"projects": {"/x": {"oauthAccount": 1}}, "list": [{"oauthAccount": 2}]}',
        '{"history": "\\"oauthAccount\\": 1, {[", "x": "\\\\"}',
        '{"a": "{\\"oauthAccount\\":1}"}',
        '{"oauthAccoun": 1, "oauthAccountX": 2, "OAUTHACCOUNT": 3}',
        '{"x": ["oauthAccount", 1]}',
    ],
)
def test_a_name_elsewhere_does_not_count(document: str) -> None:
    assert read(document.encode()) == {}


def test_of_two_members_of_one_name_the_last_counts_and_escapes_do_not_hide_it() -> None:
    assert read(b'{"oauthAccount": 1, "oauth\\u0041ccount": {"a": [2]}}') == {"oauthAccount": {"a": [2]}}


@pytest.mark.parametrize(
    "data", [b"", b"  ", b"[]", b"null", b'"oauthAccount"', b"{} {}", b"{}x", b"{,}", b"{1:2}"]
)
def test_what_is_no_single_object_is_refused(data: bytes) -> None:
    with pytest.raises(TornError):
        read(data)


def test_a_value_of_unreasonable_size_is_refused_and_one_that_fits_is_not() -> None:
    fits = "x" * (members.MAX_VALUE_BYTES - 2)
    for text, is_fine in ((fits, True), (fits + "x", False)):
        data = json.dumps({"oauthAccount": text}).encode()
        if is_fine:
            assert read(data, 65536) == {"oauthAccount": text}
        else:
            with pytest.raises(TornError):
                read(data, 65536)


def test_a_wanted_value_that_cannot_be_decoded_is_refused() -> None:
    for value in (b"[" * 100_000 + b"]" * 100_000, b"[1 2]", b"nul", b'"\xff"'):
        with pytest.raises(TornError):
            read(b'{"oauthAccount": ' + value + b"}", 65536)


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    history = json.dumps([{"display": 'words \\ and "quotes" [{' * 20}] * 1000)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"a": "' + "x" * 3_000_000 + '"')
        for number in range(20):
            file.write(f', "{number}": {history}')
        file.write(', "oauthAccount": 5}')
    with path.open("rb") as file:
        tracemalloc.start()
        try:
            assert read_members(file, WANTED) == {"oauthAccount": 5}
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert path.stat().st_size > 10_000_000
    assert peak < 1_000_000
