"""Compares the quick reader and writer with ``json``: the same values, the same errors."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.quick_json import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def outcome(act: Callable[[], object]) -> str:
    """Return the result or the error, as text: NaN is not equal to itself."""
    try:
        return repr(act())
    except (ValueError, TypeError, RecursionError) as error:
        return f"{type(error).__name__}: {error}"


@given(JSON, st.booleans(), st.booleans())
def test_values_are_written_and_read_as_json_does(value: object, ascii_only: bool, nan: bool) -> None:
    expected = outcome(
        lambda: json.dumps(value, ensure_ascii=ascii_only, allow_nan=nan, separators=(",", ":"))
    )
    assert outcome(lambda: dumps(value, ensure_ascii=ascii_only, allow_nan=nan)) == expected
    text = json.dumps(value, indent=1)
    assert outcome(lambda: loads(text)) == outcome(lambda: json.loads(text))


ALMOST_JSON = st.text(alphabet='{}[]",:0123456789eE+-. \t\n\r\x00\\utrfalsn\ufeffé\ud800N')


@given(ALMOST_JSON | st.binary(max_size=20))
def test_any_text_is_read_as_json_does(text: str | bytes) -> None:
    assert outcome(lambda: loads(text)) == outcome(lambda: json.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        b'"\xed\xa0\x80"',
        b"NaN",
        b"",
        b"[" * 100_000,
        b"1" * 5000,
        b" 1 ",
    ],
)
def test_encodings_and_extremes_are_read_as_json_does(text: bytes) -> None:
    assert outcome(lambda: loads(text)) == outcome(lambda: json.loads(text))


def test_a_constant_that_is_not_json_is_passed_on() -> None:
    assert loads("[NaN, -Infinity]", parse_constant=str) == ["NaN", "-Infinity"]


@pytest.mark.parametrize("value", [{1, 2}, {"a": object()}, {(1, 2): 3}])
def test_what_json_cannot_write_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        dumps(value)


def test_a_circle_is_refused() -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(ValueError, match="Circular"):
        dumps(circle)


@pytest.mark.parametrize("text", ["", "{", "[1,", '{"a"}', '"', "x", "{}}", "-", "NaN"])
def test_the_first_text_of_a_process_may_be_invalid(text: str) -> None:
    code = (
        "import sys\n"
        "from claudometer.domain.quick_json import loads\n"
        "assert 'json' not in sys.modules\n"
        "try: print(loads(sys.argv[1]))\n"
        "except ValueError as error: print(error)"
    )
    command = [sys.executable, "-c", code, text]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    try:
        expected = str(json.loads(text))
    except ValueError as error:
        expected = str(error)
    assert done.stdout == f"{expected}\n"


def test_a_python_without_the_part_in_c_uses_json() -> None:
    code = (
        "import sys; sys.modules['_json'] = None\n"
        "from claudometer.domain.quick_json import dumps, loads\n"
        "print(dumps(loads(b'{\"a\": [1, null]}')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == '{"a":[1,null]}\n'
