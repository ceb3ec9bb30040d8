"""The days of a week in words and lengths, and what a day may use until the reset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from claudometer.domain.history import LimitKey, Point, Series
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.usage import CLAUDE, SESSION_WINDOW_S, WEEK_WINDOW_S, AccountId, LimitKind, Source
from claudometer.present.day_by_day import allowance_sentence
from claudometer.present.day_by_day import day_by_day as with_level
from tests.clocks import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = NOON + timedelta(days=5, hours=5)
"""When the week ends; noon is of a Thursday."""
WEEKLY = Series(
    LimitKey(CLAUDE, AccountId("account-1"), "weekly"), LimitKind.WEEKLY, "Weekly", WEEK_WINDOW_S, None
)


day_by_day = partial(with_level, level="ok")


def sentence(used: float, resets_at: datetime = TUESDAY, region: Region = UTC_REGION) -> str | None:
    words = allowance_sentence(used, resets_at, NOON, region)
    return words and words.replace("\u00a0", " ")


def points(*steps: tuple[float, float, bool]) -> list[Point]:
    """Return points: hours from the beginning of the window, percent, and whether each is joined."""
    begins = TUESDAY - 7 * DAY
    return [
        Point(at, at, percent, TUESDAY, Source.OAUTH, joined)
        for hours, percent, joined in steps
        for at in [begins + hours * HOUR]
    ]


def test_the_sentence_divides_what_is_left_by_the_days_left_and_rounds_down() -> None:
    assert sentence(21) == "15 % a day lasts until Tuesday"  # 79 / 5.21 = 15.2
    assert sentence(0) == "19 % a day lasts until Tuesday"
    assert sentence(95) == "Less than 1 % a day lasts until Tuesday"
    assert sentence(99.6) == "Less than 1 % a day lasts until Tuesday"


def test_the_sentence_names_the_day_so_that_it_cannot_be_another() -> None:
    assert sentence(40, NOON + DAY) == "60 % a day lasts until tomorrow"
    assert sentence(30, NOON + 7 * DAY) == "10 % a day lasts until 27 August"
    assert sentence(30, NOON + 6.9 * DAY) == "10 % a day lasts until 27 August"
    tokyo = Region(ZoneInfo("Asia/Tokyo"))
    assert sentence(21, TUESDAY, tokyo) == "15 % a day lasts until Wednesday"  # 02:00 there


def test_days_left_are_counted_in_real_time_also_when_the_clock_is_changed() -> None:
    berlin = Region(ZoneInfo("Europe/Berlin"))
    now = datetime(2026, 10, 24, 12, tzinfo=berlin.zone)
    resets_at = datetime(2026, 10, 26, 11, tzinfo=berlin.zone).astimezone(UTC)  # 48 hours, not 47
    assert allowance_sentence(0, resets_at, now.astimezone(UTC), berlin) == (
        "50\u00a0% a day lasts until Monday"
    )


def test_on_the_last_day_the_sentence_says_what_is_left() -> None:
    assert sentence(21, NOON + 7 * HOUR) == "79 % left until today 19:00"
    assert sentence(99.7, NOON + 20 * HOUR) == "1 % left until tomorrow 08:00"


def test_on_the_last_day_what_is_left_and_what_is_used_add_up_to_100() -> None:
    """80.5 % is shown as 80 %."""
    assert sentence(80.5, NOON + 3 * HOUR) == "20 % left until today 15:00"


@pytest.mark.parametrize(
    ("used", "resets_at"), [(100, TUESDAY), (104, TUESDAY), (30, NOON), (30, NOON - DAY)]
)
def test_a_full_limit_or_one_that_has_reset_has_no_sentence(used: float, resets_at: datetime) -> None:
    assert sentence(used, resets_at) is None


def test_every_day_has_its_name_its_number_and_a_sentence() -> None:
    read = points((1, 5, False), (7, 6, True), (20, 9, True), (31, 11, True), (43, 12, True))
    shown = day_by_day(WEEKLY, read, used=12, resets_at=TUESDAY, now=NOON, region=UTC_REGION)
    assert shown is not None
    assert (shown["title"], shown["note"]) == (
        "Weekly, day by day",
        "16\u00a0% a day lasts until Tuesday",
    )
    names = [day["name"] for day in shown["days"]]
    assert names == ["Tue", "Wed", "Today", "Fri", "Sat", "Sun", "Mon", "Tue"]
    assert [day["text"].replace("\u00a0", " ") for day in shown["days"]] == [
        "Tue 18 Aug from 17:00: 6 % used",
        "Yesterday: 5 % used",
        "Today: 1 % used",
        *[""] * 5,
    ]
    assert [day["today"] for day in shown["days"]] == [False, False, True, *[False] * 5]
    assert shown["days"][3]["ahead"] == 1000
    assert 0 < shown["days"][7]["ahead"] < 1000, "the last day ends at 17:00"


@pytest.mark.parametrize("jitter_s", [-2, -0.4, 0.4, 2])
def test_a_reset_that_varies_by_seconds_is_at_the_same_minute(jitter_s: float) -> None:
    ends = TUESDAY + timedelta(seconds=jitter_s)
    shown = day_by_day(
        WEEKLY, points((1, 5, False)), used=5, resets_at=ends, now=TUESDAY - 6.9 * DAY, region=UTC_REGION
    )
    assert shown is not None
    assert shown["days"][0]["text"].startswith("Today from 17:00: ")


def test_a_gap_is_said_in_short_and_in_full() -> None:
    read = points((1, 5, False), (20, 9, False), (43, 30, False))
    later = day_by_day(WEEKLY, read, used=30, resets_at=TUESDAY, now=NOON + DAY, region=UTC_REGION)
    assert later is not None
    found = [(day["value"], day["text"].replace("\u00a0", " ")) for day in later["days"][:4]]
    assert [(value.replace("\u00a0", " "), text) for value, text in found] == [
        ("5–9 %", "Tue 18 Aug from 17:00: between 5 % and 9 % used"),
        ("0–25 %", "Wed 19 Aug: between 0 % and 25 % used"),
        ("—", "Yesterday: unknown"),
        ("—", "Today: unknown"),
    ]


@pytest.mark.parametrize(
    ("read", "value", "text"),
    [
        ((58, 40, False), "—", "Yesterday: unknown before 03:00"),
        ((60, 46, True), "≥ 6 %", "Yesterday: 6 % used since 03:00, unknown before"),
    ],
)
def test_a_day_in_which_the_history_begins_says_from_when_on_it_was_watched(
    read: tuple[float, float, bool], value: str, text: str
) -> None:
    """It said "between 6 % and 46 %", and that day's column was as high as the whole week."""
    shown = day_by_day(
        WEEKLY,
        points((58, 40, False), read),
        used=46,
        resets_at=TUESDAY,
        now=TUESDAY - 7 * DAY + 84 * HOUR,
        region=UTC_REGION,
    )
    assert shown is not None
    day = shown["days"][3]
    assert (day["value"].replace("\u00a0", " "), day["text"].replace("\u00a0", " ")) == (value, text)
    assert max(each["high"] for each in shown["days"]) <= 600


