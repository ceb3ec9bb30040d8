"""Which alerts are due."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.alerts.codec import memory_from_json, memory_to_json, silence_from_json
from claudometer.domain.alerts.due import find_due
from claudometer.domain.alerts.model import Alert, AlertKind, Memory, Rules
from claudometer.domain.alerts.silence import Silence
from claudometer.domain.errors import ErrorCode
from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import AccountId, Limit, Mode
from tests.clocks import NOON
from tests.readings import account, credit, fable, reading, session, snapshot, weekly

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
RULES = Rules()


class Checker:
    """Checks which alerts are due, again and again, and keeps its memory as the program does."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.memory = Memory()
        self.rules = rules

    def at(self, now: datetime, *limits: Limit) -> list[Alert]:
        return self.see(snapshot(reading(*limits, fetched_at=now)), now)

    def see(self, shown: Snapshot, now: datetime) -> list[Alert]:
        self.memory, alerts = find_due(self.memory, shown, now, self.rules)
        return list(alerts)

    def restart(self) -> None:
        self.memory = memory_from_json(json.loads(json.dumps(memory_to_json(self.memory))))


def told(alerts: list[Alert]) -> list[tuple[str, int | None]]:
    return [(alert.subject, alert.threshold) for alert in alerts]


END = NOON + 5 * HOUR


def test_each_threshold_is_told_once_and_a_higher_one_covers_the_lower() -> None:
    checker = Checker()
    percents = (74.9, 75.0, 80.0, 76.0, 99.9, 60.0, 100.0, 104.0, 100.0)
    alerts = [told(checker.at(NOON + n * MINUTE, session(each, END))) for n, each in enumerate(percents)]
    assert [each for each in alerts if each] == [[("session", 75)], [("session", 90)], [("session", 100)]]


def test_three_limits_at_once_are_due_together() -> None:
    alerts = Checker().at(NOON, session(91, END), weekly(76), fable(100))
    assert told(alerts) == [("session", 90), ("weekly", 75), ("weekly:fable", 100)]


def test_nothing_is_told_of_a_window_that_is_over_nor_of_a_number_that_is_old() -> None:
    checker = Checker()
    assert checker.at(NOON, session(95, NOON - MINUTE)) == []
    old = snapshot(reading(session(95, END), fetched_at=NOON - HOUR), status=Status.OFFLINE)
    assert checker.see(old, NOON) == []


def test_a_restart_forgets_nothing() -> None:
    checker = Checker()
    checker.at(NOON, session(95, END), weekly(80))
    checker.restart()
    assert checker.at(NOON + MINUTE, session(96, END), weekly(81)) == []


def test_a_reset_time_that_drifts_through_the_week_stays_the_same_window() -> None:
    checker = Checker()
    end = NOON + timedelta(days=6)
    alerts = [checker.at(NOON + n * HOUR, weekly(80, end + n * HOUR)) for n in range(120)]
    assert [len(each) for each in alerts] == [1] + [0] * 119


def test_the_next_window_is_told_again() -> None:
    checker = Checker(replace(RULES, kinds=frozenset({AlertKind.THRESHOLD})))
    checker.at(NOON, session(95, END))
    assert told(checker.at(END + MINUTE, session(91, END + 5 * HOUR))) == [("session", 90)]


def test_another_account_has_windows_of_its_own_and_switching_back_repeats_nothing() -> None:
    checker = Checker()
    mine = snapshot(reading(session(95, END)))
    other_account = replace(account(), id=AccountId("account-2"))
    other = snapshot(replace(reading(session(95, END)), account=other_account))
    assert [len(checker.see(each, NOON)) for each in (mine, other, mine, other)] == [1, 1, 0, 0]


def test_an_alert_of_a_window_without_a_reset_time_names_no_end() -> None:
    checker = Checker()
    assert [each.window_end for each in checker.at(NOON, session(95, None))] == [None]
    reset = checker.at(NOON + 5 * HOUR + MINUTE, session(1, NOON + 9 * HOUR))
    assert [(each.kind, each.window_end) for each in reset] == [(AlertKind.RESET, None)]


