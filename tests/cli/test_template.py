"""``--format``: known values are filled in, unknown ones read "?", and only the report can be reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.cli.template import BadTemplateError, Template
from claudometer.domain.plan import StoppedBy
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.usage import Mode, Source
from claudometer.present.formatters import format_percent
from claudometer.present.report import report_for
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly
from tests.views import view

NOW = NOON + timedelta(minutes=2)


def fill(text: str, **changes: Any) -> str:  # noqa: ANN401 - any part of a report
    shown = snapshot(reading(session(81.0), weekly(0.4), fable(None), spend=spend()))
    report: Any = report_for(view(shown, NOW))
    return Template(text).fill(report | changes, NOW)


def mistake(text: str) -> tuple[str, str]:
    with pytest.raises(BadTemplateError) as caught:
        Template(text)
    return caught.value.kind, caught.value.name


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{session.percent} {session.resets_in} {session.label}", "none none none"),
        ("[{session.percent:5.1f}] [{session.percent:>6}]", "[none] [  none]"),
        ("{weekly.percent} {model.opus.percent} {tightest.label}", "29 ? Weekly"),
    ],
)
def test_a_limit_that_the_plan_lacks_is_none_and_not_unknown(text: str, filled: str) -> None:
    report = report_for(view(snapshot(reading(weekly()))))
    assert Template(text).fill(report, NOON) == filled


def test_a_session_is_unknown_until_an_answer_lacks_it() -> None:
    free = replace(reading(weekly()), source=Source.CLAUDE_CODE)
    assert Template("{session.percent}").fill(report_for(view(snapshot(free))), NOON) == "?"
    assert Template("{session.percent}").fill(report_for(view(Snapshot(mode=Mode.CLI))), NOON) == "?"


def test_a_plan_with_only_a_spend_limit_has_it_as_the_tightest() -> None:
    only = replace(reading(spend=spend(1000)), limits=())
    text = "{tightest.label} {tightest.percent} {spend.percent} {spend.stopped_by} {session.percent}"
    assert Template(text).fill(report_for(view(snapshot(only))), NOON) == "Extra usage 25 25 none none"


@pytest.mark.parametrize(
    ("enabled", "by", "shown"),
    [
        (True, None, "none"),
        (False, StoppedBy.CREDITS, "credits"),
        (False, StoppedBy.USER, "user"),
        (False, None, "?"),
        (None, None, "?"),
    ],
)
def test_what_stopped_extra_usage_is_unknown_only_where_nothing_says_it(
    enabled: bool | None, by: StoppedBy | None, shown: str
) -> None:
    stopped = replace(spend(1000), enabled=enabled, stopped_by=by)
    report = report_for(view(snapshot(reading(spend=stopped))))
    assert Template("{spend.stopped_by}").fill(report, NOON) == shown


def test_a_used_up_cap_stopped_extra_usage_that_is_still_on() -> None:
    report = report_for(view(snapshot(reading(spend=spend(4001)))))
    assert Template("{spend.stopped_by}").fill(report, NOON) == "cap"


def test_nothing_stopped_extra_usage_that_the_plan_does_not_have() -> None:
    assert (
        Template("{spend.stopped_by}").fill(report_for(view(snapshot(reading(spend=None)))), NOON) == "none"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("no field", "no field"),
        ("{{{status}}}", "{ok}"),
        ("{session.percent} % of {plan}", "81 % of Max 5x"),
        ("{weekly.percent}", "0.4"),
        ("{session.percent:.1f}", "81.0"),
        ("[{session.percent:5.0f}]", "[   81]"),
        ("[{plan:>8}]", "[  Max 5x]"),
        ("{session.label} {session.resets_in}", "Session 2 h 8 min"),
        ("{session.resets_at}", "2026-08-20T14:10:00Z"),
        ("{tightest.label} {tightest.percent}", "Session 81"),
        ("{model.fable.label}", "Fable"),
        ("{spend.used} of {spend.cap}", "€12.34 of €40.00"),
        ("{mode} {source} {stale} {age}", "cli oauth no 2 min"),
        ("{fetched_at}", "2026-08-20T12:00:00Z"),
    ],
)
def test_known_values_are_filled_in(text: str, expected: str) -> None:
    assert fill(text) == expected


@pytest.mark.parametrize(
    ("percent", "spec", "expected"),
    [
        (99.97, "", "99.9"),
        (99.999_999, "", "99.9"),
        (99.94, "", "99.9"),
        (99.97, ".0f", "99"),
        (99.97, ".1f", "99.9"),
        (99.97, ".2f", "99.97"),
        (99.97, ".3", "99.9"),
        (99.97, ".0e", "9e+01"),
        (99.97, "7.1f", "   99.9"),
        (74.97, "", "74.9"),
        (74.53, ".0f", "74"),
        (74.53, "", "74.5"),
        (104.96, ".1f", "104.9"),
        (42.4, ".0e", "4e+01"),
        (100.0, "", "100"),
        (100.0, ".1f", "100.0"),
        (100.04, ".1f", "100.0"),
        (0.04, "", "0.1"),
        (0.04, ".0f", "1"),
        (0.04, ".1f", "0.1"),
        (0.04, ".2f", "0.04"),
        (0.4, ".0f", "1"),
        (0.04, ">5.1f", "  0.1"),
        (0.000_000_001, ".3f", "0.001"),
        (0.0, "", "0"),
        (0.0, ".1f", "0.0"),
    ],
)
def test_no_format_rounds_up_to_a_whole_number_nor_down_to_0(
    percent: float, spec: str, expected: str
) -> None:
    shown = snapshot(reading(session(percent)))
    text = f"{{session.percent:{spec}}}" if spec else "{session.percent}"
    assert Template(text).fill(report_for(view(shown, NOW)), NOW) == expected


@given(st.floats(0, 100), st.sampled_from(["", ".0f", ".1f", ".3f", "8.2f", "+.1f", ".2g", ".0e"]))
def test_a_formatted_percent_is_100_or_0_only_if_it_is_exactly_that(percent: float, spec: str) -> None:
    text = format_percent(percent, spec)
    assert (float(text) == 100) == (percent == 100)
    assert (float(text) == 0) == (percent == 0)


@given(st.floats(1, 1000), st.sampled_from(["", ".0f", ".1f", ".3f", "8.2f", "+.1f"]))
def test_a_formatted_percent_is_at_a_threshold_only_if_it_is_reached(percent: float, spec: str) -> None:
    assert int(float(format_percent(percent, spec))) == int(percent)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{model.fable.percent}", "?"),
        ("[{model.fable.percent:5.1f}]", "[?]"),
        ("[{organization:>3}]", "[  ?]"),
        ("{model.unheard-of.percent}", "?"),
        ("{other.a.b.label}", "?"),
        ("{message}{hint}{next_poll_at}", "???"),
    ],
)
def test_unknown_values_read_as_a_question_mark(text: str, expected: str) -> None:
    assert fill(text) == expected


def test_without_numbers_everything_about_them_is_unknown() -> None:
    empty = report_for(view(Snapshot(mode=Mode.WEB), NOW))
    text = "{tightest.percent} {session.percent} {spend.used} {age} {source} {status} {mode}"
    assert Template(text).fill(empty, NOW) == "? ? ? ? ? starting web"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("{sesion.percent}", "unknown_name", "sesion.percent"),
        ("{session.percnt}", "unknown_name", "session.percnt"),
        ("{session}", "unknown_name", "session"),
        ("{}", "unknown_name", ""),
        ("{0}", "unknown_name", "0"),
        ("{status.__class__}", "unknown_name", "status.__class__"),
        ("{limits[0]}", "unknown_name", "limits[0]"),
        ("{session.percent.__class__.percent}", "unknown_name", "session.percent.__class__.percent"),
        ("{model..percent}", "unknown_name", "model..percent"),
        ("{open", "braces", "{open"),
        ("close}", "braces", "close}"),
        ("{plan:.1f}", "bad_format", "plan:.1f"),
        ("{session.percent:d}", "bad_format", "session.percent:d"),
        ("{plan:{mode}}", "bad_format", "plan:{mode}"),
        ("{plan!r}", "bad_format", "plan!r"),
    ],
)
def test_a_bad_template_is_refused_before_any_request(text: str, kind: str, name: str) -> None:
    assert mistake(text) == (kind, name)


def test_a_name_cannot_put_control_characters_into_the_output() -> None:
    account = {"organization": "Ex\x1b[2Jample\n", "organization_id": None, "plan": None}
    assert fill("{organization}", account=account) == "Ex [2Jample "


@given(st.text(alphabet="{}.:!_abcdefghilmnopqrstuvw[]0123456789", max_size=30))
def test_any_template_is_filled_or_refused(text: str) -> None:
    try:
        prepared = Template(text)
    except BadTemplateError:
        return
    report = report_for(view(snapshot(), NOW))
    assert isinstance(prepared.fill(report, NOW), str)
