"""The report in a terminal: every state, and no line wider than the terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import CapState, Credit, Mode, Money, Origin, Source, Spend
from claudometer.present.messages import phrases
from claudometer.present.messages import terminal as words
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.terminal import Terminal
from claudometer.present.terminal import render
from claudometer.present.terminal_text import terminal_text
from claudometer.present.typesetting import TerminalStyle, width_of
from tests.clocks import NOON
from tests.readings import account, euros, fable, reading, session, snapshot, spend, weekly
from tests.views import view

NOW = NOON + timedelta(minutes=2)


def show(shown: Snapshot, *, width: int = 80, color: bool = False, region: Region = UTC_REGION) -> str:
    text = terminal_text(view(shown, NOW, region), Terminal.APP)
    return "\n".join(render(text, TerminalStyle(width=width, color=color)))


def test_a_thousand_limits_leave_room_for_the_rest_on_a_terminal_of_24_lines() -> None:
    models = [
        replace(fable(float(number)), id=f"weekly:{number}", label=f"M{number}") for number in range(30)
    ]
    text = show(snapshot(replace(reading(session(1.0), *models, spend=spend()), left_out=969)))
    assert f"\n  {phrases.more_limits(988)}\n" in text
    assert "M29" in text
    assert "M18" not in text
    assert len(text.split("\n")) < 24


def test_a_right_to_left_name_does_not_move_the_number() -> None:
    assert "\n  שלום\u200e  " in show(snapshot(reading(replace(fable(), label="שלום"))))


def test_the_whole_report_at_eighty_columns() -> None:
    shown = snapshot(reading(session(81.0), weekly(29.0), fable(66.0), spend=spend()))
    shown = replace(shown, next_poll=Poll(NOW + timedelta(seconds=60), Reason.INTERVAL))
    assert (
        show(shown)
        == """
  Claude Max 5x

  Session      ━━━━━━━━━━━╋━━━━────  81 %   resets 14:10, in 2 h 8 min
  Weekly       ━━━━━╋──────────────  29 %   resets Tue 17:00, in 5 d 4 h
  Fable        ━━━━━╋━━━━━━━───────  66 %   resets Tue 17:00, in 5 d 4 h
  Extra usage  ━━━━━━──────────────  31 %   €12.34 of €40.00

  Refreshed 12:00, 2 min ago · from Claude Code · next refresh 12:03
"""
    )


def test_the_whole_report_at_forty_columns() -> None:
    assert (
        show(snapshot(reading(session(81.0), weekly(29.0))), width=40)
        == """
  Claude Max 5x

  Session                         81 %
  ━━━━━━━━━━━━━━━━━━━━╋━━━━━━━━───────
  resets 14:10, in 2 h 8 min

  Weekly                          29 %
  ━━━━━━━━━╋╾─────────────────────────
  resets Tue 17:00, in 5 d 4 h

  Refreshed 12:00, 2 min ago
  from Claude Code