def test_a_window_without_a_reset_time_is_told_once_and_keeps_that_when_the_time_comes() -> None:
    checker = Checker()
    assert told(checker.at(NOON, session(80, None))) == [("session", 75)]
    assert checker.at(NOON + MINUTE, session(81, None)) == []
    assert checker.at(NOON + 2 * MINUTE, session(82, NOON + HOUR)) == []
    assert told(checker.at(NOON + 2 * HOUR, session(82, NOON + 6 * HOUR))) == [("session", 75)]


def test_a_limit_with_thresholds_of_its_own_is_told_at_these_alone() -> None:
    checker = Checker(replace(RULES, own_thresholds={"weekly": (50, 95), "weekly:fable": ()}))
    assert told(checker.at(NOON, session(60, END), weekly(60), fable(96))) == [("weekly", 50)]
    assert told(checker.at(NOON + MINUTE, session(91, END), weekly(91), fable(100))) == [("session", 90)]
    assert told(checker.at(NOON + 2 * MINUTE, session(92, END), weekly(96))) == [("weekly", 95)]


# Resets.


def test_a_reset_is_told_once_after_ninety_percent() -> None:
    checker = Checker()
    checker.at(NOON, session(92, END))
    alerts = checker.at(END + MINUTE, session(0, None))
    assert [(each.kind, each.ends_at) for each in alerts] == [(AlertKind.RESET, None)]
    assert checker.at(END + 2 * MINUTE, session(0, None)) == []
    assert checker.at(END + HOUR, session(3, END + 6 * HOUR)) == []


def test_a_session_that_has_begun_again_says_when_it_ends() -> None:
    checker = Checker()
    checker.at(NOON, session(92, END))
    assert checker.at(END + MINUTE, session(2, END + 5 * HOUR))[0].ends_at == END + 5 * HOUR


def test_a_reset_from_less_than_ninety_percent_is_not_told() -> None:
    checker = Checker()
    checker.at(NOON, session(89.9, END))
    assert checker.at(END + MINUTE, session(0, None)) == []


def test_a_reset_during_a_long_sleep_is_no_news() -> None:
    checker = Checker()
    checker.at(NOON, session(92, END))
    assert checker.at(END + 3 * HOUR, session(0, None)) == []
    assert checker.at(END + 3 * HOUR + MINUTE, session(0, None)) == []


def test_an_early_reset_needs_a_second_answer() -> None:
    checker = Checker()
    end = NOON + timedelta(days=2)
    checker.at(NOON, weekly(95, end))
    later = end + timedelta(days=5)
    assert checker.at(NOON + MINUTE, weekly(0.5, later)) == []
    assert [each.kind for each in checker.at(NOON + 6 * MINUTE, weekly(1, later))] == [AlertKind.RESET]
    assert checker.at(NOON + 9 * MINUTE, weekly(1, later)) == []


def test_an_answer_that_takes_an_early_reset_back_starts_over() -> None:
    checker = Checker()
    end = NOON + timedelta(days=2)
    later = end + timedelta(days=5)
    checker.at(NOON, weekly(95, end))
    assert checker.at(NOON + MINUTE, weekly(0.5, later)) == []
    assert checker.at(NOON + 6 * MINUTE, weekly(95, end)) == []
    assert checker.at(NOON + 11 * MINUTE, weekly(0.5, later)) == []
    assert [each.kind for each in checker.at(NOON + 16 * MINUTE, weekly(1, later))] == [AlertKind.RESET]


def test_the_time_alone_is_no_reset() -> None:
    checker = Checker()
    checker.at(NOON, session(92, END))
    assert checker.see(snapshot(reading(session(92, END), fetched_at=END - MINUTE)), END + MINUTE) == []


# Login, key and credit.


def _refused(code: ErrorCode = ErrorCode.LOGIN_REJECTED) -> Snapshot:
    return replace(snapshot(reading(session(1))), status=Status.UNAUTHORIZED, problem=Problem(code))


def test_a_login_that_needs_the_user_is_told_once_until_it_works_again() -> None:
    checker = Checker()
    kinds = [
        [each.kind for each in checker.see(shown, NOON)]
        for shown in (_refused(), _refused(), snapshot(reading(session(1))), _refused())
    ]
    assert kinds == [[AlertKind.LOGIN], [], [], [AlertKind.LOGIN]]


