"""The alerts that are saved over restarts, with a disk that is slow or fails at the start."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.silence import MuteFor
from claudometer.store.alerts import KeptAlerts
from claudometer.store.connecting import FILE_NAME
from claudometer.store.history import History
from tests.processes.alerting import SETTLED_S, near
from tests.readings import session, weekly

if TYPE_CHECKING:
    from claudometer.domain.alerts.past_alerts import Kept
    from tests.processes.alerting import Alerting


def test_a_disk_that_is_slow_at_the_start_costs_no_past_alert_and_no_silence(
    alerting: Alerting, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, broken = KeptAlerts.read, False

    def read_or_fail(kept: KeptAlerts) -> Kept:
        if broken:
            raise OSError("the disk hangs")
        return read(kept)

    monkeypatch.setattr(KeptAlerts, "read", read_or_fail)

    async def steps(_: Alerting) -> None:
        nonlocal broken
        first, week = near(alerting, 80), alerting.time.now() + timedelta(days=3)
        await alerting.see(first)
        await alerting.alerts.mute(MuteFor.FOUR_HOURS)
        muted_until = alerting.alerts.silence.until
        broken = True
        await alerting.restart()
        assert await alerting.see(first, weekly(76, week)) == ["Session: 80\u00a0% used"], (
            "shown for this run"
        )
        await alerting.alerts.mute_limits(["weekly"])
        broken = False
        await asyncio.sleep(60 + SETTLED_S)
        for _restart in range(2):
            assert alerting.alerts.silence.until == muted_until
            assert alerting.alerts.silence.limits
            titles = ["Session: 80\u00a0% used"] * 2 + ["Weekly: 76\u00a0% used"]
            assert sorted(each.title for each in alerting.alerts.records) == titles
            assert await alerting.see(first, weekly(77, week)) == []
            await alerting.restart()
            await asyncio.sleep(1)
        await alerting.alerts.mute(MuteFor.OFF)
        assert await alerting.see(first, weekly(77, week)) == [], "shown in the run that could not read"
        assert await alerting.see(near(alerting, 91)) == ["Session: 91\u00a0% used"]

    alerting.run(steps)


def test_a_file_that_cannot_be_read_at_the_start_loses_nothing(alerting: Alerting) -> None:
    path = alerting.folder / FILE_NAME
    elsewhere = path.with_name("elsewhere")

    async def steps(_: Alerting) -> None:
        first = near(alerting, 80)
        await alerting.see(first)
        await alerting.alerts.mute(MuteFor.FOUR_HOURS)
        muted_until = alerting.alerts.silence.until
        alerting.close()
        path.rename(elsewhere)
        path.mkdir()
        await alerting.restart()
        assert await alerting.see(session(91, first.resets_at)) == ["Session: 91\u00a0% used"]
        path.rmdir()
        elsewhere.rename(path)
        await asyncio.sleep(60 + SETTLED_S)
        for _restart in range(2):
            assert alerting.alerts.silence.until == muted_until
            assert [each.threshold for each in alerting.alerts.records] == [75, 90]
            await alerting.restart()
            await asyncio.sleep(1)

    alerting.run(steps)


def test_a_mute_while_the_disk_is_read_is_not_undone(
    alerting: Alerting, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, reads = KeptAlerts.read, []

    def slowly(kept: KeptAlerts) -> Kept:
        reads.append(kept)
        time.sleep(0.2)
        return read(kept)

    async def mute_a_limit(_: Alerting) -> None:
        await alerting.see(near(alerting, 80))
        await alerting.alerts.mute_limits(["session"])

    async def start_and_mute() -> None:  # in real time, so that the disk is slow
        running = asyncio.create_task(alerting.alerts.run())
        until = await alerting.alerts.mute(MuteFor.ONE_HOUR)
        silence = alerting.alerts.silence
        assert silence.until == until
        assert silence.limits, "what was muted before"
        await asyncio.sleep(0.5)
        assert alerting.alerts.silence == silence
        running.cancel()

    alerting.run(mute_a_limit)
    alerting.recreate()
    monkeypatch.setattr(KeptAlerts, "read", slowly)
    asyncio.run(start_and_mute())
    alerting.close()
    assert len(reads) == 1


@pytest.mark.parametrize("is_list_open", [False, True])
def test_past_alerts_that_another_program_clears_do_not_come_back(
    alerting: Alerting, is_list_open: bool
) -> None:
    async def steps(_: Alerting) -> None:
        assert await alerting.see(near(alerting, 80)) == ["Session: 80\u00a0% used"]
        with closing(History(alerting.folder / FILE_NAME)) as other:
            assert other.clear()
        if is_list_open:
            await alerting.alerts.forget_cleared()
            assert alerting.alerts.records == ()
        assert await alerting.see(near(alerting, 81)) == [], "shown already"
        assert await alerting.see(near(alerting, 91)) == ["Session: 91\u00a0% used"]
        for _restart in range(2):
            assert [each.title for each in alerting.alerts.records] == ["Session: 91\u00a0% used"]
            await alerting.restart()
            await asyncio.sleep(1)

    alerting.run(steps)
