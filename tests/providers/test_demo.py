"""The made-up account: plausible, changing over time, and the same for the same moment."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.next_poll import Reason
from claudometer.domain.outcome import Fetched
from claudometer.domain.usage import LimitKind, Mode, Money, Reading, Source, has_reset
from claudometer.providers.demo import SCHOOL, SCHOOL_ID, STUDIO, STUDIO_ID, DemoSource
from tests.clocks import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENTS = [datetime(2026, 11, 22, tzinfo=UTC) + timedelta(minutes=37 * step) for step in range(700)]


def look(
    now: datetime, mode: Mode = Mode.CLI, organization_id: Callable[[], str | None] = lambda: None
) -> Reading:
    source = DemoSource(clock=FakeClock(now), mode=mode, organization_id=organization_id)
    outcome = asyncio.run(source.fetch(Reason.INTERVAL))
    assert isinstance(outcome, Fetched)
    assert outcome.reading.account.id == asyncio.run(source.identify())
    return outcome.reading


def percent(reading: Reading, name: str) -> float:
    found = next(limit.percent for limit in reading.limits if limit.id == name)
    assert found is not None
    return found


def test_one_moment_always_shows_the_same() -> None:
    assert look(MOMENTS[0]) == look(MOMENTS[0])


def test_every_moment_of_two_weeks_is_complete_and_plausible() -> None:
    for moment in MOMENTS:
        reading = look(moment)
        assert [limit.id for limit in reading.limits] == ["session", "weekly", "weekly:fable"]
        assert reading.limits[2].kind is LimitKind.WEEKLY_MODEL
        assert all(limit.percent is not None and 0 <= limit.percent <= 110 for limit in reading.limits)
        assert not any(has_reset(limit, moment - timedelta(seconds=1)) for limit in reading.limits)
        assert reading.spend is not None
        assert isinstance(reading.spend.used, Money)
        assert (reading.source, reading.account.plan) == (Source.DEMO, "Max 5x")


def test_the_numbers_change_over_time() -> None:
    minutes = [look(MOMENTS[0] + timedelta(minutes=step)) for step in range(600)]
    sessions = [percent(reading, "session") for reading in minutes]
    changes = sum(1 for before, after in itertools.pairwise(sessions) if before != after)
    falls = sum(1 for before, after in itertools.pairwise(sessions) if after < before)
    assert changes > 300, "a minute mostly shows another number"
    assert falls == 2, "ten hours hold two resets, and nothing else falls"


def test_the_week_only_rises_until_it_resets() -> None:
    weeks = [percent(look(moment), "weekly") for moment in MOMENTS]
    assert sum(1 for before, after in itertools.pairwise(weeks) if after < before) in (2, 3)


@pytest.mark.parametrize(
    ("limit_id", "threshold"), [("session", 75.0), ("session", 100.0), ("weekly:fable", 75.0)]
)
def test_the_days_show_every_level(limit_id: str, threshold: float) -> None:
    shown = [percent(look(moment), limit_id) for moment in MOMENTS]
    assert min(shown) < threshold <= max(shown)


def test_web_mode_has_two_organizations_and_shows_the_chosen_one() -> None:
    first, second = look(MOMENTS[0], Mode.WEB), look(MOMENTS[0], Mode.WEB, lambda: SCHOOL_ID)
    assert (first.account.organization, second.account.organization) == (STUDIO, SCHOOL)
    assert percent(first, "weekly") != percent(second, "weekly")
    source = DemoSource(clock=FakeClock(MOMENTS[0]), mode=Mode.WEB)
    outcome = asyncio.run(source.fetch(Reason.INTERVAL))
    assert isinstance(outcome, Fetched)
    assert [organization.id for organization in outcome.organizations] == [STUDIO_ID, SCHOOL_ID]
    assert source.budget is None
    assert asyncio.run(source.credentials_stamp()) is None
