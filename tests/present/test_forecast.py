"""A forecast is rounded and put into the same words on every surface, and never names a wrong minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.forecasting.grading import Tally
from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.freshness import TRUST_FOR
from claudometer.domain.outcome import Status
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S, CapState, LimitKind
from claudometer.present.at_limit import reached
from claudometer.present.card import card_for
from claudometer.present.forecast import forecast_view, record_view
from claudometer.present.icon import icon_for
from claudometer.present.menu import menu_for
from claudometer.present.messages.at_limit import BESIDE
from claudometer.present.messages.forecast import THEN_FULL_SOON
from claudometer.present.messages.terminal import Terminal
from claudometer.present.report import report_for
from claudometer.present.terminal_text import terminal_text
from tests.clocks import NOON
from tests.readings import euros, fable, reading, session, snapshot, spend, weekly
from tests.views import view

if TYPE_CHECKING:
    from claudometer.present.forecast_view import ForecastView

RESET = NOON + timedelta(hours=2, minutes=10)
WEEK_RESET = NOON + timedelta(days=5, hours=5)  # Tuesday, 25 August, 17:00; NOON is a Thursday


def full(at: datetime, earliest: datetime | None = None, latest: datetime | None = None) -> Outlook:
    first, last = earliest or at, latest or at
    return Outlook(at.timestamp(), first.timestamp(), last.timestamp(), None, 90.0, 100.0)


def lasts(percent: float) -> Outlook:
    return Outlook(None, None, None, percent, percent - 5, percent + 5)


def shown(outlook: Outlook, *, week: bool = False, region: Region = UTC_REGION) -> ForecastView | None:
    length, reset = (WEEK_WINDOW_S, WEEK_RESET) if week else (SESSION_WINDOW_S, RESET)
    return forecast_view(outlook, length, reset, NOON, region)


def sentence(outlook: Outlook, *, week: bool = False, region: Region = UTC_REGION) -> str | None:
    found = shown(outlook, week=week, region=region)
    return None if found is None else found.sentence


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (58, "Full about 13:00"),
        (64, "Full about 13:00"),
        (66, "Full about 13:10"),
        (2, "Full about 12:10"),  # 12:00 is over
        (129, "Full about 14:00"),  # 14:10 is the reset
    ],
)
def test_a_session_is_rounded_to_ten_minutes_between_now_and_the_reset(minutes: int, expected: str) -> None:
    assert sentence(full(NOON + timedelta(minutes=minutes))) == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (3, "Full about midnight"),  # noon is now
        (11, "Full about midnight"),
        (22, "Full about tomorrow noon"),
        (35, "Full about tomorrow night"),
        (46, "Full about Saturday noon"),
        (60, "Full about Saturday night"),
        (124, "Full about Tuesday noon"),
    ],
)
def test_a_week_is_rounded_to_half_a_day(hours: int, expected: str) -> None:
    assert sentence(full(NOON + timedelta(hours=hours)), week=True) == expected


def test_half_days_are_those_of_the_user() -> None:
    tokyo = Region(zone=ZoneInfo("Asia/Tokyo"))
    assert sentence(full(NOON + timedelta(hours=40)), week=True, region=tokyo) == "Full about Saturday noon"


@pytest.mark.parametrize("minutes", [100, 130, 160])
def test_a_time_in_the_hour_that_comes_twice_is_in_the_right_one(minutes: int) -> None:
    """It was taken for the first one, an hour early: that was before now, or too far from the reset."""
    berlin = Region(ZoneInfo("Europe/Berlin"))
    before = datetime(2026, 10, 24, 22, 55, tzinfo=UTC)  # 0:55; at 3:00 summer time it is 2:00 again
    reset, at = before + timedelta(hours=4), before + timedelta(minutes=minutes)
    for now in (before, at - timedelta(minutes=6)):
        found = forecast_view(full(at), SESSION_WINDOW_S, reset, now, berlin)
        assert found is not None
        assert found.said_at is not None
        assert abs(found.said_at - at) <= timedelta(minutes=5)


def test_without_room_for_a_rounded_time_it_is_only_before_the_reset() -> None:
    soon = forecast_view(
        full(NOON + timedelta(minutes=3)),
        SESSION_WINDOW_S,
        NOON + timedelta(minutes=6),
        NOON + timedelta(minutes=1),
        UTC_REGION,
    )
    assert soon is not None
    assert soon.sentence == "Full before it resets"


@pytest.mark.parametrize("minutes", [0, 1, 90])
def test_what_should_be_full_by_now_is_still_likely_to_be_but_at_no_time(minutes: int) -> None:
    seen = shown(full(NOON - timedelta(minutes=minutes)))
    assert seen is not None
    assert (seen.sentence, seen.full_at, seen.said_at) == ("Full before it resets", NOON, None)


def test_a_limit_that_lasts_is_said_to() -> None:
    assert sentence(lasts(80.6)) == "Lasts, about 81\u00a0% by then"


@given(
    minutes=st.floats(0.02, 7 * 24 * 60 - 0.1),
    left=st.floats(0.1, 7 * 24 * 60),
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"]
    ),
    is_week=st.booleans(),
    day=st.integers(0, 365),
    spread=st.tuples(st.floats(0, 7 * 24 * 60), st.floats(0, 7 * 24 * 60)),
)
def test_no_time_is_outside_the_window_or_more_precise_than_it_can_be(
    minutes: float, left: float, zone: str, is_week: bool, day: int, spread: tuple[float, float]
) -> None:
    now = NOON + timedelta(days=day, minutes=7)
    length = WEEK_WINDOW_S if is_week else SESSION_WINDOW_S
    reset = now + timedelta(minutes=min(left, length / 60))
    at = min(now + timedelta(minutes=minutes), reset - timedelta(seconds=1))
    first, last = now + timedelta(minutes=spread[0]), now + timedelta(minutes=spread[1])
    found = forecast_view(full(at, first, last), length, reset, now, Region(zone=ZoneInfo(zone)))
    assert found is not None
    assert found.full_at is not None
    assert found.earliest is not None
    assert found.latest is not None
    assert now <= found.earliest <= found.full_at <= found.latest <= reset
    assert abs(found.full_at - at) <= timedelta(minutes=1), "rules and scripts go by the time itself"
    if found.said_at is None:
        assert found.then == THEN_FULL_SOON
    else:
        assert now < found.said_at < reset
        local = found.said_at.astimezone(ZoneInfo(zone))
        is_round = (local.hour % 12, local.minute) == (0, 0) if is_week else local.minute % 10 == 0
        assert is_round
        assert local.second == 0


def with_outlooks(**outlooks: Outlook) -> Snapshot:
    names = {"session": "session", "weekly": "weekly", "fable": "weekly:fable"}
    said = tuple((names[name], outlook) for name, outlook in outlooks.items())
    made = snapshot(reading(session(61.0), weekly(), fable()))
    return replace(made, outlooks=said)


BUSY = with_outlooks(
    session=full(NOON + timedelta(minutes=61), NOON + timedelta(minutes=40), NOON + timedelta(minutes=89)),
    weekly=lasts(81.2),
    fable=full(NOON + timedelta(hours=25)),
)


def test_every_surface_says_the_same() -> None:
    seen = view(BUSY)
    assert [limit.level for limit in seen.limits] == ["warning", "ok", "warning"]
    lines = [entry.text for entry in menu_for(seen)][:3]
    assert "full about tomorrow noon" in lines[0]
    assert lines[1].endswith("Session · full about 13:00, resets 14:10")
    assert lines[2].endswith("resets Tue 17:00")
    card = card_for(seen)
    assert [(row["forecast"], row["forecast_full"], row["forecast_bar"]) for row in card["limits"]] == [
        ("Full about 13:00", True, 100.0),
        ("Lasts, about 81\u00a0% by then", False, 81.0),
        ("Full about tomorrow noon", True, 100.0),
    ]
    assert "full about 13:00" in card["limits"][0]["sentence"]
    notes = [row["note"] for row in terminal_text(seen, Terminal.APP)["rows"]]
    assert notes[0] == "full about 13:00, resets 14:10"
    assert notes[1] == "resets Tue 17:00\nlasts, about 81\u00a0% by then"
    assert "Session 61\u00a0% used, full about 13:00, resets 14:10" in icon_for(seen).tooltip


def test_scripts_get_times_to_the_minute_and_null_while_nothing_is_said() -> None:
    limits = report_for(view(BUSY))["limits"]
    assert limits[0]["forecast"] == {
        "full_at": "2026-08-20T13:01:00Z",
        "earliest": "2026-08-20T12:40:00Z",
        "latest": "2026-08-20T13:29:00Z",
        "percent_at_reset": None,
    }
    assert limits[1]["forecast"] == {
        "full_at": None,
        "earliest": None,
        "latest": None,
        "percent_at_reset": 81.0,
    }
    assert [limit["expected_percent"] for limit in limits] == [57.0, 26.0, 26.0]
    assert report_for(view(snapshot()))["limits"][0]["forecast"] is None


def test_the_time_of_a_week_that_is_full_in_minutes_is_within_its_own_range() -> None:
    ten = NOON + timedelta(minutes=70)
    seen = shown(full(ten), week=True)
    assert seen is not None
    assert (seen.earliest, seen.full_at, seen.latest) == (ten, ten, ten)
    assert seen.sentence == "Full about midnight", "the words stay rounded"


def test_the_record_is_shown_beside_a_forecast_or_instead_of_it() -> None:
    good, bad = Tally(8, 10), Tally(2, 6)
    seen = view(replace(BUSY, tallies=(("session", good), ("weekly:fable", Tally(0, 2)))))
    rows = card_for(seen)["limits"]
    assert [row["record"] for row in rows] == [
        "8 of the last 10 forecasts were right",
        None,
        "0 of the last 2 forecasts were right",
    ]
    assert "30 minutes" in (rows[0]["record_meaning"] or "")
    assert "half a day" in (rows[2]["record_meaning"] or "")
    assert report_for(seen)["limits"][0]["forecast_record"] == {"right": 8, "of": 10, "paused": False}
    assert report_for(seen)["limits"][1]["forecast_record"] is None
    silent = replace(BUSY, outlooks=(), tallies=(("session", bad), ("weekly", good)))
    rows = card_for(view(silent))["limits"]
    assert rows[0]["record"] == "No forecast: only 2 of the last 6 forecasts were right"
    assert rows[1]["record"] is None, "a good record needs no word where nothing is forecast"
    assert report_for(view(silent))["limits"][0]["forecast_record"] == {"right": 2, "of": 6, "paused": True}


@pytest.mark.parametrize(
    ("right", "of", "sentence"),
    [
        (1, 1, "The last forecast was right"),
        (0, 1, "The last forecast was wrong"),
        (1, 2, "1 of the last 2 forecasts was right"),
        (0, 2, "0 of the last 2 forecasts were right"),
        (1, 6, "No forecast: only 1 of the last 6 forecasts was right"),
        (2, 6, "No forecast: only 2 of the last 6 forecasts were right"),
    ],
)
def test_the_record_counts_one_forecast_as_one(right: int, of: int, sentence: str) -> None:
    """It said "1 of the last 1 forecasts were right"."""
    assert record_view(Tally(right, of), SESSION_WINDOW_S).sentence == sentence


def test_the_limit_that_is_full_first_has_a_banner_unless_it_nearly_lasts() -> None:
    assert card_for(view(BUSY))["pace"] == {
        "message": "At this pace your session is full about 13:00",
        "hint": "That is 1 h 10 min before it resets.",
    }
    week = with_outlooks(weekly=full(NOON + timedelta(hours=46)))
    assert card_for(view(week))["pace"] == {
        "message": "At this pace your week is full about Saturday noon",
        "hint": "That is 3 d 5 h before it resets.",
    }
    late = with_outlooks(session=full(NOON + timedelta(minutes=118)))
    assert card_for(view(late))["pace"] is None, "14:00, and it resets 14:10"
    assert card_for(view(snapshot()))["pace"] is None
    offline = replace(BUSY, status=Status.OFFLINE, problem=Problem(ErrorCode.OFFLINE))
    assert card_for(view(offline))["pace"] is None, "one banner at a time"


def test_an_old_number_has_no_forecast_and_no_level_by_it() -> None:
    later = NOON + TRUST_FOR + timedelta(minutes=10)
    seen = view(BUSY, later)
    assert [limit.forecast for limit in seen.limits] == [None, None, None]
    assert seen.limits[0].level == "ok"


def test_a_full_limit_says_what_still_goes_on() -> None:
    def said(**changes: object) -> list[str | None]:
        seen = view(snapshot(reading(session(100.0), weekly(), fable(104.0), **changes)))  # type: ignore[arg-type]
        return [reached(limit, seen) for limit in seen.limits]

    assert said() == [BESIDE.go_on_slowly, None, BESIDE.alone], "other models need the session, too"
    seen = view(snapshot(reading(session(), fable(104.0))))
    assert [reached(limit, seen) for limit in seen.limits] == [None, BESIDE.other_models]
    later = NOON + TRUST_FOR + timedelta(minutes=10)
    for percent in (40.0, 100.0):
        old = view(snapshot(reading(session(percent, later + timedelta(hours=1)), fable(104.0))), later)
        assert old.limits[0].is_old
        assert reached(old.limits[1], old) == BESIDE.alone, "the session may be full by now"
    paying = spend(used=1234)
    assert said(spend=paying)[0] == "Limit reached; extra usage is paying now: €12.34 of €40.00"
    assert said(spend=replace(paying, enabled=False))[0] == BESIDE.go_on_slowly
    assert said(spend=replace(paying, used=euros(4000)))[0] == BESIDE.go_on_slowly, "the cap is reached"
    old = view(snapshot(reading(replace(session(100.0), resets_at=None))), NOON + timedelta(days=9))
    assert reached(old.limits[0], old) is None, "without a reset time, 9 days later nobody knows"
    assert said(spend=replace(paying, cap=CapState.UNCAPPED))[0] == (
        "Limit reached; extra usage is paying now: €12.34, no limit"
    )


def test_a_limit_of_an_unknown_kind_is_only_said_to_be_reached() -> None:
    spend_limit = replace(weekly(104.0), id="other:spend-limit", kind=LimitKind.OTHER, label="Spend limit")
    seen = view(snapshot(reading(spend_limit)))
    assert reached(seen.limits[0], seen) == BESIDE.alone
