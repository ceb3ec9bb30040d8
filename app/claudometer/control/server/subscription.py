"""Collects what one subscriber has not been sent yet: only the newest of each kind, to bound the memory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from claudometer.domain.events import UpdateChanged, ViewChanged, WindowRequested

if TYPE_CHECKING:
    from types import TracebackType

    from claudometer.control.server.application import Application
    from claudometer.control.wire.answers import Event, FocusEvent, ViewName
    from claudometer.control.wire.page import AccountCard
    from claudometer.control.wire.report import AccountReport


class Subscription:
    """Collects events inside its ``with`` block, and turns them into messages when they are taken.

    The first message is the present view. A subscriber to ``report`` gets nothing but reports.
    """

    def __init__(self, application: Application, view: ViewName) -> None:
        self._application = application
        self._is_window = view == "card"
        self._changed = asyncio.Event()
        self._view_changed = True
        self._update_changed = False
        self._focus: FocusEvent | None = None
        self._sent: list[AccountCard] | list[AccountReport] | None = None

    def __enter__(self) -> Self:
        bus = self._application.bus
        self._unsubscribe = [bus.subscribe(ViewChanged, self._note_view)]
        if self._is_window:
            self._unsubscribe += [
                bus.subscribe(UpdateChanged, self._note_update),
                bus.subscribe(WindowRequested, self._note_focus),
            ]
        self._changed.set()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    async def take(self) -> list[Event]:
        """Wait until something has changed, and return it all. The list may be empty."""
        await self._changed.wait()
        self._changed.clear()
        events: list[Event] = []
        if self._view_changed:
            events += self._take_view()
        if self._update_changed and (panel := self._application.update_panel()) is not None:
            events.append({"event": "update", "panel": panel})
        if self._focus:
            events.append(self._focus)
        self._view_changed = self._update_changed = False
        self._focus = None
        return events

    def _take_view(self) -> list[Event]:
        """Return the view, unless it equals the one that was sent last."""
        if self._is_window:
            cards = self._application.views.cards()
            before, self._sent = self._sent, cards
            # Most views differ only in an age whose text is the same, and each message wakes the window.
            return [] if cards == before else [{"event": "card", "accounts": cards}]
        reports = self._application.views.reports()
        # `watch --json` prints each as a line, and a later time alone is not worth one.
        timeless = [_without_time(account) for account in reports]
        before, self._sent = self._sent, timeless
        return [] if timeless == before else [{"event": "report", "accounts": reports}]

    def _note_view(self, _event: ViewChanged) -> None:
        self._view_changed = True
        self._changed.set()

    def _note_update(self, _event: UpdateChanged) -> None:
        self._update_changed = True
        self._changed.set()

    def _note_focus(self, request: WindowRequested) -> None:
        place = request.place
        self._focus = {
            "event": "focus",
            "place": {"page": place.page.value, "limit": place.limit_id} if place else None,
        }
        self._changed.set()


def _without_time(account: AccountReport) -> AccountReport:
    """Return a report without the time at which it was made, which differs each time."""
    return {**account, "report": {**account["report"], "now": ""}}