def test_what_was_used_since_the_last_reading_is_not_counted_as_nothing() -> None:
    shown = day_by_day(
        WEEKLY, points((1, 5, False)), used=5, resets_at=TUESDAY, now=TUESDAY - 6.9 * DAY, region=UTC_REGION
    )
    assert shown is not None
    assert shown["days"][0]["value"] == "≥\u00a05\u00a0%"
    assert shown["days"][0]["text"] == "Today from 17:00: 5\u00a0% or more used"


def test_an_old_number_says_nothing_of_the_days_to_come() -> None:
    shown = day_by_day(
        WEEKLY, points((1, 5, False)), used=None, resets_at=TUESDAY, now=NOON, region=UTC_REGION
    )
    assert shown is not None
    assert shown["note"] is None
    assert not any(day["ahead"] for day in shown["days"])


@pytest.mark.parametrize("resets_at", [None, NOON, NOON - HOUR, NOON + 8 * DAY])
def test_without_a_known_window_there_are_no_days(resets_at: datetime | None) -> None:
    read = points((1, 5, False))
    assert day_by_day(WEEKLY, read, used=5, resets_at=resets_at, now=NOON, region=UTC_REGION) is None


def test_a_session_and_a_week_without_a_reading_have_no_days() -> None:
    session = Series(WEEKLY.key, LimitKind.SESSION, "Session", SESSION_WINDOW_S, None)
    read = points((1, 5, False))
    assert day_by_day(session, read, used=5, resets_at=NOON + HOUR, now=NOON, region=UTC_REGION) is None
    assert day_by_day(WEEKLY, [], used=5, resets_at=TUESDAY, now=NOON, region=UTC_REGION) is None
