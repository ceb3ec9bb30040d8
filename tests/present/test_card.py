"""What the usage card in the settings window shows of a snapshot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Paused, Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import CapState, Limit, LimitKind, Mode, Money, Origin, Source
from claudometer.present.card import card_for
from claudometer.present.messages import card as words
from claudometer.present.messages import phrases
from claudometer.present.messages.at_limit import BESIDE
from claudometer.present.messages.errors import message_for_code
from claudometer.present.view import ResetState
from tests.clocks import NOON
from tests.readings import euros, fable, reading, session, snapshot, spend, weekly
from tests.views import view


def card(shown: Snapshot, *, minutes: float = 0) -> Any:  # noqa: ANN401 - read as the page reads it
    return card_for(view(shown, NOON + timedelta(minutes=minutes)))


def test_a_limit_shows_name_window_percent_and_reset() -> None:
    row = card(snapshot())["limits"][0]
    assert row["name"] == "Session"
    assert row["window"] == "5 hours"
    assert row["percent_text"] == "81\u00a0% used"
    assert row["level"] == "warning"
    assert row["resets"] == "Resets 14:10, in 2 h 10 min"
    assert row["sentence"] == "Session, 5 hours: 81\u00a0% used, resets today 14:10, near the limit"
    assert row["elapsed"] == pytest.approx(100 * (5 * 60 - 130) / 300)


def test_of_many_limits_the_fullest_are_shown_and_the_rest_is_counted() -> None:
    models = [replace(fable(float(number)), id=f"weekly:{number}") for number in range(30)]
    shown = card(snapshot(replace(reading(session(1.0), *models), left_out=969)))
    assert [limit["percent"] for limit in shown["limits"]] == [1.0, *map(float, range(29, 18, -1))]
    assert shown["more"] == phrases.more_limits(988)
    assert card(snapshot())["more"] is None


def test_a_window_that_is_over_shows_a_dash_and_says_why() -> None:
    row = card(snapshot(), minutes=131)["limits"][0]
    assert (row["percent"], row["percent_text"], row["bar"], row["level"]) == (None, "—", None, "unknown")
    assert row["resets"] == words.RESETS[ResetState.OVER]
    assert row["sentence"] == "Session, 5 hours: unknown, just reset"
    assert row["elapsed"] is None


def test_a_window_that_has_not_started_says_so() -> None:
    row = card(snapshot(reading(session(0.0, resets_at=None))))["limits"][0]
    assert (row["percent_text"], row["resets"]) == ("0\u00a0% used", words.RESETS[ResetState.UNSTARTED])
    assert row["sentence"] == "Session, 5 hours: 0\u00a0% used, not started"


def test_a_reset_within_a_day_has_its_countdown_and_a_later_one_its_day() -> None:
    rows = card(snapshot())["limits"]
    assert rows[0]["resets"] == "Resets 14:10, in 2 h 10 min"
    assert rows[1]["resets"] == "Resets Tue 17:00"
    assert rows[1]["sentence"].startswith("Weekly, all models: 29\u00a0% used, resets Tuesday 17:00")


def test_with_more_than_three_limits_session_and_week_come_first_and_then_the_fullest() -> None:
    models = [replace(fable(percent), id=f"weekly:{percent}") for percent in (5.0, None, 91.0)]
    shown = card(snapshot(reading(*models, weekly(20.0), session(1.0))))
    assert [limit["percent"] for limit in shown["limits"]] == [1.0, 20.0, 91.0, 5.0, None]


def test_the_ring_shows_the_fullest_number_that_can_be_trusted() -> None:
    assert card(snapshot())["ring"] == {"text": "81", "bar": 81.0, "said": "81\u00a0% used"}
    assert card(snapshot(reading(session(104.0))))["ring"] == {
        "text": "104",
        "bar": 100.0,
        "said": "104\u00a0% used",
    }
    assert card(snapshot(reading(session(None))))["ring"] == {"text": None, "bar": None, "said": None}
    only_spend = replace(reading(spend=spend(used=3800)), limits=())
    assert card(snapshot(only_spend))["ring"]["text"] == "95"


def test_a_little_use_is_not_nothing_in_the_ring() -> None:
    """It showed 0 beside a row with "<1 % used"."""
    assert card(snapshot(reading(session(0.4))))["ring"]["text"] == "<1"
    assert card(snapshot(reading(session(0.0))))["ring"]["text"] == "0"
    assert card(snapshot(reading(session(99.6))))["ring"]["text"] == "99"


def test_a_name_of_an_unknown_limit_is_one_line_for_a_screen_reader() -> None:
    odd = Limit("other:x", LimitKind.OTHER, "Routines\u202e\nnext", 5.0)
    (row,) = card(snapshot(reading(odd)))["limits"]
    assert row["sentence"].startswith("Routines next: 5\u00a0% used")


def test_an_unknown_percent_is_a_dash_without_a_bar() -> None:
    row = card(snapshot(reading(session(None))))["limits"][0]
    assert (row["percent_text"], row["bar"], row["level"]) == ("—", None, "unknown")


def test_over_the_limit_fills_the_bar_and_keeps_the_number() -> None:
    row = card(snapshot(reading(session(104.0))))["limits"][0]
    assert (row["bar"], row["percent_text"], row["detail"]) == (100.0, "104\u00a0% used", BESIDE.go_on_slowly)


def test_a_screen_reader_hears_what_a_reached_limit_means() -> None:
    """The row shows it, and the sentence is all that a screen reader says of the row."""
    row = card(snapshot(replace(reading(session(100.0)), spend=spend())))["limits"][0]
    assert row["detail"] == BESIDE.paying.format(amount="€12.34 of €40.00")
    assert row["sentence"] == f"Session, 5 hours: 100\u00a0% used, resets today 14:10. {row['detail']}"


def test_old_numbers_are_marked_with_their_age() -> None:
    shown = card(snapshot(), minutes=42)
    assert shown["tone"] == "stale"
    assert all(row["stale"] for row in shown["limits"])
    assert all(row["sentence"].endswith(", out of date") for row in shown["limits"])
    assert shown["updated"] == "Refreshed 42 min ago\u00a0· Claude Code"
    assert shown["moment"] == "Last refresh 12:00, from Claude Code"


@pytest.mark.parametrize(
    ("percents", "tone"), [((10.0, 20.0), "ok"), ((10.0, 80.0), "warning"), ((95.0, 80.0), "critical")]
)
def test_the_tone_is_that_of_the_tightest_limit(percents: tuple[float, float], tone: str) -> None:
    assert card(snapshot(reading(session(percents[0]), weekly(percents[1]))))["tone"] == tone


def test_a_full_spend_cap_counts_for_the_tone() -> None:
    only_spend = replace(reading(spend=spend(used=3800)), limits=())
    assert card(snapshot(only_spend))["tone"] == "critical"
    assert (
        card(snapshot(replace(only_spend, spend=replace(spend(used=3800), enabled=False))))["tone"] == "stale"
    )


def test_without_a_current_number_the_tone_is_never_ok() -> None:
    assert card(snapshot(reading(session(None))))["tone"] == "stale"
    assert card(snapshot(reading(session(5.0, resets_at=NOON))))["tone"] == "stale"


def test_a_problem_is_shown_beside_the_last_numbers() -> None:
    failed = replace(snapshot(status=Status.OFFLINE), problem=Problem(ErrorCode.DNS_FAILED))
    shown = card(failed)
    assert shown["problem"]["kind"] == "waiting"
    assert shown["problem"]["message"] == message_for_code(ErrorCode.DNS_FAILED).title
    assert len(shown["limits"]) == 3


def test_refused_credentials_are_an_error_and_a_resting_login_is_not() -> None:
    refused = replace(snapshot(status=Status.UNAUTHORIZED), problem=Problem(ErrorCode.LOGIN_REJECTED))
    assert all(row["stale"] for row in card(refused)["limits"]), "none of them will change any more"
    resting = replace(snapshot(status=Status.UNAUTHORIZED), problem=Problem(ErrorCode.LOGIN_RESTING))
    assert card(refused)["problem"]["kind"] == "error"
    assert card(resting)["problem"]["kind"] == "waiting"
    assert not any(row["stale"] for row in card(resting)["limits"])
    assert card(resting)["tone"] == card(snapshot())["tone"]
    assert card(replace(resting, reading=None))["tone"] == "stale"
    waiting = replace(resting, next_poll=Paused(ErrorCode.LOGIN_RESTING))
    assert card(waiting)["next"] == words.PAUSED_FOR_LOGIN


@pytest.mark.parametrize(
    ("next_poll", "line"),
    [
        (None, None),
        (Poll(NOON + timedelta(minutes=6), Reason.INTERVAL), "Next refresh 12:06"),
        (Poll(NOON + timedelta(minutes=6), Reason.QUIET), "Next refresh 12:06, less often while idle"),
        (Poll(NOON - timedelta(minutes=6), Reason.INTERVAL), "Next refresh 12:00"),
        (Paused(ErrorCode.LOGIN_REJECTED), words.PAUSED),
    ],
)
def test_the_next_update_says_when_and_why(next_poll: Poll | Paused | None, line: str | None) -> None:
    assert card(replace(snapshot(), next_poll=next_poll))["next"] == line


@pytest.mark.parametrize(
    ("cap", "text", "bar"),
    [
        (euros(4000), "€12.34 of €40.00", 30.85),
        (CapState.UNCAPPED, "€12.34, no limit", None),
        (CapState.UNKNOWN, "€12.34, limit unknown", None),
        (euros(0), "€12.34 of €0.00", None),
        (Money(4000, 2, "USD"), "€12.34 of $40.00", None),
        (euros(1000), "€12.34 of €10.00", 100.0),
    ],
)
def test_no_cap_an_unknown_cap_and_a_cap_of_zero_read_differently(
    cap: Money | CapState, text: str, bar: float | None
) -> None:
    row = card(snapshot(reading(spend=spend(cap=cap))))["spend"]
    assert row["text"] == text
    assert row["bar"] == (None if bar is None else pytest.approx(bar))


def test_a_plan_without_limits_says_so_and_a_starting_app_does_not() -> None:
    only_spend = replace(reading(spend=spend()), limits=())
    assert card(snapshot(only_spend))["empty"] == phrases.NO_LIMITS
    starting = Snapshot(mode=Mode.CLI)
    assert card(starting)["empty"] is None
    assert card(starting)["tone"] == "starting"
    missing = replace(starting, status=Status.MISSING_CREDENTIALS, problem=Problem(ErrorCode.LOGIN_MISSING))
    assert card(missing)["empty"] == phrases.NO_NUMBERS


def test_a_limit_of_an_unknown_kind_is_shown_by_its_own_name() -> None:
    lantern = Limit("other:velvet-lantern", LimitKind.OTHER, "Velvet lantern", 8.0)
    row = card(snapshot(reading(session(), lantern, fable())))["limits"][1]
    assert (row["name"], row["percent_text"], row["window"]) == ("Velvet lantern", "8\u00a0% used", "")


def test_old_extra_usage_is_shown_as_old_beside_newer_limits() -> None:
    from_status_line = Origin(Source.STATUS_LINE, NOON - timedelta(minutes=1))
    limits = (replace(session(), origin=from_status_line), replace(weekly(), origin=from_status_line))
    shown = card(snapshot(reading(*limits, fetched_at=NOON - timedelta(hours=2), spend=spend())))
    assert shown["spend"]["stale"] is True
    assert shown["spend"]["age"] == "As of 10:00, 2 h ago"
    assert [row["stale"] for row in shown["limits"]] == [False, False]
    fresh = card(snapshot(reading(*limits, spend=spend())))["spend"]
    assert (fresh["stale"], fresh["age"]) == (False, None)
