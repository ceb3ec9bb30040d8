"""What is muted, and what menu, window and terminal say about it, in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.silence import MuteFor
from claudometer.domain.region import UTC_REGION
from claudometer.domain.usage import AccountId
from claudometer.present.menu_entries import Action
from claudometer.present.messages.mute import NO_RESET
from claudometer.processes.alert_answers import AlertAnswers
from tests.processes.alerting import near
from tests.readings import reading, session, snapshot, weekly

if TYPE_CHECKING:
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import Limit
    from tests.processes.alerting import Alerting

REFUSED = {"accepted": False, "message": NO_RESET.format(program="claudometer")}


def test_mute_until_reset_concerns_the_account_that_the_bubble_was_about(alerting: Alerting) -> None:
    def of_other_account(*limits: Limit) -> Snapshot:
        shown = reading(*limits, fetched_at=alerting.time.now())
        return snapshot(replace(shown, account=replace(shown.account, id=AccountId("account-2"))))

    async def steps(_: Alerting) -> None:
        limit = near(alerting, 76)
        assert await alerting.see(limit) == ["Session: 76\u00a0% used"]
        await alerting.show(of_other_account(near(alerting, 10)))
        await alerting.alerts.mute_limits(["session"])  # on the bubble that is still shown
        assert await alerting.show(of_other_account(near(alerting, 91))) == ["Session: 91\u00a0% used"]
        assert await alerting.see(session(92, limit.resets_at)) == []

    alerting.run(steps)


@pytest.mark.parametrize("choice", [MuteFor.TOMORROW, MuteFor.UNTIL_RESET])
def test_muting_for_the_same_time_again_is_accepted(alerting: Alerting, choice: MuteFor) -> None:
    mute = AlertAnswers(alerting.alerts, alerting.time, lambda: UTC_REGION, demo=False).operations()["mute"]

    async def steps(_: Alerting) -> None:
        assert (await mute({"for": "until-reset"})) == REFUSED
        await alerting.see(near(alerting, 10))
        first = await mute({"for": choice})
        assert first["accepted"]
        await asyncio.sleep(1)
        assert await mute({"for": choice}) == first

    alerting.run(steps)


def test_without_a_reset_ahead_until_the_reset_is_refused_also_while_muted(alerting: Alerting) -> None:
    mute = AlertAnswers(alerting.alerts, alerting.time, lambda: UTC_REGION, demo=False).operations()["mute"]

    async def steps(_: Alerting) -> None:
        until = await alerting.alerts.mute(MuteFor.ONE_HOUR)
        assert (await mute({"for": "until-reset"})) == REFUSED
        assert alerting.alerts.silence.until == until

    alerting.run(steps)


def test_until_the_reset_ends_when_the_reset_comes_early(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        await alerting.see(near(alerting, 60))
        assert await alerting.alerts.mute(MuteFor.UNTIL_RESET) is not None
        assert await alerting.see(near(alerting, 95)) == []
        later = alerting.time.now() + timedelta(hours=5)
        assert await alerting.see(session(1, later)) == []
        await alerting.restart()
        # The second answer confirms the reset, so that is reported, and so is the next window.
        assert await alerting.see(session(2, later)) == ["Your session has reset"]
        assert alerting.alerts.silence.until is None
        assert await alerting.see(session(76, later)) == ["Session: 76\u00a0% used"]

    alerting.run(steps)


def test_the_demo_names_its_own_commands(alerting: Alerting) -> None:
    mute = AlertAnswers(alerting.alerts, alerting.time, lambda: UTC_REGION, demo=True).operations()["mute"]

    async def steps(_: Alerting) -> None:
        for choice in (MuteFor.UNTIL_RESET, MuteFor.ONE_HOUR):
            assert "“claudometer --demo mute " in str((await mute({"for": choice}))["message"])

    alerting.run(steps)


def test_one_limit_can_be_unmuted_alone(alerting: Alerting) -> None:
    answers = AlertAnswers(alerting.alerts, alerting.time, lambda: UTC_REGION, demo=False).operations()

    async def steps(_: Alerting) -> None:
        week = alerting.time.now() + timedelta(days=2)
        await alerting.see(near(alerting, 80), weekly(80, week))
        await alerting.alerts.mute_limits(["session", "weekly"])
        panel = (await answers["alerts"]({}))["panel"]
        assert [(row["limit"], row["text"]) for row in panel["silences"]] == [  # type: ignore[index]
            ("session", "Session: muted until 03:00"),
            ("weekly", "Weekly: muted until Wed 00:00"),
        ]
        unmute = {"do": "unmute", "account": "claude/account-1", "limit": "session"}
        panel = (await answers["alerts"](unmute))["panel"]
        assert [row["limit"] for row in panel["silences"]] == ["weekly"]  # type: ignore[index]
        titles = await alerting.see(near(alerting, 91), weekly(91, week))
        assert titles == ["Session: 91\u00a0% used"]
        assert (await answers["alerts"]({"do": "unmute"}))["panel"]["silences"] == []  # type: ignore[index]

    alerting.run(steps)


def test_a_bubble_has_no_mute_button_without_a_reset_time(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        await alerting.see(session(80, None))
        assert [button.label for button in alerting.bubbles[-1].buttons] == ["Open"]
        assert alerting.bubbles[-1].buttons[0].value == "session"
        week = alerting.time.now() + timedelta(days=2)
        await alerting.see(session(91, None), weekly(91, week))
        mute = alerting.bubbles[-1].buttons[-1]
        assert (mute.action, mute.value) == (Action.MUTE_LIMITS, "weekly")

    alerting.run(steps)
