"""Single values of untrusted JSON."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.providers.claude.capture_codec import read_windows
from claudometer.providers.claude.values import read_number, read_percent, read_slug, read_text, spell_out


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0.0),
        (7, 7.0),
        (12.5, 12.5),
        ("42", 42.0),
        (" 42.5 ", 42.5),
        (105, 105.0),
        ("1e5", None),
        ("4,5", None),
    ],
)
def test_a_number_is_read_as_it_is(value: object, number: float | None) -> None:
    assert read_number(value) == number


def test_a_negative_zero_is_a_zero() -> None:
    zero = read_number(-0.0)
    assert zero is not None
    assert math.copysign(1, zero) == 1


@pytest.mark.parametrize(
    ("value", "percent"), [(" 42.5% ", 42.5), ("42 %", 42.0), (1e6, None), (99_999, 99_999.0), (45.52, 45.52)]
)
def test_a_percent_may_carry_its_sign_and_has_a_limit(value: object, percent: float | None) -> None:
    assert read_percent(value) == percent


@pytest.mark.parametrize("whole", range(101))
def test_a_whole_percent_that_was_a_binary_fraction_is_whole_again(whole: int) -> None:
    """``100 * 0.29`` is 28.999999999999996, which would be shown as 28 % and not reach a threshold of 29."""
    assert read_percent(100 * (whole / 100)) == whole
    assert read_windows({"five_hour": {"used_percentage": 100 * (whole / 100)}}, 0)["five_hour"][0] == whole


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Fable 5", "Fable 5"),
        ("  Fa\tble\n5 ", "Fa ble 5"),
        ("\u202eelbaF\u202c", "elbaF"),
        ("\ud800x", "x"),
        ("Übergröße", "Übergröße"),
        ("\u200b\u0000", None),
        ("", None),
        (5, None),
        (None, None),
    ],
)
def test_a_name_is_one_printable_line_or_none(value: object, text: str | None) -> None:
    assert read_text(value) == text


@given(st.text())
def test_no_name_is_long_or_unprintable(value: str) -> None:
    text = read_text(value)
    assert text is None or (0 < len(text) <= 80 and text.isprintable() and text == text.strip())


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Fable", "fable"),
        ("Opus 4.5", "opus-4-5"),
        ("velvet_lantern", "velvet-lantern"),
        ("Ωmega", "ωmega"),
        ("!", "unnamed"),
    ],
)
def test_a_slug_is_stable_and_never_empty(name: str, slug: str) -> None:
    assert read_slug(name) == slug


@pytest.mark.parametrize(
    ("name", "words"), [("velvet_lantern", "Velvet Lantern"), ("cowork", "Cowork"), ("Fable 5", "Fable 5")]
)
def test_a_code_name_is_spelled_out_and_another_name_is_unchanged(name: str, words: str) -> None:
    assert spell_out(name) == words