def test_a_resting_login_needs_nobody() -> None:
    assert Checker().see(_refused(ErrorCode.LOGIN_RESTING), NOON) == []


def test_without_any_numbers_the_window_explains_the_first_start() -> None:
    fresh = Snapshot(Mode.CLI, Status.MISSING_CREDENTIALS, problem=Problem(ErrorCode.LOGIN_MISSING))
    assert Checker().see(fresh, NOON) == []


def test_a_credit_that_ends_within_three_days_is_told_once() -> None:
    checker = Checker()
    granted = credit(expires_at=NOON + timedelta(days=4))
    shown = snapshot(reading(session(1), credits_granted=(granted,)))
    assert checker.see(shown, NOON) == []
    alerts = checker.see(shown, NOON + timedelta(days=1))
    assert [(each.kind, each.subject) for each in alerts] == [(AlertKind.CREDIT_ENDS, "iguana_necktie")]
    checker.restart()
    assert checker.see(shown, NOON + timedelta(days=2)) == []


def test_a_used_up_credit_is_no_loss() -> None:
    granted = credit(used=25000, expires_at=NOON + timedelta(days=2))
    assert Checker().see(snapshot(reading(session(1), credits_granted=(granted,))), NOON) == []


# The forecast.


def filling(shown: Snapshot, full_at: datetime) -> Snapshot:
    """Return the snapshot with a forecast that the session is full at that time."""
    seconds = full_at.timestamp()
    return replace(shown, outlooks=(("session", Outlook(seconds, seconds, seconds, None, 90, 100)),))


@pytest.mark.parametrize(("early", "count"), [(29, 0), (30, 1), (70, 1)])
def test_a_forecast_is_told_once_from_half_an_hour_before_the_reset(early: int, count: int) -> None:
    checker = Checker()
    kinds = []
    for now in (NOON, NOON + MINUTE, NOON + 2 * MINUTE):
        shown = snapshot(reading(session(60, END), fetched_at=now))
        kinds += [each.kind for each in checker.see(filling(shown, END - early * MINUTE), now)]
    assert kinds == [AlertKind.FORECAST] * count


def test_a_forecast_that_the_limit_lasts_is_no_alert() -> None:
    lasting = Outlook(None, None, None, 81.0, 70, 90)
    shown = replace(snapshot(reading(session(60, END))), outlooks=(("session", lasting),))
    assert Checker().see(shown, NOON) == []


# The session key.


def ending(ends_at: datetime | None, mode: Mode = Mode.WEB) -> Snapshot:
    return replace(snapshot(reading(session(5, None))), mode=mode, key_ends_at=ends_at)


def test_the_end_of_the_session_key_is_told_three_days_before_and_once() -> None:
    checker = Checker()
    end = NOON + timedelta(days=10)
    told_at = []
    for hours in range(0, 24 * 12, 5):
        checker.restart()
        now = NOON + hours * HOUR
        # A server that says how long it lasts from now on names another end each time.
        told_at += [(each.kind, now) for each in checker.see(ending(end + hours * MINUTE), now)]
    ((kind, at),) = told_at
    assert kind is AlertKind.KEY_ENDS
    assert timedelta(0) <= at - (end - timedelta(days=3)) < timedelta(hours=8)


def test_the_end_of_the_next_key_is_told_again() -> None:
    checker = Checker()
    assert len(checker.see(ending(NOON + HOUR), NOON)) == 1
    month = timedelta(days=28)
    assert checker.see(ending(NOON + month), NOON + HOUR) == []
    assert len(checker.see(ending(NOON + month), NOON + month - HOUR)) == 1


@pytest.mark.parametrize(
    "shown",
    [
        ending(None),
        ending(NOON + timedelta(days=3, minutes=1)),
        ending(NOON - MINUTE),
        ending(NOON + HOUR, Mode.CLI),
        replace(ending(NOON + HOUR), problem=Problem(ErrorCode.SESSION_KEY_REJECTED)),
    ],
)
def test_an_end_that_is_unknown_far_off_or_over_is_not_told(shown: Snapshot) -> None:
    assert [each for each in Checker().see(shown, NOON) if each.kind is AlertKind.KEY_ENDS] == []


