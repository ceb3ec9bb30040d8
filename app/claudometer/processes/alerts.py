"""Alerts the user: finds what is due in each snapshot, saves that, and shows one notification for a burst.

An alert is saved before it is shown, so that a crash in between cannot make it appear twice. What cannot be
saved is remembered for this run. Runs on the loop.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.alerts.due import find_due
from claudometer.domain.alerts.early_resets import followed
from claudometer.domain.alerts.granted_resets import begun
from claudometer.domain.alerts.merging import merged
from claudometer.domain.alerts.past_alerts import Kept, ends_of, with_told
from claudometer.domain.alerts.silence import Fate, MuteFor, Silence, fate_of, muted_until
from claudometer.domain.events import AlertsChanged, SettingsChanged, SnapshotChanged
from claudometer.engine.alert_settings import quiet_hours_of, rules_of
from claudometer.present.mute import mute_entry
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from claudometer.domain.alerts.model import AccountLimit, Alert, Memory
    from claudometer.domain.alerts.past_alerts import AlertRecord
    from claudometer.domain.clock import Clock
    from claudometer.domain.region import Region
    from claudometer.present.alerts import AlertText, Bubble
    from claudometer.present.menu_entries import Entry
    from claudometer.present.view import AccountView
    from claudometer.processes.alert_ports import AlertEngine, AlertStore
    from claudometer.processes.presenter import ViewSource

log = logging.getLogger(__name__)

SETTLE_S = 5.0
"""Alerts within this time become one notification: after a sleep, sources answer one after the other."""

TIMER_MARGIN_S = 0.5
"""Added to each pause: clock and timer differ slightly, and a wake-up that is too early does nothing."""

READ_AGAIN_S = 60.0
"""When to read the store again after a failure: a disk that is slow at login is there soon after."""

LONGEST_PAUSE_S = 3600.0
"""The longest wait for the end of quiet hours, because somebody may set the clock meanwhile."""


class Alerts:
    """Finds, shows and saves alerts. Every method is called on the loop.

    Args:
        show: shows a notification, and returns whether the desktop took it. Raises nothing.
        store: ``None`` to remember everything for this run only.
        is_silent: never alert, as in the demo, whose numbers are made up.
    """

    def __init__(  # noqa: PLR0913 - named by their words
        self,
        engine: AlertEngine,
        views: ViewSource,
        clock: Clock,
        *,
        show: Callable[[Bubble], Awaitable[bool]],
        store: AlertStore | None,
        is_silent: bool = False,
    ) -> None:
        self._engine = engine
        self._views = views
        self._clock = clock
        self._show = show
        self._store = store
        self._is_silent = is_silent
        self._kept = Kept()
        self._changed = asyncio.Event()
        self._loaded = False
        self._loading = asyncio.Lock()
        self._early_changes: list[Callable[[Silence], Silence]] = []  # made before the store was read
        self._failed = False

    @property
    def silence(self) -> Silence:
        """What is muted."""
        return self._kept.silence

    @property
    def records(self) -> Sequence[AlertRecord]:
        """The latest alerts, oldest first."""
        return self._kept.records

    def names(self) -> dict[str, str]:
        """Return the names of the limits that the account has, by their ids."""
        reading = self._engine.snapshot.reading
        return {each.id: each.label for each in reading.limits} if reading else {}

    def menu(self, view: AccountView) -> Entry:
        """Return the menu entry that mutes alerts, or shows them again."""
        return mute_entry(view, self._kept.silence, self._views.region)

    async def run(self) -> None:
        """Check now and whenever something changes, until canceled."""
        await self._load()
        bus = self._engine.bus
        unsubscribe = [
            bus.subscribe(kind, self._wake) for kind in (SnapshotChanged, SettingsChanged, AlertsChanged)
        ]
        try:
            while True:
                self._changed.clear()  # before the check: a change from here on is not lost
                await self._check()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pause_s()):
                        await self._changed.wait()
        finally:
            for stop in unsubscribe:
                stop()

    async def mute(self, choice: MuteFor) -> datetime | None:
        """Mute all alerts for as long as chosen, or unmute them; return until when this choice mutes them.

        ``None`` if it unmutes them; also if it is the next reset and none is ahead, which changes nothing.
        """
        now = self._clock.now()
        account, resets = self._account(), self._resets()
        until = muted_until(choice, now, self._views.region.zone, resets.values())
        ends = ((account, limit) for limit, end in resets.items() if end == until)
        reset_of = next(ends, None) if choice is MuteFor.UNTIL_RESET else None

        def muted(silence: Silence) -> Silence:
            return Silence() if choice is MuteFor.OFF else silence.until_time(until, now, reset_of)

        await self._change_silence(muted)
        return until

    async def mute_limits(self, limits: Iterable[str]) -> None:
        """Mute the alerts of these limits, each until its reset, for the account last alerted about it."""
        await self._load()
        now = self._clock.now()
        ends = ends_of(limits, self._kept.records, self._account(), self._resets())
        await self._change_silence(lambda silence: silence.with_limits(ends, now))

    async def unmute_limit(self, limit: AccountLimit) -> None:
        """Unmute the alerts of one limit."""
        await self._change_silence(lambda silence: silence.without_limit(limit))

    async def test(self) -> bool:
        """Show a test notification, even while alerts are muted, and return whether the desktop took it."""
        from claudometer.present.alerts import sample_bubble  # noqa: PLC0415 - see `_texts_of`

        return await self._show(sample_bubble())

    async def _change_silence(self, change: Callable[[Silence], Silence]) -> None:
        await self._load()
        silence = change(self._kept.silence)
        if not self._loaded:
            self._early_changes.append(change)
        await self._save(replace(self._kept, silence=silence))
        self._engine.bus.publish(AlertsChanged())

    def _account(self) -> str:
        """Return the shown account's key as alerts have it, "" without a reading."""
        reading = self._engine.snapshot.reading
        return str(reading.key) if reading else ""

    def _resets(self) -> dict[str, datetime]:
        """Return when each limit window that is not over ends, by the limit's id."""
        reading, now = self._engine.snapshot.reading, self._clock.now()
        limits = reading.limits if reading else ()
        return {each.id: each.resets_at for each in limits if each.resets_at and each.resets_at > now}

    async def _load(self) -> None:
        """Read the store, once. As long as that fails, nothing is written, so that nothing is lost."""
        async with self._loading:
            if self._loaded:
                return
            try:
                earlier = await off_loop(self._store.read) if self._store is not None else Kept()
            except OSError as error:  # also a timeout
                level = logging.DEBUG if self._failed else logging.WARNING
                log.log(level, "earlier alerts cannot be read yet: %s", error)
                self._failed = True
                return
            self._kept = merged(earlier, self._kept, self._early_changes)
            self._early_changes.clear()
            self._loaded = True

    async def _check(self) -> None:
        if self._is_silent:
            return
        await self._load()
        memory, due = self._due()
        if due:
            await asyncio.sleep(SETTLE_S)
            memory, due = self._due()
        now, settings, region = self._clock.now(), self._engine.settings, self._views.region
        silence = followed(self._kept.silence, self._engine.snapshot, now, begun(self._kept.memory, memory))
        is_other_silence = silence != self._kept.silence
        kept = replace(self._kept, memory=memory, silence=silence)
        said = self._texts_of(due)
        quiet = quiet_hours_of(settings)
        is_quiet = quiet is not None and quiet.contain(now, region.zone)
        fates = [(each, fate_of(each.alert, kept.silence, quiet, region.zone)) for each in said]
        held = [] if is_quiet or kept.silence.is_on(now) else self._held_back()
        records = with_told(kept.records, held, [each.record(fate) for each, fate in fates])
        kept = replace(kept, records=records)
        if kept == self._kept and not self._failed:
            return
        await self._save(kept)
        await self._show_all([each for each, fate in fates if fate is Fate.SHOWN], held, now, region)
        if fates or held or is_other_silence:
            self._engine.bus.publish(AlertsChanged())

    def _pause_s(self) -> float | None:
        """Return when to check again without a change, for held-back alerts or a store not read yet."""
        retry_s = LONGEST_PAUSE_S if self._loaded else READ_AGAIN_S
        if not self._held_back():
            return None if self._loaded else retry_s
        now, zone = self._clock.now(), self._views.region.zone
        quiet, until = quiet_hours_of(self._engine.settings), self._kept.silence.until
        ends = [quiet.next_end(now, zone)] if quiet is not None and quiet.contain(now, zone) else []
        ends += [until] if until is not None and until > now else []
        left_s = min(((end - now).total_seconds() for end in ends), default=LONGEST_PAUSE_S)
        return min(left_s + TIMER_MARGIN_S, retry_s)

    def _due(self) -> tuple[Memory, tuple[Alert, ...]]:
        """Return what to remember now, and what is due."""
        rules, now = rules_of(self._engine.settings), self._clock.now()
        return find_due(self._kept.memory, self._engine.snapshot, now, rules)

    def _texts_of(self, due: Sequence[Alert]) -> list[AlertText]:
        """Return title and body of each alert."""
        if not due:
            return []
        # Imported with the first alert: until then, its words would only take memory.
        from claudometer.present.alerts import say  # noqa: PLC0415

        view, region = self._views.view(), self._views.region
        return [say(alert, view, region) for alert in due]

    def _held_back(self) -> list[AlertRecord]:
        return [each for each in self._kept.records if each.fate is Fate.HELD]

    async def _show_all(
        self, said: Sequence[AlertText], held: Sequence[AlertRecord], now: datetime, region: Region
    ) -> None:
        """Show one notification for all alerts, and save whether the desktop took it."""
        from claudometer.present.alerts import bubble_for  # noqa: PLC0415 - see `_texts_of`
        from claudometer.present.held_alerts import HeldAlert, summary_of  # noqa: PLC0415 - see `_texts_of`

        if held:
            lines = [HeldAlert(each.at, each.title) for each in held]
            lines += [HeldAlert(each.alert.at, each.title) for each in said]
            bubble = summary_of(lines, now, region)
        elif said:
            bubble = bubble_for(said, remaining=self._views.view().remaining)
        else:
            return
        taken = await self._show(bubble)
        told = {(each.at, each.title) for each in held} | {(each.alert.at, each.title) for each in said}
        records = tuple(
            replace(each, taken=taken) if (each.at, each.title) in told else each
            for each in self._kept.records
        )
        await self._save(replace(self._kept, records=records))

    async def _save(self, kept: Kept) -> None:
        self._kept = kept
        if self._store is None or not self._loaded:  # before it was read, a write would replace what it has
            return
        try:
            self._failed = not await off_loop(self._store.write, kept)
        except OSError as error:  # a timeout: the disk hangs
            log.warning("alerts cannot be saved yet: %s", error)
            self._failed = True
        self._kept = replace(self._kept, records=self._store.left(self._kept.records))

    async def forget_cleared(self) -> None:
        """Drop the past alerts that the user has cleared in the terminal."""
        if self._store is None or not self._loaded:
            return
        try:
            await off_loop(self._store.read)
        except OSError as error:  # a timeout: the disk hangs
            log.warning("it is not known whether past alerts were cleared: %s", error)
        self._kept = replace(self._kept, records=self._store.left(self._kept.records))

    def _wake(self, _event: object) -> None:
        self._changed.set()
