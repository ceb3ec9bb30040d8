"""Tests the pause between two requests through the browser: the status shown, and the result of a click."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Challenged, Fetched, Status
from claudometer.domain.secret import Secret
from claudometer.domain.usage import Mode, Source
from claudometer.engine.dependencies import Overrides
from claudometer.engine.requester import RefreshAnswer
from tests.clocks import NOON
from tests.readings import account, reading
from tests.settings_with import settings_with

if TYPE_CHECKING:
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench

THROUGH_BROWSER = replace(reading(), source=Source.BROWSER, account=account(Mode.WEB))
UNTIL = NOON + timedelta(seconds=300)  # the pause between two requests through the browser
RESTING = Challenged(ErrorCode.BROWSER_RESTING, UNTIL)


@pytest.fixture
def engine(bench: Bench) -> Engine:
    """An engine in web mode whose next outcome comes through the browser."""
    bench.overrides = Overrides(mode=Mode.WEB, session_key=Secret("sk-ant-sid02-made-up-for-this-test"))
    bench.web.answers = deque([Fetched(THROUGH_BROWSER)])
    return bench.engine()


def poll(engine: Engine) -> None:
    asyncio.run(engine.poll_once())


def test_the_status_stays_ok_during_the_pause(bench: Bench, engine: Engine) -> None:
    poll(engine)
    bench.web.answers = deque([RESTING])
    bench.clock.advance(60)
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.problem is None
    assert engine.snapshot.reading == THROUGH_BROWSER
    assert engine.snapshot.next_poll == Poll(UNTIL, Reason.BROWSER)


def test_the_pause_is_a_problem_when_there_are_no_numbers(bench: Bench, engine: Engine) -> None:
    bench.web.answers = deque([RESTING])
    poll(engine)
    assert engine.snapshot.status is Status.CHALLENGED
    assert engine.snapshot.problem is not None
    assert (engine.snapshot.problem.code, engine.snapshot.problem.until) == (RESTING.code, UNTIL)


def test_a_click_during_the_pause_sends_nothing_and_returns_its_end(bench: Bench, engine: Engine) -> None:
    poll(engine)
    bench.clock.advance(299)
    assert asyncio.run(engine.refresh()) == RefreshAnswer(accepted=False, until=UNTIL, browser=True)
    assert bench.web.requests == 1


@pytest.mark.parametrize("wanted", [True, False])
def test_the_browser_setting_is_saved(bench: Bench, wanted: bool) -> None:
    form = asyncio.run(bench.engine().save({"ask_through_browser": wanted}))
    assert form["ask_through_browser"] == {"enabled": wanted, "available": False}
    assert bench.saved() == settings_with(ask_through_browser=wanted)
    assert bench.wants_browser() is wanted


def test_a_key_is_tested_with_the_browser_setting_of_the_same_form(bench: Bench) -> None:
    params = {
        "mode": "web",
        "session_key": "sk-ant-sid02-made-up-for-this-test",
        "ask_through_browser": False,
    }
    asyncio.run(bench.engine().save(params))
    assert bench.wants_browser() is False