# Switches.


@pytest.mark.parametrize("kind", list(AlertKind))
def test_each_kind_can_be_switched_off(kind: AlertKind) -> None:
    checker = Checker(replace(RULES, kinds=frozenset(AlertKind) - {kind}))
    granted = credit(expires_at=NOON + timedelta(days=1))
    shown = filling(snapshot(reading(session(95, END), credits_granted=(granted,))), NOON + HOUR)
    alerts = checker.see(shown, NOON) + checker.see(_refused(), NOON)
    alerts += checker.at(END + MINUTE, session(0, None))
    alerts += checker.see(ending(NOON + HOUR), NOON)
    assert {each.kind for each in alerts} == set(AlertKind) - {kind}


def test_a_kind_that_is_switched_on_in_a_window_is_due_by_the_present_numbers() -> None:
    checker = Checker(Rules(kinds=frozenset()))
    checker.at(NOON, session(95, END))
    checker.rules = RULES
    assert told(checker.at(NOON + MINUTE, session(95, END))) == [("session", 90)]


def test_a_limit_that_is_off_tells_nothing_and_the_others_all() -> None:
    checker = Checker(replace(RULES, limits_off=frozenset({"weekly:fable"})))
    week, at = NOON + timedelta(days=2), (NOON + HOUR).timestamp()
    full = Outlook(at, at, at, None, 90.0, 100.0)
    shown = snapshot(reading(session(95, END), fable(99, week)))
    shown = replace(shown, outlooks=(("weekly:fable", full),))
    assert told(checker.see(shown, NOON)) == [("session", 90)]
    alerts = checker.at(week + MINUTE, session(0, None), fable(1, week + timedelta(days=7)))
    assert [each.subject for each in alerts if each.subject == "weekly:fable"] == []


def test_a_limit_that_is_switched_on_in_a_window_is_due_by_its_present_number() -> None:
    checker = Checker(replace(RULES, limits_off=frozenset({"session"})))
    assert checker.at(NOON, session(95, END)) == []
    checker.rules = RULES
    assert told(checker.at(NOON + MINUTE, session(95, END))) == [("session", 90)]
    assert checker.at(NOON + 2 * MINUTE, session(95, END)) == []


# Whatever is kept.


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda c: (
            st.lists(c)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "windows",
                        "seen",
                        "end",
                        "told",
                        "account",
                        "limit",
                        "logins",
                        "ends",
                        "limits",
                        "until",
                        "reset_of",
                        "doubts",
                        "percent",
                        "fall",
                        "since",
                    ]
                ),
                c,
            )
        ),
    )
)
def test_whatever_is_kept_can_be_read(kept: object) -> None:
    assert isinstance(memory_from_json(kept), Memory)
    assert isinstance(silence_from_json(kept), Silence)


@pytest.mark.parametrize("day", ["", "soon", "2026-13-01"])
def test_a_kept_day_that_cannot_be_read_is_dropped_and_the_keys_end_is_told(day: str) -> None:
    checker = Checker()
    checker.memory = memory_from_json({"ends": [["web", "", day]]})
    assert checker.memory == Memory()
    shown = replace(
        snapshot(reading(session(10.0, END), fetched_at=NOON)),
        mode=Mode.WEB,
        key_ends_at=NOON + timedelta(days=2),
    )
    assert [each.kind for each in checker.see(shown, NOON)] == [AlertKind.KEY_ENDS]


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00"])
def test_a_kept_time_that_some_zones_cannot_show_is_dropped(end: str) -> None:
    window = {"end": end, "told": 75}
    kept = {"windows": [{"account": "claude/account-1", "limit": "session", "seen": [window]}]}
    assert memory_from_json(kept) == Memory()
    limits = [{"account": "claude/account-1", "limit": "session", "until": end}]
    assert silence_from_json({"until": end, "limits": limits}) == Silence()


def test_a_kept_number_that_is_infinite_is_dropped() -> None:
    window = {"end": END.isoformat(), "told": json.loads("1e999")}
    kept = {"windows": [{"account": "claude/account-1", "limit": "session", "seen": [window]}]}
    assert memory_from_json(kept) == Memory()
