"""A reset that keeps the promised time begins a new window instance; a number that is corrected does not."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.alerts.codec import memory_from_json, memory_to_json
from claudometer.domain.alerts.due import find_due
from claudometer.domain.alerts.early_resets import followed
from claudometer.domain.alerts.granted_resets import begun
from claudometer.domain.alerts.merging import merged
from claudometer.domain.alerts.model import Alert, AlertKind, Memory, Rules
from claudometer.domain.alerts.past_alerts import Kept
from claudometer.domain.alerts.silence import ANY_ACCOUNT, Silence
from claudometer.domain.history import Point, Reset
from claudometer.domain.resets import find_reset, is_confirmed
from claudometer.domain.usage import Limit, Source
from tests.clocks import NOON
from tests.readings import account, fable, reading, session, snapshot, weekly

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
END = NOON + 4 * HOUR
KEY = ("claude/account-1", "session")


class Checker:
    """Checks every minute which alerts are due, and keeps its memory and the silence as the program does."""

    def __init__(self, rules: Rules | None = None, silence: Silence | None = None) -> None:
        self.memory = Memory()
        self.rules = rules or Rules()
        self.silence = silence or Silence()
        self.minutes = 0

    def see(self, limit: Limit, *, plan: str = "Pro", minutes: int = 1) -> list[tuple[AlertKind, int | None]]:
        self.minutes += minutes
        now = NOON + self.minutes * MINUTE
        shown = reading(limit, fetched_at=now)
        shown = replace(shown, account=replace(shown.account, plan=plan))
        memory, alerts = find_due(self.memory, snapshot(shown), now, self.rules)
        self.silence = followed(self.silence, snapshot(shown), now, begun(self.memory, memory))
        self.memory = memory
        return [(each.kind, each.threshold) for each in alerts]

    def all(self, *percents: float, end: datetime | None = END) -> list[list[tuple[AlertKind, int | None]]]:
        return [self.see(session(each, end)) for each in percents]

    def restart(self) -> None:
        self.memory = memory_from_json(json.loads(json.dumps(memory_to_json(self.memory))))


def threshold(percent: int) -> list[tuple[AlertKind, int | None]]:
    return [(AlertKind.THRESHOLD, percent)]


RESET: list[tuple[AlertKind, int | None]] = [(AlertKind.RESET, None)]


@pytest.mark.parametrize("end", [END, None])
def test_it_is_told_when_a_second_answer_confirms_it_and_thresholds_are_told_again(
    end: datetime | None,
) -> None:
    seen = Checker().all(100, 2, 3, 3, 74, 76, 80, 91, 100, 100, end=end)
    assert seen == [threshold(100), [], RESET, [], [], threshold(75), [], threshold(90), threshold(100), []]


def test_restarts_in_between_change_nothing() -> None:
    checker = Checker()
    seen = []
    for percent in (100, 2, 3, 3, 76, 76, 4, 4, 76, 76):
        checker.restart()
        seen.append(checker.see(session(percent, END)))
    assert seen == [threshold(100), [], RESET, [], threshold(75), [], [], [], threshold(75), []]


def test_the_same_answer_looked_at_again_confirms_nothing() -> None:
    checker = Checker()
    checker.all(100, 2)
    assert checker.see(session(2, END), minutes=0) == []
    assert checker.all(2) == [RESET]


@pytest.mark.parametrize(
    "percents",
    [
        (100, 0, 100, 100),  # one wrong answer
        (100, 51, 51, 100),  # a correction
        (100, 80, 60, 45, 40, 100),  # several
        (80, 78, 80, 79, 80),  # two sources that round differently
    ],
)
def test_a_number_that_is_corrected_is_no_reset(percents: tuple[float, ...]) -> None:
    assert sum(map(len, Checker().all(*percents))) == 1


def test_a_reset_from_less_than_ninety_percent_is_not_told_but_thresholds_are_again() -> None:
    assert Checker().all(80, 1, 1, 76) == [threshold(75), [], [], threshold(75)]


@pytest.mark.parametrize("first", ["Max 5x", "Pro"])  # the login may name the new one later
def test_a_change_of_the_plan_is_no_reset_but_its_thresholds_are_new(first: str) -> None:
    checker = Checker()
    assert checker.see(weekly(100, END), plan="Pro") == threshold(100)
    assert checker.see(weekly(20, END), plan=first) == []
    assert checker.see(weekly(20, END), plan="Max 5x") == []
    assert checker.see(weekly(76, END), plan="Max 5x") == threshold(75)


def test_its_end_is_the_promised_one() -> None:
    checker = Checker()
    checker.all(100, 2)
    last = reading(session(3, END), fetched_at=NOON + HOUR)
    shown = snapshot(replace(last, account=replace(last.account, plan="Pro")))
    (alert,) = find_due(checker.memory, shown, NOON + HOUR, Rules())[1]
    assert (alert.window_end, alert.ends_at, alert.percent) == (END, END, 3)


def test_it_is_not_told_again_at_the_promised_end() -> None:
    checker = Checker()
    assert checker.all(100, 2, 3)[-1] == RESET
    checker.minutes = 4 * 60
    assert checker.all(0, 0, end=None) == [[], []]


def test_what_an_earlier_version_has_kept_is_enough_to_see_it() -> None:
    checker = Checker()
    checker.all(100)
    kept = memory_to_json(checker.memory)
    (window,) = kept["windows"]
    for each in window["seen"]:
        del each["percent"]
    checker.memory = memory_from_json(kept)
    assert checker.all(2, 2) == [[], RESET]


def test_a_rising_number_is_noted_in_steps_and_every_other_one_at_once() -> None:
    """Each change is a write to the disk."""
    checker, kept = Checker(), set()
    for tenths in [*range(750), *range(750, 700, -10)]:
        checker.see(session(tenths / 10, END))
        kept.add(json.dumps(memory_to_json(checker.memory)))
    assert len(kept) <= 15 + 5


def test_what_a_run_has_told_after_it_is_not_joined_with_what_was_told_before() -> None:
    checker = Checker()
    checker.all(100)
    earlier = checker.memory
    checker.all(2, 3)
    checker.memory = merged(Kept(earlier), Kept(checker.memory), []).memory
    assert checker.all(76) == [threshold(75)]


def test_a_run_that_begins_after_it_sees_it_when_it_can_read_what_was_told() -> None:
    earlier, run = Checker(), Checker()
    earlier.all(100)
    run.minutes = 5
    run.all(2)
    run.memory = merged(Kept(earlier.memory), Kept(run.memory), []).memory
    assert run.all(2, 2, 76) == [[], RESET, threshold(75)]


@pytest.mark.parametrize(
    "silence",
    [
        Silence(END, reset_of=KEY),
        Silence().with_limits({KEY: END}, NOON),
        Silence().with_limits({(ANY_ACCOUNT, "session"): END}, NOON),
    ],
)
def test_what_is_muted_until_the_reset_ends_with_it(silence: Silence) -> None:
    checker = Checker(silence=silence)
    checker.all(100, 2)
    assert checker.silence == silence
    checker.all(2)
    assert checker.silence == Silence()


def test_a_time_of_day_and_other_limits_stay_muted() -> None:
    silence = Silence(END).with_limits({("claude/account-1", "weekly"): END}, NOON)
    checker = Checker(silence=silence)
    checker.all(100, 2, 2)
    assert checker.silence == silence


# For any sequence.


@dataclass(frozen=True)
class Step:
    """One check, perhaps after a restart: `hours` after noon, with a reset time off by `jitter` seconds.

    Most checks are of the same window, so that its percents fall and rise again.
    """

    window: int
    percent: float
    hours: float
    jitter: float
    restarts: bool
    limit: int


WINDOWS = 6


def steps_of(percents: st.SearchStrategy[float]) -> st.SearchStrategy[list[Step]]:
    return st.lists(
        st.builds(
            Step,
            window=st.sampled_from([0] * 15 + [*range(1, WINDOWS)]),
            percent=percents,
            hours=st.floats(0, 4.9) | st.floats(0, 4.9) | st.floats(-10, 5 * WINDOWS + 5),
            jitter=st.floats(-2, 2),
            restarts=st.booleans(),
            limit=st.sampled_from([0, 0, 0, 1]),
        ),
        min_size=20,  # hypothesis likes short lists, which have no fall, answer and rise
        max_size=60,
    )


class Ledger:
    """What the reset ledger finds in the readings of one window: `instance` counts the confirmed ones."""

    def __init__(self) -> None:
        self.instance = 0
        self._before: Point | None = None
        self._reset: Reset | None = None
        self._reset_at: datetime | None = None

    def see(self, percent: float, at: datetime, end: datetime) -> None:
        # In this order they came; the clock may have been set back in between.
        point = Point(NOON, NOON, percent, end + 100 * HOUR, Source.OAUTH, joined=True)
        if self._reset is not None and at != self._reset_at:
            self.instance += is_confirmed(self._reset, percent)
            self._reset = None
        found = find_reset(self._before, point, 5 * 3600) if self._before is not None else None
        if found is not None:
            self._reset, self._reset_at = found, at
        self._before = point


Seen = tuple[Step, tuple[int, int, int], timedelta, list[Alert]]


def run(steps: list[Step], rules: Rules) -> list[Seen]:
    """Return each check with the instance that it is about, the time until its end, and the alerts."""
    checker = Checker(rules)
    ledgers: dict[tuple[int, int], Ledger] = defaultdict(Ledger)
    seen = []
    for step in steps:
        if step.restarts:
            checker.restart()
        now = NOON + step.hours * HOUR
        end = NOON + (step.window + 1) * 5 * HOUR + timedelta(seconds=step.jitter)
        limit = replace((session if step.limit == 0 else fable)(step.percent, end), window_s=5 * 3600)
        shown = snapshot(replace(reading(limit, fetched_at=now), account=account()))
        checker.memory, alerts = find_due(checker.memory, shown, now, checker.rules)
        ledger = ledgers[step.limit, step.window]
        if end > now:
            ledger.see(step.percent, now, end)
        seen.append((step, (step.limit, step.window, ledger.instance), end - now, list(alerts)))
    return seen


THRESHOLDS = st.lists(st.integers(1, 100), max_size=4).map(tuple)


def rules_of(common: tuple[int, ...], own: tuple[int, ...] | None) -> Rules:
    return Rules(
        common, frozenset({AlertKind.THRESHOLD}), own_thresholds={} if own is None else {"weekly:fable": own}
    )


def crossed(step: Step, rules: Rules) -> int:
    thresholds = rules.thresholds_of("weekly:fable" if step.limit else "session")
    return max((each for each in thresholds if step.percent >= each), default=0)


STEPS_OF_FIVE = st.sampled_from([0.0, 5.0, 20.0, 45.0, 50.0, 55.0, 75.0, 80.0, 90.0, 95.0, 100.0, 105.0])


@given(steps_of(STEPS_OF_FIVE), THRESHOLDS, THRESHOLDS | st.none())
def test_no_threshold_is_told_twice_in_an_instance_of_the_ledger_and_none_is_missed(
    steps: list[Step], common: tuple[int, ...], own: tuple[int, ...] | None
) -> None:
    highest: dict[tuple[int, int, int], int] = {}
    rules = rules_of(common, own)
    for step, instance, left, alerts in run(steps, rules):
        now_crossed = crossed(step, rules)
        if left > timedelta(0) and now_crossed > highest.get(instance, 0):
            highest[instance] = now_crossed
            assert [each.threshold for each in alerts] == [now_crossed]
        else:
            assert alerts == []


ANY_PERCENT = st.floats(0, 130) | st.sampled_from([74.99, 75.0, 89.99, 90.0, 99.99, 100.0])


@given(steps_of(ANY_PERCENT), THRESHOLDS)
def test_of_any_percents_none_is_told_twice_in_an_instance_of_the_ledger(
    steps: list[Step], common: tuple[int, ...]
) -> None:
    """A rising number is noted in steps, so that a fall by hardly half may be seen by the ledger alone."""
    rules = rules_of(common, None)
    told: set[tuple[tuple[int, int, int], int]] = set()
    for step, instance, _, alerts in run(steps, rules):
        for alert in alerts:
            assert alert.threshold == crossed(step, rules) > 0
            assert not any(other == instance and percent >= alert.threshold for other, percent in told)
            told.add((instance, alert.threshold))
