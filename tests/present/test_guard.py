"""``guard`` says yes only if every limit that applies is known to have room."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.outcome import Status
from claudometer.domain.plan import StoppedBy
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import Mode
from claudometer.present.guard import SOON, Decision, decide
from claudometer.present.report import report_for
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly
from tests.views import view

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.usage import Limit, Spend


def decision_for(
    *limits: Limit,
    outlooks: dict[str, Outlook] | None = None,
    now: datetime = NOON + timedelta(minutes=2),
    extra: Spend | None = None,
    need: float = 10.0,
    limit_id: str | None = None,
) -> Decision:
    numbers = replace(reading(*limits, spend=extra), limits=limits)
    shown = replace(snapshot(numbers), outlooks=tuple((outlooks or {}).items()))
    return decide(report_for(view(shown, now)), UTC_REGION, need=need, limit_id=limit_id)


def sentence_of(decision: Decision) -> str:
    return decision.sentence.replace("\u00a0", " ")


def full_in(minutes: int) -> Outlook:
    at = (NOON + timedelta(minutes=minutes)).timestamp()
    return Outlook(at, at, at, None, 90.0, 100.0)


def test_yes_names_the_session_its_age_its_pace_and_the_tightest() -> None:
    answer = decision_for(session(41), weekly(), fable(66), outlooks={"session": full_in(122)})
    assert sentence_of(answer) == (
        "Yes: Session 41 % (2 min ago), about 2 h at your pace; Fable is the tight one, at 66 %."
    )
    assert answer.verdict == "yes"
    assert (answer.limit_id, answer.tightest_id) == ("session", "weekly:fable")


def test_yes_says_how_long_a_limit_lasts_and_less_where_nothing_is_forecast() -> None:
    lasting = {"session": Outlook(None, None, None, 60.0, 50.0, 70.0)}
    assert sentence_of(decision_for(session(41), weekly(), outlooks=lasting)) == (
        "Yes: Session 41 % (2 min ago), lasts until its reset 14:10."
    )
    assert sentence_of(decision_for(session(41), weekly())) == "Yes: Session 41 % (2 min ago)."


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((session(100), weekly()), "No: Session is at 100 % (2 min ago) and resets 14:10."),
        (
            (session(3), weekly(), fable(104)),
            "No: Fable is at 104 % (2 min ago) and resets Tue 17:00; other models still work.",
        ),
        # Nobody knows whether they do.
        ((session(None), weekly(), fable(104)), "No: Fable is at 104 % (2 min ago) and resets Tue 17:00."),
        ((session(95), weekly()), "No: Session 95 % (2 min ago) leaves 5 %, and 10 % is needed."),
    ],
)
def test_no_says_why_and_never_that_somebody_cannot_work(limits: tuple[Limit, ...], expected: str) -> None:
    answer = decision_for(*limits)
    assert (answer.verdict, sentence_of(answer)) == ("no", expected)


def test_a_full_session_beside_extra_usage_says_who_pays() -> None:
    answer = decision_for(session(100), weekly(), extra=spend(used=1200))
    assert sentence_of(answer).endswith("resets 14:10; extra usage is paying now: €12.00 of €40.00.")
    stopped = replace(spend(used=1200), enabled=False, stopped_by=StoppedBy.USER)
    assert "paying" not in sentence_of(decision_for(session(100), weekly(), extra=stopped))
    # Nobody may have said that it was stopped.
    assert "paying" not in sentence_of(decision_for(session(100), weekly(), extra=spend(used=4000)))


def test_what_is_left_and_what_is_used_add_up_to_100() -> None:
    """80.5 % is shown as 80 %, which leaves 20 %."""
    answer = decision_for(session(80.5), need=25)
    assert sentence_of(answer) == "No: Session 80 % (2 min ago) leaves 20 %, and 25 % is needed."


@pytest.mark.parametrize(
    ("used", "need", "said"),
    [
        (90.4, 10.0, "Session 90 % (2 min ago) leaves <10 %, and 10 % is needed."),
        (89.95, 10.1, "Session 89 % (2 min ago) leaves <10.1 %, and 10.1 % is needed."),
        (99.6, 0.5, "Session 99 % (2 min ago) leaves <0.5 %, and 0.5 % is needed."),
        (91.0, 10.0, "Session 91 % (2 min ago) leaves 9 %, and 10 % is needed."),
    ],
)
def test_a_need_that_is_just_not_left_does_not_look_as_if_it_were(
    used: float, need: float, said: str
) -> None:
    assert sentence_of(decision_for(session(used), need=need)) == f"No: {said}"


@given(used=st.floats(0, 99.99), need=st.floats(0, 100).map(lambda value: round(value, 2)))
def test_a_no_for_want_of_room_never_says_that_there_is_as_much_as_is_needed(
    used: float, need: float
) -> None:
    answer = sentence_of(decision_for(session(used), need=need))
    found = re.search(r"leaves (<?)([\d.]+) %, and ([\d.]+) % is needed", answer)
    assert (found is None) == (used + need <= 100)
    if found is not None:
        left, needed = float(found[2]), float(found[3])
        assert needed == need
        assert left < needed if not found[1] else left == needed


def test_a_limit_that_is_full_soon_keeps_a_long_job_from_starting() -> None:
    answer = decision_for(session(81), weekly(), outlooks={"session": full_in(22)})
    assert answer.verdict == "no"
    assert "will be full in about 20 min" in sentence_of(answer), "12:22, seen at 12:02"
    now = decision_for(session(81), weekly(), outlooks={"session": full_in(5)})
    assert sentence_of(now) == "No: Session 81 % (2 min ago) will be full within 10 min at your pace."
    assert decision_for(session(81), weekly(), outlooks={"session": full_in(60)}).verdict == "yes"


def test_a_week_that_is_full_in_minutes_keeps_a_long_job_from_starting() -> None:
    answer = decision_for(session(3), weekly(98), outlooks={"weekly": full_in(14)})
    assert answer.verdict == "no"
    assert sentence_of(answer) == "No: Weekly 98 % (2 min ago) will be full in about 10 min at your pace."


def test_a_limit_that_should_be_full_by_now_keeps_a_job_waiting_until_a_newer_number_is_known() -> None:
    answer = decision_for(session(3), weekly(98), outlooks={"weekly": full_in(1)})
    assert sentence_of(answer) == "No: Weekly 98 % (2 min ago) will be full within 10 min at your pace."


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (50, "50 min"),
        (3 * 60, "3 h"),
        (16 * 60, "12 h"),
        (50 * 60, "2 d"),
        (4 * 24 * 60 + 13 * 60, "4 d 12 h"),
    ],
)
def test_the_span_of_a_week_is_no_finer_than_it_can_be_known(minutes: int, expected: str) -> None:
    answer = decision_for(weekly(41), outlooks={"weekly": full_in(minutes)})
    assert sentence_of(answer) == f"Yes: Weekly 41 % (2 min ago), about {expected} at your pace."


def test_an_old_number_without_a_reset_time_says_nothing_even_at_100_percent() -> None:
    later = NOON + timedelta(days=9)
    answer = decision_for(replace(session(100), resets_at=None), now=later)
    assert (answer.verdict, answer.limit_id) == ("unknown", "session")
    assert sentence_of(answer) == "Unknown: Session was 100 %, but that was 9 d ago."
    assert decision_for(replace(session(100), resets_at=None)).verdict == "no", "a fresh one does"
    paid = decision_for(
        extra=replace(spend(used=4000), stopped_by=StoppedBy.CAP), now=NOON + timedelta(days=40)
    )
    assert paid.verdict == "unknown"


@given(minutes=st.integers(0, 5 * 24 * 60), limit_id=st.sampled_from(["session", "weekly"]))
def test_yes_is_never_said_of_a_limit_that_is_full_soon(minutes: int, limit_id: str) -> None:
    answer = decision_for(session(41), weekly(41), outlooks={limit_id: full_in(minutes)})
    # The session of these numbers resets 130 minutes after noon, and the guard is asked 2 minutes after it.
    assert (answer.verdict == "no") is (minutes - 2 < SOON.total_seconds() / 60)


def test_a_job_that_uses_one_model_does_not_wait_for_another() -> None:
    opus = replace(fable(100), id="weekly:opus", label="Opus")
    assert decision_for(session(3), weekly(), fable(20), opus).verdict == "no"
    assert decision_for(session(3), weekly(), fable(20), opus, limit_id="weekly:fable").verdict == "yes"
    assert decision_for(session(100), weekly(), fable(20), limit_id="weekly:fable").verdict == "no", (
        "session counts"
    )
    assert decision_for(session(3), weekly(), fable(80), limit_id="weekly:fable", need=30).verdict == "no"


def test_unknown_stays_unknown_unless_something_is_known_to_be_full() -> None:
    unknown = decision_for(session(None), weekly())
    assert (unknown.verdict, sentence_of(unknown)) == (
        "unknown",
        "Unknown: there is no number for Session now.",
    )
    assert decision_for(session(None), weekly(100)).verdict == "no"
    later = NOON + timedelta(hours=1)
    old = decision_for(session(41), weekly(), now=later)
    assert (old.verdict, sentence_of(old)) == ("unknown", "Unknown: Session was 41 %, but that was 1 h ago.")
    assert decision_for(session(100), weekly(), now=later).verdict == "no", "within its window it only grows"
    assert decision_for(session(100), weekly(), now=NOON + timedelta(hours=3)).verdict == "unknown", (
        "it has reset"
    )


def test_without_numbers_it_says_what_is_wrong() -> None:
    shown = Snapshot(Mode.CLI, Status.OFFLINE, problem=Problem(ErrorCode.OFFLINE))
    answer = decide(report_for(view(shown)), UTC_REGION)
    assert answer.verdict == "unknown"
    assert sentence_of(answer).startswith("Unknown: ")


def test_a_plan_without_limits_goes_by_its_spend_limit_or_has_none() -> None:
    assert decision_for().verdict == "yes"
    assert decision_for(extra=spend(used=1200)).verdict == "yes"
    reached = decision_for(extra=replace(spend(used=4000), stopped_by=StoppedBy.CAP))
    assert (reached.verdict, reached.limit_id) == ("no", "spend")


def test_used_up_extra_usage_keeps_no_job_from_starting_but_is_named_as_status_counts_it() -> None:
    used_up = replace(spend(used=4000), enabled=False, stopped_by=StoppedBy.CAP)
    answer = decision_for(session(12), weekly(), extra=used_up)
    assert sentence_of(answer) == "Yes: Session 12 % (2 min ago); Extra usage is the tight one, at 100 %."
    assert (answer.limit_id, answer.tightest_id) == ("session", "spend")
    about_it = decision_for(session(12), weekly(), extra=used_up, limit_id="spend")
    assert (about_it.verdict, sentence_of(about_it)) == ("no", "No: Extra usage is at 100 % (2 min ago).")
    assert decision_for(session(12), weekly(), extra=spend(used=1200), limit_id="spend").verdict == "yes"
    off = replace(used_up, stopped_by=StoppedBy.USER)
    assert decision_for(session(12), weekly(), extra=off).tightest_id != "spend", (
        "the user wants to pay nothing"
    )
    old = decision_for(session(100), weekly(), extra=used_up, now=NOON + timedelta(hours=1))
    assert old.limit_id == "session"


@given(
    first=st.one_of(st.none(), st.floats(0, 130)),
    second=st.one_of(st.none(), st.floats(0, 130)),
    need=st.floats(0, 100),
    minutes=st.integers(0, 14) | st.integers(0, 7 * 24 * 60),  # numbers are current for a quarter of an hour
)
def test_yes_needs_every_number_and_room_for_what_is_needed(
    first: float | None, second: float | None, need: float, minutes: int
) -> None:
    answer = decision_for(session(first), weekly(second), need=need, now=NOON + timedelta(minutes=minutes))
    if answer.verdict == "yes":
        assert first is not None
        assert second is not None
        assert first + need <= 100
        assert second < 100
        assert minutes <= 130
