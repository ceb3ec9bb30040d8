"""Tells the user what is due: looks at each snapshot, remembers, and shows one notification for a burst.

Runs on the loop. What is due is written down before it is shown, so that a crash in between cannot make it
appear twice; and it holds for this run even if nothing can be written.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.alerts.due import find_due
from claudometer.domain.alerts.early_resets import followed
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
    from claudometer.processes.alert_ports import Seen, Store, Watched

log = logging.getLogger(__name__)

SETTLE_S = 5.0
"""What comes within this time is one notification: after a wake, sources answer one after the other."""

TIMER_MARGIN_S = 0.5
"""Clock and timer differ slightly, and waking too early would be a wake-up for nothing."""

READ_AGAIN_S = 60.0
"""When to try again to read what is kept: a disk that was slow at the start is there soon after."""

LONGEST_PAUSE_S = 3600.0
"""How long to wait for the end of quiet hours at once: the clock may be set meanwhile."""


class Alerts:
    """Looks, tells and remembers. Every method is called on the loop.

    Args:
        show: shows a notification, and returns whether the desktop took it. Raises nothing.
        store: ``None`` to keep everything for this run only.
        is_silent: look at nothing, as in the demo, whose numbers are made up.
        settle_s: how long to wait for more alerts of the same burst, in seconds.
    """

    def __init__(  # noqa: PLR0913 - named by their words
        self,
        watched: Watched,
        seen: Seen,
        clock: Clock,
        *,
        show: Callable[[Bubble], Awaitable[bool]],
        store: Store | None,
        is_silent: bool = False,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._watched = watched
        self._seen = seen
        self._clock = clock
        self._show = show
        self._store = store
        self._is_silent = is_silent
        self._settle_s = settle_s
        self._kept = Kept()
        self._changed = asyncio.Event()
        self._loaded = False
        self._loading = asyncio.Lock()
        self._mutes: list[Callable[[Silence], Silence]] = []  # changes before it was loaded
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
        reading = self._watched.snapshot.reading
        return {each.id: each.label for each in reading.limits} if reading else {}

    def menu(self, view: AccountView) -> Entry:
        """Return the menu entry that mutes alerts, or ends that."""
        return mute_entry(view, self._kept.silence, self._seen.region)

    async def run(self) -> None:
        """Look now and whenever something changes, until canceled."""
        await self._load()
        bus = self._watched.bus
        unsubscribe = [
            bus.subscribe(SnapshotChanged, self._note),
            bus.subscribe(SettingsChanged, self._note),
            bus.subscribe(AlertsChanged, self._note),
        ]
        try:
            while True:
                self._changed.clear()  # before the look, so that no change in between is lost
                await self._look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pause_s()):
                        await self._changed.wait()
        finally:
            for stop in unsubscribe:
                stop()

    async def mute(self, choice: MuteFor) -> datetime | None:
        """Mute all alerts for as long as chosen, or no longer, and return until when by this choice.

        ``None``: they are shown again; or it was to be until a reset, and none is ahead: nothing changes.
        """
        now = self._clock.now()
        account, resets = self._account(), self._resets()
        until = muted_until(choice, now, self._seen.region.zone, resets.values())
        ends = ((account, limit) for limit, end in resets.items() if end == until)
        reset_of = next(ends, None) if choice is MuteFor.UNTIL_RESET else None

        def muted(silence: Silence) -> Silence:
            return Silence() if choice is MuteFor.OFF else silence.until_time(until, now, reset_of)

        await self._change_silence(muted)
        return until

    async def mute_limits(self, limits: Iterable[str]) -> None:
        """Mute the alerts of these limits until each resets: of the account that was last told of it."""
        await self._load()
        now = self._clock.now()
        ends = ends_of(limits, self._kept.records, self._account(), self._resets())
        await self._change_silence(lambda silence: silence.with_limits(ends, now))

    async def unmute_limit(self, limit: AccountLimit) -> None:
        """Show the alerts of one limit again."""
        await self._change_silence(lambda silence: silence.without_limit(limit))

    async def test(self) -> bool:
        """Show a test notification, even while alerts are muted, and return whether the desktop took it."""
        from claudometer.present.alerts import sample_bubble  # noqa: PLC0415 - see `_say`

        return await self._show(sample_bubble())

    async def _change_silence(self, change: Callable[[Silence], Silence]) -> None:
        await self._load()
        silence = change(self._kept.silence)
        if not self._loaded:
            self._mutes.append(change)
        await self._keep(replace(self._kept, silence=silence))
        self._watched.bus.publish(AlertsChanged())

    def _account(self) -> str:
        """Return whose limits are shown, as alerts name it."""
        reading = self._watched.snapshot.reading
        return str(reading.key) if reading else ""

    def _resets(self) -> dict[str, datetime]:
        """Return when the windows that are not over end, by limit."""
        reading, now = self._watched.snapshot.reading, self._clock.now()
        limits = reading.limits if reading else ()
        return {each.id: each.resets_at for each in limits if each.resets_at and each.resets_at > now}

    async def _load(self) -> None:
        """Read what is kept, unless that is done. While that fails, nothing is written."""
        async with self._loading:
            if self._loaded:
                return
            try:
                earlier = await off_loop(self._store.read) if self._store is not None else Kept()
            except OSError as error:  # also a timeout
                level = logging.DEBUG if self._failed else logging.WARNING
                log.log(level, "what was told earlier cannot be read yet: %s", error)
                self._failed = True
                return
            self._kept = merged(earlier, self._kept, self._mutes)
            self._mutes.clear()
            self._loaded = True

    async def _look(self) -> None:
        if self._is_silent:
            return
        await self._load()
        memory, due = self._due()
        if due and self._settle_s:
            await asyncio.sleep(self._settle_s)
            memory, due = self._due()
        now, settings, region = self._clock.now(), self._watched.settings, self._seen.region
        silence = followed(self._kept.silence, self._watched.snapshot, now)
        is_other_silence = silence != self._kept.silence
        kept = replace(self._kept, memory=memory, silence=silence)
        said = self._say(due)
        quiet = quiet_hours_of(settings)
        is_quiet = quiet is not None and quiet.contain(now, region.zone)
        fates = [(each, fate_of(each.alert, kept.silence, quiet, region.zone)) for each in said]
        held = [] if is_quiet or kept.silence.is_on(now) else self._held()
        records = with_told(kept.records, held, [each.record(fate) for each, fate in fates])
        kept = replace(kept, records=records)
        if kept == self._kept and not self._failed:
            return
        await self._keep(kept)
        await self._tell([each for each, fate in fates if fate is Fate.SHOWN], held, now, region)
        if fates or held or is_other_silence:
            self._watched.bus.publish(AlertsChanged())

    def _pause_s(self) -> float | None:
        """Return when to look again although nothing has changed: for what is held back, or not read yet."""
        retry_s = LONGEST_PAUSE_S if self._loaded else READ_AGAIN_S
        if not self._held():
            return None if self._loaded else retry_s
        now, zone = self._clock.now(), self._seen.region.zone
        quiet, until = quiet_hours_of(self._watched.settings), self._kept.silence.until
        ends = [quiet.next_end(now, zone)] if quiet is not None and quiet.contain(now, zone) else []
        ends += [until] if until is not None and until > now else []
        left_s = min(((end - now).total_seconds() for end in ends), default=LONGEST_PAUSE_S)
        return min(left_s + TIMER_MARGIN_S, retry_s)

    def _due(self) -> tuple[Memory, tuple[Alert, ...]]:
        """Return what to remember now, and what is due."""
        rules, now = rules_of(self._watched.settings), self._clock.now()
        return find_due(self._kept.memory, self._watched.snapshot, now, rules)

    def _say(self, due: Sequence[Alert]) -> list[AlertText]:
        """Return the alerts in words."""
        if not due:
            return []
        # Loaded with the first alert: a program that waits for one needs no words for it.
        from claudometer.present.alerts import say  # noqa: PLC0415

        view, region = self._seen.view(), self._seen.region
        return [say(alert, view, region) for alert in due]

    def _held(self) -> list[AlertRecord]:
        return [each for each in self._kept.records if each.fate is Fate.HELD]

    async def _tell(
        self, said: Sequence[AlertText], held: Sequence[AlertRecord], now: datetime, region: Region
    ) -> None:
        """Show one notification for all of it, and write down whether the desktop took it."""
        from claudometer.present.alerts import bubble_for  # noqa: PLC0415 - see `_say`
        from claudometer.present.held_alerts import HeldAlert, summary_of  # noqa: PLC0415 - see `_say`

        if held:
            lines = [HeldAlert(each.at, each.title) for each in held]
            lines += [HeldAlert(each.alert.at, each.title) for each in said]
            bubble = summary_of(lines, now, region)
        elif said:
            bubble = bubble_for(said, remaining=self._seen.view().remaining)
        else:
            return
        taken = await self._show(bubble)
        told = {(each.at, each.title) for each in held} | {(each.alert.at, each.title) for each in said}
        records = tuple(
            replace(each, taken=taken) if (each.at, each.title) in told else each
            for each in self._kept.records
        )
        await self._keep(replace(self._kept, records=records))

    async def _keep(self, kept: Kept) -> None:
        self._kept = kept
        if self._store is None:
            return
        if not self._loaded:  # writing would replace what is kept
            return
        try:
            self._failed = not await off_loop(self._store.write, kept)
        except OSError as error:  # a timeout: the disk hangs
            log.warning("what was told waits for the disk: %s", error)
            self._failed = True
        self._kept = replace(self._kept, records=self._store.left(self._kept.records))

    async def forget_cleared(self) -> None:
        """Drop the past alerts that the user has cleared in the terminal."""
        if self._store is None or not self._loaded:
            return
        try:
            await off_loop(self._store.read)
        except OSError as error:  # a timeout: the disk hangs
            log.warning("whether past alerts were cleared is not known: %s", error)
        self._kept = replace(self._kept, records=self._store.left(self._kept.records))

    def _note(self, _event: object) -> None:
        self._changed.set()