"""
    )


def test_unknown_is_a_dash_with_an_empty_bar_and_never_a_number() -> None:
    line = next(line for line in show(snapshot(reading(session(None)))).splitlines() if "Session" in line)
    assert "—" in line
    assert "━" not in line
    assert "%" not in line


def test_a_window_that_is_over_shows_no_number() -> None:
    text = show(snapshot(reading(session(81.0, NOON - timedelta(minutes=1)))))
    assert "81" not in text
    assert words.HAS_RESET in text


@pytest.mark.parametrize(
    ("percent", "words"), [(0.0, "not started"), (12.0, "reset time unknown"), (None, "reset time unknown")]
)
def test_without_a_reset_time_it_says_why(percent: float | None, words: str) -> None:
    assert words in show(snapshot(reading(session(percent, None))))


def test_old_numbers_are_marked_as_old() -> None:
    shown = snapshot(reading(session(81.0), fetched_at=NOON - timedelta(hours=3)))
    assert words.REFRESHED_OLD.format(time="09:00", age="3 h 2 min ago") in show(shown)
    assert "38;5;136" in show(shown, color=True)  # the line, in amber
    assert "38;5;136m━" not in show(shown, color=True)  # the bar has lost its color


@pytest.mark.parametrize(
    ("percent", "ink"), [(74.0, "38;5;29"), (75.0, "38;5;136"), (90.0, "38;5;167"), (112.0, "38;5;167")]
)
def test_a_levels_color_is_on_bar_and_number(percent: float, ink: str) -> None:
    text = show(snapshot(reading(session(percent))), color=True)
    assert f"\x1b[{ink}m━" in text
    assert f"\x1b[1;{ink}m{percent:.0f} %" in text


def test_a_problem_and_its_hint_are_shown_beside_the_last_numbers() -> None:
    problem = Problem(ErrorCode.RATE_LIMITED, until=NOON + timedelta(minutes=40))
    text = show(replace(snapshot(), status=Status.RATE_LIMITED, problem=problem))
    message = message_for(problem, UTC_REGION)
    assert f"\n  {message.title}\n" in text
    assert message.hint in text.replace("\n  ", " ")
    assert "81 %" in text


def test_before_the_first_numbers_it_says_so() -> None:
    assert phrases.NO_NUMBERS in show(Snapshot(mode=Mode.CLI))


def test_a_plan_without_limits_is_distinguished_from_missing_numbers() -> None:
    shown = snapshot(replace(reading(), limits=()))
    assert phrases.NO_LIMITS in show(shown)


def test_the_demo_and_the_organization_are_in_the_headline() -> None:
    made_up = replace(reading(), source=Source.DEMO, account=account(organization="Example org", plan=None))
    assert show(snapshot(made_up)).splitlines()[1] == "  Claude · Example org · demo"


@pytest.mark.parametrize(
    ("shown", "note"),
    [
        (spend(), "€12.34 of €40.00"),
        (replace(spend(), cap=CapState.UNCAPPED), "€12.34 used"),
        (replace(spend(), cap=CapState.UNKNOWN), "€12.34 used"),
        (replace(spend(), cap=euros(0)), "€12.34 of €0.00"),
        (replace(spend(), used=None), "— of €40.00"),
        (replace(spend(), enabled=False), "turned off, €12.34 of €40.00"),
    ],
)
def test_spend_shows_what_is_known_about_it(shown: Spend, note: str) -> None:
    lines = show(snapshot(reading(session(), spend=shown))).splitlines()
    line = next(line for line in lines if "Extra usage" in line)
    assert line.endswith(f"   {note}")


def test_a_twelve_hour_region_gets_a_twelve_hour_clock() -> None:
    region = Region(UTC_REGION.zone, twelve_hour=True)
    text = show(snapshot(), region=region)
    assert "resets 2:10 PM, in 2 h 8 min" in text
    assert "Refreshed 12:00 PM" in text


LABELS = st.text(max_size=40)


@given(
    width=st.integers(1, 200),
    labels=st.lists(LABELS, min_size=1, max_size=5),
    percents=st.lists(st.one_of(st.none(), st.floats(0, 1000)), min_size=5, max_size=5),
    name=st.one_of(st.none(), LABELS),
)
def test_no_line_is_wider_than_the_terminal_whatever_it_says(
    width: int, labels: list[str], percents: list[float | None], name: str | None
) -> None:
    limits = [
        replace(session(percent), label=label) for label, percent in zip(labels, percents, strict=False)
    ]
    shown = replace(reading(*limits, spend=spend()), account=account(organization=name, plan=name))
    problem = Problem(ErrorCode.LOGIN_SCOPE_MISSING)
    text = show(replace(snapshot(shown), problem=problem), width=width)
    for line in text.split("\n"):
        assert width_of(line) <= max(20, width)
        assert line.replace("\u200e", "").isprintable()  # the mark after right-to-left letters takes no cell


def test_color_does_not_change_the_text() -> None:
    shown = snapshot(reading(session(95.0), weekly(None), spend=spend()))
    assert re.sub(r"\x1b\[[0-9;]*m", "", show(shown, color=True)) == show(shown)


def test_old_extra_usage_gives_its_time_beside_newer_limits() -> None:
    from_status_line = Origin(Source.STATUS_LINE, NOON - timedelta(minutes=1))
    shown = reading(
        replace(session(), origin=from_status_line), fetched_at=NOON - timedelta(hours=2), spend=spend()
    )
    line = next(line for line in show(snapshot(shown)).splitlines() if "Extra usage" in line)
    assert "as of 10:00" in line


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=3)])
def test_the_day_a_credit_expires_is_never_cut(width: int, age: timedelta) -> None:
    granted = Credit("a", "Iguana Necktie", Money(125_137, 2, "USD"), Money(500_000, 2, "USD"), 25.0)
    granted = replace(
        granted,
        expires_at=datetime(2030, 2, 5, tzinfo=UTC),
        origin=Origin(Source.OAUTH, NOON - age) if age else None,
    )
    shown = " ".join(show(snapshot(reading(credits_granted=(granted,))), width=width).split())
    assert "$1,251.37 of $5,000.00, expires 5 Feb 2030" in re.sub("[━╾╋─┼] ?", "", shown)


def test_a_wide_terminal_has_the_forecast_in_a_column_of_its_own() -> None:
    text = terminal_text(view(snapshot(reading(session(40.0), weekly(60.0))), NOW, UTC_REGION), Terminal.APP)
    for row in text["rows"]:
        row["note"] = "resets Mon 07:00\nlasts, about 82 % by then"
    narrow, wide = ("\n".join(render(text, TerminalStyle(width=width))) for width in (80, 120))
    assert "07:00   lasts, about 82 % by then" in wide
    assert "07:00   lasts" not in narrow
    assert wide.count("lasts, about") == narrow.count("lasts, about") == 2
