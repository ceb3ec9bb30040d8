"""Computes the view whenever it may have changed, and passes the same one to every surface."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from claudometer.domain.events import (
    AlertsChanged,
    SettingsChanged,
    SnapshotChanged,
    UpdateChanged,
    ViewChanged,
)
from claudometer.present.derivation import view_of
from claudometer.present.levels import Thresholds, thresholds_for
from claudometer.present.messages.terminal import Terminal
from claudometer.system.region import RegionReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.control.wire.page import AccountCard
    from claudometer.control.wire.report import AccountReport, Watched
    from claudometer.domain.clock import Clock
    from claudometer.domain.events import Event
    from claudometer.domain.region import Region
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Snapshot
    from claudometer.present.view import AccountView

LONGEST_PAUSE_S = 60.0
"""The view is computed at least this often, because the day or the time zone may have changed."""

SHORTEST_PAUSE_S = 15.0
"""How late a countdown or an age may be, so that they share a wake-up instead of causing one each."""

TIMER_MARGIN_S = 0.02
"""Added to each pause: clock and timer differ slightly, and a view computed too early has the old number."""


class EventBus(Protocol):
    """Where events are published."""

    def subscribe(self, kind: type[Any], callback: Callable[[Any], None], /) -> Callable[[], None]: ...
    def publish(self, event: Event, /) -> None: ...


class SnapshotSource(Protocol):
    """An engine, as far as views need it."""

    @property
    def bus(self) -> EventBus: ...
    @property
    def snapshot(self) -> Snapshot: ...


class ViewSource(Protocol):
    """A presenter, as far as answers and alerts need it."""

    @property
    def region(self) -> Region: ...
    def view(self) -> AccountView: ...


class Presenter:
    """Turns snapshots into views, with Claude's time, the user's region and the thresholds.

    Args:
        clock: the corrected clock, which all times in a snapshot refer to.
        terminal: which program sends the requests, so that hints in a terminal fit it.
        on_view: called on the loop with each view, even if it equals the one before.
        watched: returns the account that the app polls, ``None`` for a command that polls by itself.
        region: a fixed region, instead of the system's current one.
        remaining: returns whether percentages are what is left of a limit, instead of what is used.
        thresholds: returns from where on limits are amber and red.
    """

    def __init__(  # noqa: PLR0913 - named by their words
        self,
        engine: SnapshotSource,
        clock: Clock,
        *,
        terminal: Terminal = Terminal.APP,
        on_view: Callable[[AccountView], None] = lambda _: None,
        watched: Callable[[], Watched | None] = lambda: None,
        region: Region | None = None,
        remaining: Callable[[], bool] = lambda: False,
        thresholds: Callable[[], Thresholds] = Thresholds,
    ) -> None:
        self._presented = engine
        self._clock = clock
        self._terminal = terminal
        self._on_view = on_view
        self._watched = watched
        self._remaining = remaining
        self._read_region = RegionReader().read if region is None else lambda: region
        self._thresholds = thresholds
        self._changed = asyncio.Event()
        self._revision = 0
        self._were = self._choices()

    @property
    def region(self) -> Region:
        """The user's current region."""
        return self._read_region()

    def view(self) -> AccountView:
        """Return the view as of now."""
        return view_of(
            self._presented.snapshot,
            self._clock.now(),
            self.region,
            self._thresholds(),
            remaining=self._remaining(),
        )

    def cards(self) -> list[AccountCard]:
        """Return the card of every account. So far there is only one."""
        from claudometer.present.card import card_for  # noqa: PLC0415 - only the window asks for cards

        view = self.view()
        card = card_for(view, self._revision)
        return [{"provider": view.provider, "id": view.id, "shown": True, "card": card}]

    def reports(self) -> list[AccountReport]:
        """Return the report of every account. So far there is only one."""
        return [account_report(self.view(), self._terminal, self._watched())]

    async def run(self) -> None:
        """Present now, and whenever an event or the passing of time changes what is shown."""
        bus = self._presented.bus
        unsubscribe = [
            bus.subscribe(kind, self._note_change)
            for kind in (SnapshotChanged, SettingsChanged, UpdateChanged, AlertsChanged)
        ]
        try:
            while True:
                self._changed.clear()  # before the view is computed: a change from here on is not lost
                view = self.view()
                self._on_view(view)
                bus.publish(ViewChanged())
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause_s(view)):
                        await self._changed.wait()
        finally:
            for stop in unsubscribe:
                stop()

    def _note_change(self, event: object) -> None:
        were, self._were = self._were, self._choices()
        # Only new numbers, or another way to show them, make a new card: ages and countdowns do not.
        if isinstance(event, SnapshotChanged) or self._were != were:
            self._revision += 1
        self._changed.set()

    def _choices(self) -> tuple[bool, Thresholds]:
        """Return what the user has chosen about how numbers are shown."""
        return self._remaining(), self._thresholds()


def level_thresholds(settings: Settings) -> Thresholds:
    """Return from where on limits are amber and red: where the user wants alerts."""
    return thresholds_for(settings.alert_thresholds, settings.alert_own_thresholds)


def pause_s(view: AccountView) -> float:
    """Return how long a view may stay as it is, in seconds.

    A number has to disappear at the moment when it stops being valid. A countdown or an age may be late.
    """
    pause = timedelta(seconds=LONGEST_PAUSE_S)
    if view.text_valid_until is not None:
        pause = min(pause, max(view.text_valid_until - view.now, timedelta(seconds=SHORTEST_PAUSE_S)))
    if view.valid_until is not None:
        pause = min(pause, view.valid_until - view.now)
    return pause.total_seconds() + TIMER_MARGIN_S


def account_report(
    view: AccountView, terminal: Terminal, watched: Watched | None = None, local_id: str | None = None
) -> AccountReport:
    """Return what a terminal shows, and what ``status --json`` prints, of one account.

    Args:
        watched: the account that the app polls; ``None`` for a command that polled by itself.
        local_id: our id of the account, as ``accounts`` lists it; by default that of ``watched``, else the
            server's.
    """
    # Imported with the first command that asks for a report; see the page about performance.
    from claudometer.present.report import report_for  # noqa: PLC0415
    from claudometer.present.terminal_text import terminal_text  # noqa: PLC0415

    report = report_for(view, terminal)
    report["account"]["id"] = local_id or (watched["id"] if watched else view.id)
    return {
        "provider": view.provider,
        "id": view.id,
        "shown": True,
        "watched": watched,
        "report": report,
        "terminal": terminal_text(view, terminal),
    }


def single_report(
    snapshot: Snapshot,
    clock: Clock,
    local_id: str | None = None,
    *,
    remaining: bool = False,
    thresholds: Thresholds | None = None,
) -> AccountReport:
    """Return the report of a command that sends one request only.

    What the report calls the next check is the time from which another request is allowed.
    """
    region = RegionReader().read()
    view = view_of(snapshot, clock.now(), region, thresholds or Thresholds(), remaining=remaining)
    return account_report(view, Terminal.ONCE, local_id=local_id)
