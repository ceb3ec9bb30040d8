"""Which readings become points: each change, and how long each number was confirmed."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.history import Point
from claudometer.domain.usage import AccountId, AccountKey, Origin, Source
from claudometer.store.history import History
from claudometer.store.thinning import FINE_FOR, KEPT_FOR
from tests.clocks import NOON
from tests.histories import ACCOUNT, LONG_AGO, SESSION, WEEKLY, after, percents, record, record_all
from tests.readings import fable, reading, session, weekly

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def test_a_reading_makes_one_point_for_each_limit_with_its_source(history: History) -> None:
    limit = session(81.5)
    record(history, limit, weekly(29))
    assert history.points(SESSION, LONG_AGO) == [
        Point(NOON, NOON, 81.5, limit.resets_at, Source.OAUTH, joined=False)
    ]
    assert percents(history, WEEKLY) == [29]
    assert [each.key.limit_id for each in history.series(ACCOUNT)] == ["weekly", "session"]


def test_readings_that_say_the_same_only_prolong_the_last_point(history: History) -> None:
    for minutes in range(0, 50, 5):
        record(history, session(40), minutes=minutes)
    (point,) = history.points(SESSION, LONG_AGO)
    assert (point.at, point.until) == (NOON, after(45))


def test_a_reset_time_that_varies_by_seconds_makes_no_new_point(history: History) -> None:
    ends = NOON + timedelta(hours=2)
    for minutes, off_s in enumerate((0.0, -1.4, 0.6, 1.9)):
        record(history, session(40, ends + timedelta(seconds=off_s)), minutes=minutes)
    (point,) = history.points(SESSION, LONG_AGO)
    assert point.until == after(3)
    assert point.resets_at == ends + timedelta(seconds=2)
    assert history.resets() == []


def test_points_on_both_sides_of_a_gap_are_never_joined(history: History) -> None:
    record(history, session(40), minutes=0)
    record(history, session(41), minutes=5)
    record(history, session(41), minutes=95)
    record(history, session(42), minutes=100)
    assert [(each.percent, each.joined) for each in history.points(SESSION, LONG_AGO)] == [
        (40, False),
        (41, True),
        (41, False),
        (42, True),
    ]


def test_a_slow_interval_of_the_user_is_no_gap(history: History) -> None:
    record(history, session(40), gap_s=9000)
    record(history, session(50), minutes=60, gap_s=9000)
    assert [each.joined for each in history.points(SESSION, LONG_AGO)] == [False, True]


def test_a_number_of_another_source_has_that_source_and_its_own_time(history: History) -> None:
    local = replace(session(50), origin=Origin(Source.STATUS_LINE, after(3)))
    record(history, session(40), minutes=0)
    said = reading(local, weekly(), fetched_at=NOON)
    history.record([said], now=lambda: after(3), gap_s=1200, is_verified=True)
    last = history.points(SESSION, LONG_AGO)[-1]
    assert (last.percent, last.source, last.at) == (50, Source.STATUS_LINE, after(3))
    assert history.points(WEEKLY, LONG_AGO)[0].at == NOON


def test_an_older_reading_than_the_last_changes_nothing(history: History) -> None:
    record(history, session(40), minutes=10)
    late = [reading(session(percent), fetched_at=after(at)) for percent, at in ((30, 5), (35, 10))]
    history.record(late, now=lambda: after(11), gap_s=1200, is_verified=True)
    assert percents(history) == [40]


@pytest.mark.parametrize("percent", [None, float("nan"), float("inf")])
def test_a_percent_that_is_not_known_makes_no_point(history: History, percent: float | None) -> None:
    record(history, session(percent), weekly(10))
    assert percents(history) == []
    assert percents(history, WEEKLY) == [10]


def test_points_of_a_clock_that_was_ahead_do_not_keep_later_ones_out(history: History) -> None:
    record(history, session(40), minutes=60 * 24 * 365)
    record(history, session(41), minutes=0)
    record(history, session(42), minutes=5)
    assert percents(history) == [41, 42]


def by_own_clock(history: History, percent: float, at: datetime) -> None:
    """Record a reading by a clock that no server has confirmed."""
    history.record([reading(session(percent), fetched_at=at)], now=lambda: at, gap_s=1200)


@pytest.mark.parametrize("off", [timedelta(days=-365 * 6), timedelta(days=365 * 3)])
def test_a_clock_that_may_be_wrong_deletes_nothing(history: History, path: Path, off: timedelta) -> None:
    for minutes in range(0, 120, 5):
        record(history, session(10 + minutes / 10), minutes=minutes)
    record(history, session(1, NOON + timedelta(hours=8)), minutes=125)
    record(history, session(2, NOON + timedelta(hours=8)), minutes=130)
    before, resets = history.points(SESSION, LONG_AGO), history.resets()
    history.close()
    started_again = History(path)
    by_own_clock(started_again, 50, NOON + off)
    by_own_clock(started_again, 51, NOON + off + timedelta(minutes=5))
    assert len(before) > 20
    assert set(before) <= set(started_again.points(SESSION, LONG_AGO))
    assert set(map(str, resets)) <= set(map(str, started_again.resets()))
    record(started_again, session(3, NOON + timedelta(hours=8)), minutes=135)
    assert [each for each in percents(started_again) if each not in (50, 51)] == [
        *(each.percent for each in before),
        3,
    ]
    started_again.close()


def test_points_from_the_future_keep_no_later_ones_out_by_our_own_clock_either(history: History) -> None:
    by_own_clock(history, 40, after(60 * 24 * 365))
    by_own_clock(history, 41, after(0))
    by_own_clock(history, 42, after(5))
    assert [(each.percent, each.joined) for each in history.points(SESSION, LONG_AGO)] == [
        (41, False),
        (42, True),
        (40, False),
    ]


def test_a_sign_of_life_of_a_clock_that_was_ahead_does_not_last(history: History) -> None:
    record(history, session(40), minutes=0)
    record(history, session(40), minutes=60 * 24 * 365, gap_s=1e12)
    record(history, session(40), minutes=5)
    (point,) = history.points(SESSION, LONG_AGO)
    assert point.until == after(5)


def test_a_name_that_is_no_text_costs_no_point(history: History) -> None:
    record(history, replace(session(40), label="Fa\udc80ble", id="weekly:\ud83d"))
    (series,) = history.series()
    assert (series.label, series.key.limit_id) == ("Fa?ble", "weekly:?")


def test_accounts_are_kept_apart(history: History) -> None:
    record(history, session(40))
    other = reading(session(70))
    record_all(history, replace(other, account=replace(other.account, id=AccountId("account-2"))))
    assert percents(history) == [40]
    assert len(history.series()) == 2
    (only,) = history.series(AccountKey(ACCOUNT.provider, AccountId("account-2")))
    assert [each.percent for each in history.points(only.key, LONG_AGO)] == [70]


def test_points_between_two_times_are_those_that_reach_into_them(history: History) -> None:
    for minutes in range(0, 100, 10):
        record(history, session(40 + minutes // 20), minutes=minutes)
    found = history.points(SESSION, after(25), after(60))
    assert [(each.at, each.until) for each in found] == [
        (after(20), after(30)),
        (after(40), after(50)),
        (after(60), after(70)),
    ]
    assert history.points(SESSION, after(500)) == []


def test_two_histories_of_one_file_see_each_other(history: History, path: Path) -> None:
    other = History(path)
    record(history, session(40), minutes=0)
    record(other, session(40), minutes=5)
    record(history, session(41), minutes=10)
    assert [(each.at, each.until) for each in other.points(SESSION, LONG_AGO)] == [
        (NOON, after(5)),
        (after(10), after(10)),
    ]
    other.close()


@pytest.mark.skipif(sys.platform == "win32", reason="file modes")
def test_only_this_user_can_read_the_files(history: History, path: Path) -> None:
    record(history, session(40))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    names = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert names.keys() == {"history.db", "history.db-wal", "history.db-shm"}
    assert set(names.values()) == {0o600}


def test_old_points_are_thinned_to_one_an_hour_and_keep_gaps_and_falls(history: History) -> None:
    for minutes in range(0, 120, 5):
        record(history, session(10 + minutes / 10), minutes=minutes)
    record(history, session(30, NOON + timedelta(hours=4)), minutes=178)
    record(history, session(31, NOON + timedelta(hours=4)), minutes=179)
    record(history, session(1, NOON + timedelta(hours=9)), minutes=241)
    late = NOON + FINE_FOR + timedelta(hours=10)
    history.record([reading(session(5), fetched_at=late)], now=lambda: late, gap_s=1200, is_verified=True)
    found = history.points(SESSION, LONG_AGO)
    assert [(each.at, each.until, each.percent, each.joined) for each in found[:-1]] == [
        (after(0), after(55), 15.5, False),
        (after(60), after(115), 21.5, True),
        (after(178), after(179), 31, False),
        (after(241), after(241), 1, False),
    ]


def test_points_and_resets_older_than_two_years_are_gone(history: History) -> None:
    record(history, session(80), minutes=0)
    record(history, session(2, NOON + timedelta(hours=8)), minutes=140)
    record(history, session(3, NOON + timedelta(hours=8)), minutes=145)
    assert len(history.resets()) == 1
    late = NOON + KEPT_FOR + timedelta(hours=10)
    history.record([reading(session(5), fetched_at=late)], now=lambda: late, gap_s=1200, is_verified=True)
    assert percents(history) == [5]
    assert [each.reset.seen_after for each in history.resets()] == [late]


def test_clearing_leaves_no_number_in_the_file(history: History, path: Path) -> None:
    record(history, session(81), fable(66))
    assert history.clear()
    assert history.series() == []
    record(history, session(3), minutes=5)
    assert percents(history) == [3]
    history.close()
    assert b"Fable" not in path.read_bytes()
