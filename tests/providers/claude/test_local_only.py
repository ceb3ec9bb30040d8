"""Local mode: which numbers of Claude Code's own files are shown together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from claudometer.domain.usage import LocalReading, Source
from claudometer.providers.claude.local_only import build_reading
from tests.clocks import NOON
from tests.readings import account, session, weekly

MINUTE = timedelta(minutes=1)
OVER = session(97.0, NOON - MINUTE)


def line(*, ended: bool = True) -> LocalReading:
    return LocalReading(
        Source.STATUS_LINE, NOON - 5 * MINUTE, (weekly(30.0),), ended=(OVER,) if ended else ()
    )


def test_a_session_that_has_ended_stays_beside_the_week() -> None:
    shown = build_reading([line()], account(), NOON)
    assert shown is not None
    assert [limit.id for limit in shown.limits] == ["session", "weekly"]


def test_a_plan_without_a_session_gets_none() -> None:
    shown = build_reading([line(ended=False)], account(), NOON)
    assert shown is not None
    assert [limit.id for limit in shown.limits] == ["weekly"]


def test_an_open_session_of_another_file_counts_before_one_that_has_ended() -> None:
    other = replace(line(ended=False), source=Source.CLAUDE_CODE, limits=(session(3.0), weekly(30.0)))
    shown = build_reading([line(), replace(other, captured_at=NOON - 6 * MINUTE)], account(), NOON)
    assert shown is not None
    assert [limit.percent for limit in shown.limits] == [3.0, 30.0]


def test_only_windows_that_have_ended_are_no_numbers() -> None:
    assert build_reading([replace(line(), limits=())], account(), NOON) is None
