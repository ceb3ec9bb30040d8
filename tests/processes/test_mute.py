"""What is muted, and what the user is told of it, in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.silence import MuteFor
from claudometer.domain.region import UTC_REGION
from claudometer.domain.usage import AccountId
from claudometer.present.messages.mute import NO_RESET
from claudometer.processes.alert_answers import AlertAnswers
from tests.processes.alerting import Alerting
from tests.readings import reading, session, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import Limit


@pytest.fixture
def alerting(tmp_path: Path) -> Alerting:
    made = Alerting(tmp_path)
    made.engine.snapshot = snapshot(reading(session(1, None), fetched_at=made.time.now()))
    return made


def near(alerting: Alerting, percent: float) -> Limit:
    return session(percent, alerting.time.now() + timedelta(hours=3))


def test_mute_until_reset_concerns_the_account_that_the_bubble_was_about(alerting: Alerting) -> None:
    def of_other_account(*limits: Limit) -> Snapshot:
        shown = reading(*limits, fetched_at=alerting.time.now())
        return snapshot(replace(shown, account=replace(shown.account, id=AccountId("account-2"))))

    async def steps(_: Alerting) -> None:
        limit = near(alerting, 76)
        assert await alerting.see(limit) == ["Session: 76\u00a0% used"]
        await alerting.show(of_other_account(near(alerting, 10)))
        await alerting.alerts.mute_limits(["session"])  # on the bubble that still stands there
        assert await alerting.show(of_other_account(near(alerting, 91))) == ["Session: 91\u00a0% used"]
        assert await alerting.see(session(92, limit.resets_at)) == []

    alerting.run(steps)


@pytest.mark.parametrize("choice", [MuteFor.TOMORROW, MuteFor.UNTIL_RESET])
def test_muting_for_the_same_time_again_is_accepted(alerting: Alerting, choice: MuteFor) -> None:
    mute = AlertAnswers(alerting.alerts, alerting.time, lambda: UTC_REGION).operations()["mute"]

    async def steps(_: Alerting) -> None:
        assert (await mute({"for": "until-reset"})) == {"accepted": False, "message": NO_RESET}
        await alerting.see(near(alerting, 10))
        first = await mute({"for": choice})
        assert first["accepted"]
        await asyncio.sleep(1)
        assert await mute({"for": choice}) == first

    alerting.run(steps)


def test_without_a_reset_ahead_until_the_reset_is_refused_also_while_muted(alerting: Alerting) -> None:
    mute = AlertAnswers(alerting.alerts, alerting.time, lambda: UTC_REGION).operations()["mute"]

    async def steps(_: Alerting) -> None:
        until = await alerting.alerts.mute(MuteFor.ONE_HOUR)
        assert (await mute({"for": "until-reset"})) == {"accepted": False, "message": NO_RESET}
        assert alerting.alerts.silence.until == until

    alerting.run(steps)
