"""The alerts of the running app: one notification for a burst, muting, quiet hours, and what is saved."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.silence import Fate, MuteFor
from claudometer.domain.forecasting.outlook import Outlook
from claudometer.present.alerts import Urgency
from claudometer.present.menu_entries import Action
from claudometer.store.connecting import FILE_NAME, connect
from tests.processes.alerting import SETTLED_S, near
from tests.readings import fable, reading, session, snapshot, weekly

if TYPE_CHECKING:
    from tests.processes.alerting import Alerting

HOUR_S = 3600.0


def test_a_burst_is_one_notification_with_the_most_urgent_first(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        now = alerting.time.now()
        week = now + timedelta(days=3)
        titles = await alerting.see(near(alerting, 91), weekly(76, week), fable(100, week))
        assert titles == ["Fable: weekly limit reached"]
        (bubble,) = alerting.bubbles
        assert bubble.body.splitlines() == [
            "Other models still work. Resets Thu 00:00.",
            "Session: 91\u00a0% used",
            "Weekly: 76\u00a0% used",
        ]
        assert bubble.urgency is Urgency.CRITICAL
        open_button, mute_button = bubble.buttons
        assert (open_button.action, open_button.value) == (Action.OPEN_WINDOW, "weekly:fable")
        assert (mute_button.action, mute_button.value) == (Action.MUTE_LIMITS, "session weekly")

    alerting.run(steps)


def test_what_follows_within_seconds_belongs_to_the_same_burst(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        end = alerting.time.now() + timedelta(hours=3)
        alerting.engine.show(snapshot(reading(session(91, end), fetched_at=alerting.time.now())))
        await asyncio.sleep(2)
        week = end + timedelta(days=2)
        assert await alerting.see(session(93, end), weekly(80, week)) == ["Session: 93\u00a0% used"]
        assert len(alerting.bubbles) == 1

    alerting.run(steps)


def test_an_alert_is_shown_once_over_restarts_and_listed_even_if_the_desktop_did_not_take_it(
    alerting: Alerting,
) -> None:
    async def steps(_: Alerting) -> None:
        alerting.taken = False
        limit = near(alerting, 80)
        assert await alerting.see(limit) == ["Session: 80\u00a0% used"]
        await alerting.restart()
        assert await alerting.see(limit) == []
        (record,) = alerting.alerts.records
        assert (record.title, record.taken, record.threshold) == ("Session: 80\u00a0% used", False, 75)

    alerting.run(steps)


def test_in_a_home_that_cannot_be_written_an_alert_is_shown_once_and_saved_when_that_works(
    alerting: Alerting,
) -> None:
    blocked = alerting.folder / FILE_NAME
    blocked.mkdir()  # in the place of the file

    async def steps(_: Alerting) -> None:
        limit = near(alerting, 80)
        assert await alerting.see(limit) == ["Session: 80\u00a0% used"]
        assert await alerting.see(limit) == []
        assert [each.taken for each in alerting.alerts.records] == [True]
        blocked.rmdir()
        assert await alerting.see(limit) == []
        await alerting.restart()
        assert await alerting.see(limit) == []
        assert [each.taken for each in alerting.alerts.records] == [True]

    alerting.run(steps)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"memory": 4, "silence": "x"}'])
def test_a_damaged_memory_is_replaced(alerting: Alerting, content: str) -> None:
    with closing(connect(alerting.folder / FILE_NAME)) as database:
        database.execute("INSERT INTO alert_memory VALUES (1, ?)", (content,))
        database.execute("INSERT INTO alerts VALUES (1, 1, '', '', '', 'x', 'y', '', '', 'unknown', 'z')")

    async def steps(_: Alerting) -> None:
        assert await alerting.see(near(alerting, 80)) == ["Session: 80\u00a0% used"]
        await alerting.restart()
        await asyncio.sleep(1)
        assert [each.title for each in alerting.alerts.records] == ["Session: 80\u00a0% used"]

    alerting.run(steps)


def test_a_damaged_history_is_set_aside_and_the_running_app_repeats_nothing(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        limit = near(alerting, 80)
        assert await alerting.see(limit) == ["Session: 80\u00a0% used"]
        (alerting.folder / FILE_NAME).write_bytes(b"no database" * 1000)
        assert await alerting.see(limit) == []
        assert await alerting.see(near(alerting, 91)) == ["Session: 91\u00a0% used"]
        await alerting.restart()
        assert await alerting.see(limit) == []

    alerting.run(steps)


def test_muted_alerts_are_listed_and_not_shown_later(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        await alerting.alerts.mute(MuteFor.ONE_HOUR)
        limit = near(alerting, 80)
        assert await alerting.see(limit) == []
        assert [each.fate for each in alerting.alerts.records] == [Fate.MUTED]
        await asyncio.sleep(HOUR_S)
        assert await alerting.see(limit) == []
        assert await alerting.see(near(alerting, 91, hours=2)) == ["Session: 91\u00a0% used"]

    alerting.run(steps)


def test_silence_survives_a_restart_and_can_be_ended(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        await alerting.alerts.mute(MuteFor.FOUR_HOURS)
        await alerting.restart()
        await asyncio.sleep(1)
        assert alerting.alerts.silence.until == alerting.time.start + timedelta(hours=4)
        await alerting.alerts.mute(MuteFor.OFF)
        assert await alerting.see(near(alerting, 80)) == ["Session: 80\u00a0% used"]

    alerting.run(steps)


def test_mute_until_reset_on_a_bubble_concerns_its_limits_until_each_resets(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        first = near(alerting, 80)
        week = alerting.time.now() + timedelta(days=3)
        await alerting.see(first)
        await alerting.alerts.mute_limits(["session"])
        assert await alerting.see(session(95, first.resets_at)) == []
        assert await alerting.see(session(96, first.resets_at), weekly(75, week)) == [
            "Weekly: 75\u00a0% used"
        ]
        await asyncio.sleep(3 * HOUR_S)
        assert await alerting.see(session(0, None)) == ["Your session has reset"]
        assert await alerting.see(near(alerting, 76, hours=5)) == ["Session: 76\u00a0% used"]

    alerting.run(steps)


@pytest.mark.parametrize("is_by_menu", [True, False])
def test_an_early_reset_with_an_unchanged_reset_time_is_reported_and_ends_the_mute(
    alerting: Alerting, *, is_by_menu: bool
) -> None:
    async def steps(_: Alerting) -> None:
        end = near(alerting, 100).resets_at
        assert await alerting.see(session(100, end)) == ["Session limit reached"]
        if is_by_menu:
            await alerting.alerts.mute(MuteFor.UNTIL_RESET)
        else:
            await alerting.alerts.mute_limits(["session"])
        assert await alerting.see(session(2, end)) == []
        await alerting.restart()
        assert await alerting.see(session(3, end)) == ["Your session has reset"]
        assert await alerting.see(session(76, end)) == ["Session: 76\u00a0% used"]
        assert await alerting.see(session(77, end)) == []

    alerting.run(steps)


def test_until_the_reset_without_a_reset_changes_nothing(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        assert await alerting.alerts.mute(MuteFor.UNTIL_RESET) is None
        assert alerting.alerts.silence.until is None

    alerting.run(steps)


def test_quiet_hours_hold_alerts_back_and_give_one_summary(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:  # it is Monday, midnight
        await alerting.change(quiet_hours=True, quiet_from="22:00", quiet_to="08:00")
        assert await alerting.see(near(alerting, 80)) == []
        assert await alerting.see(near(alerting, 91)) == []
        await alerting.restart()
        await asyncio.sleep(8 * HOUR_S)
        (bubble,) = alerting.bubbles
        assert bubble.title == "2 alerts from your quiet hours"
        assert [line[6:] for line in bubble.body.splitlines()] == [
            "Session: 80\u00a0% used",
            "Session: 91\u00a0% used",
        ]
        assert [(each.fate, each.taken) for each in alerting.alerts.records] == [(Fate.SHOWN, True)] * 2
        await asyncio.sleep(24 * HOUR_S)
        assert len(alerting.bubbles) == 1

    alerting.run(steps)


def test_switching_quiet_hours_off_gives_the_summary_at_once(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        await alerting.change(quiet_hours=True, quiet_from="00:00", quiet_to="00:00")
        assert await alerting.see(near(alerting, 80)) == []
        await alerting.change(quiet_hours=False)
        assert [bubble.title for bubble in alerting.bubbles] == ["1 alert from your quiet hours"]

    alerting.run(steps)


def test_a_weekend_of_sleep_is_one_notification(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        week = alerting.time.now() + timedelta(days=2)
        assert await alerting.see(near(alerting, 95), weekly(92, week)) == ["Session: 95\u00a0% used"]
        alerting.time.suspend(60 * HOUR_S)
        next_week = week + timedelta(days=7)
        titles = await alerting.see(near(alerting, 78, hours=2), weekly(3, next_week), fable(76, next_week))
        assert titles == ["Session: 78\u00a0% used"]
        assert alerting.bubbles[-1].body.splitlines()[1:] == ["Fable: 76\u00a0% used", "Your week has reset"]

    alerting.run(steps)


def test_thresholds_take_effect_at_once(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        assert await alerting.see(near(alerting, 60)) == []
        await alerting.change(alert_thresholds=(50,))
        assert [bubble.title for bubble in alerting.bubbles] == ["Session: 60\u00a0% used"]
        await alerting.change(alert_thresholds=())
        assert await alerting.see(near(alerting, 100)) == []

    alerting.run(steps)


def test_a_limit_that_is_switched_off_takes_effect_at_once_also_when_it_comes_back(
    alerting: Alerting,
) -> None:
    async def steps(_: Alerting) -> None:
        week = alerting.time.now() + timedelta(days=2)
        await alerting.change(alert_limits_off=("weekly:fable",))
        assert await alerting.see(near(alerting, 60), fable(80, week)) == []
        assert await alerting.see(near(alerting, 60)) == []
        assert await alerting.see(near(alerting, 80), fable(95, week)) == ["Session: 80\u00a0% used"]
        await alerting.change(alert_limits_off=())
        assert alerting.bubbles[-1].title == "Fable: 95\u00a0% used"

    alerting.run(steps)


def test_percents_of_one_limit_take_effect_at_once_also_where_all_others_have_none(
    alerting: Alerting,
) -> None:
    async def steps(_: Alerting) -> None:
        await alerting.change(alert_thresholds=(), alert_own_thresholds={"session": (50,)})
        week = alerting.time.now() + timedelta(days=2)
        assert await alerting.see(near(alerting, 60), fable(80, week)) == ["Session: 60\u00a0% used"]
        await alerting.change(alert_own_thresholds={"weekly:fable": (80,)})
        assert alerting.bubbles[-1].title == "Fable: 80\u00a0% used"

    alerting.run(steps)


def test_a_forecast_is_reported_in_the_words_of_every_surface(alerting: Alerting) -> None:
    async def steps(_: Alerting) -> None:
        now = alerting.time.now()
        full_at = (now + timedelta(hours=1, minutes=2)).timestamp()
        outlook = Outlook(full_at, full_at, full_at, None, 90.0, 100.0)
        shown = snapshot(reading(session(60, now + timedelta(hours=3)), fetched_at=now))
        titles = await alerting.show(replace(shown, outlooks=(("session", outlook),)))
        assert titles == ["Session full about 01:00 at this pace"]
        assert alerting.bubbles[0].body == "2\u00a0h before it resets. 60\u00a0% used now."

    alerting.run(steps)


def test_a_desktop_that_hangs_stops_nothing(alerting: Alerting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_bubble: object) -> bool:
        await asyncio.sleep(15)
        return False

    async def steps(_: Alerting) -> None:
        monkeypatch.setattr(alerting.alerts, "_show", hang)
        await alerting.see(near(alerting, 80))
        assert alerting.alerts.records[0].taken is None
        await asyncio.sleep(15 + SETTLED_S)
        assert alerting.alerts.records[0].taken is False

    alerting.run(steps)
