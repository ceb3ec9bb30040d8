"""Answers the clients of the control socket: passes requests to the engine, and puts its results in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.ledger import summarize
from claudometer.present.form import form_for
from claudometer.present.messages.answers import FORGOTTEN, refresh_answer, saved_answer
from claudometer.present.messages.errors import message_for_code
from claudometer.present.request_panel import failure_panel, panel_for
from claudometer.present.update_panel import update_panel
from claudometer.processes.presenter import Bus, Presented
from claudometer.system.ledger import read_requests
from claudometer.system.off_loop import off_loop
from claudometer.system.shared_budget import read_shared_rate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from claudometer.control.wire.answers import FormAnswer, RefreshAnswer, RequestsAnswer, UpdateAnswer
    from claudometer.control.wire.checkup import DoctorAnswer
    from claudometer.control.wire.page import RequestPanel, UpdatePanel
    from claudometer.domain.clock import Clock
    from claudometer.domain.events import WindowPlace
    from claudometer.domain.form_state import FormState
    from claudometer.domain.update import Update
    from claudometer.processes.presenter import Presenter

LATEST = 10
"""How many requests the window lists one by one; ``claudometer requests`` lists them all."""


class Refreshed(Protocol):
    """Whether a refresh sent a request; if not, until when it must wait.

    ``browser`` tells whether the hidden browser's pause is the reason; otherwise Claude's limit is.
    """

    @property
    def accepted(self) -> bool: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def browser(self) -> bool: ...


class Commands(Presented, Protocol):
    """What the engine does for clients."""

    async def refresh(self) -> Refreshed: ...
    async def form(self) -> FormState: ...
    async def save(self, params: Mapping[str, object], /) -> FormState: ...
    async def forget_key(self) -> FormState: ...
    def request_window(self, place: WindowPlace | None = None, /) -> None: ...
    def request_quit(self) -> None: ...


class Updating(Protocol):
    """Checks for newer versions."""

    @property
    def shown(self) -> Update: ...
    async def do(self, what: str | None, /) -> Update: ...


class Checking(Protocol):
    """Checks this computer."""

    async def run(self, what: str | None, /) -> DoctorAnswer: ...


@dataclass(frozen=True, slots=True)
class Extras:
    """What only the tray program has.

    Attributes:
        updates: ``None`` in a program that does not check for updates.
        checkup: checks this computer.
        lock_file: of the app, beside which the state is kept while its own folder cannot be written.
    """

    updates: Updating | None = None
    checkup: Checking | None = None
    lock_file: Path | None = None


class Answers:
    """Everything that the control server needs of the program. Every method is called on the loop.

    Args:
        presenter: what is shown, which needs no answer of ours: the server takes its ``views`` as they are.
        ledger: the folder of the request ledger, ``None`` in the demo, which sends nothing and keeps none.
        extras: what not every program has.
    """

    def __init__(
        self,
        engine: Commands,
        presenter: Presenter,
        clock: Clock,
        *,
        ledger: Path | None,
        extras: Extras | None = None,
    ) -> None:
        self._engine = engine
        self.views = presenter
        self._clock = clock
        self._ledger = ledger
        self._updates = extras.updates if extras else None
        self._checkup = extras.checkup if extras else None
        self._lock_file = extras.lock_file if extras else None

    @property
    def bus(self) -> Bus:
        """Publishes the events that subscribers wait for."""
        return self._engine.bus

    def request_window(self, place: WindowPlace | None = None) -> None:
        """Ask for the window, which is to show ``place``."""
        self._engine.request_window(place)

    def request_quit(self) -> None:
        """Ask the program to end."""
        self._engine.request_quit()

    async def refresh(self) -> RefreshAnswer:
        """Check with Claude now if a request is allowed; otherwise say when one is."""
        result = await self._engine.refresh()
        message = refresh_answer(
            accepted=result.accepted,
            until=result.until,
            region=self.views.region,
            browser=result.browser,
        )
        return {"accepted": result.accepted, "message": message}

    async def form(self) -> FormAnswer:
        """Return the settings form."""
        return {"form": form_for(await self._engine.form())}

    async def save(self, fields: Mapping[str, object]) -> FormAnswer:
        """Save the fields, all of them or none.

        Raises:
            ClaudometerError: as ``Engine.save`` does.
        """
        form = form_for(await self._engine.save(fields))
        return {"form": form, "message": saved_answer(tested="session_key" in fields)}

    async def forget_key(self) -> FormAnswer:
        """Remove the session key.

        Raises:
            ClaudometerError: as ``Engine.forget_key`` does.
        """
        return {"form": form_for(await self._engine.forget_key()), "message": FORGOTTEN}

    async def requests(self) -> RequestsAnswer:
        """Return the panel of requests; if the ledger cannot be read, it says why."""
        try:
            return {"panel": await self._request_panel()}
        except ClaudometerError as error:
            # Any other error belongs to the whole window; this one concerns only the panel.
            if error.code is not ErrorCode.LEDGER_UNREADABLE:
                raise
            words = message_for_code(error.code, error.facts)
            return {"panel": failure_panel(words.title, words.hint)}

    async def update(self, what: object) -> UpdateAnswer:
        """Do what ``what`` names about a newer version, if anything, and return what is known after that."""
        if self._updates is None:
            return {"panel": None}
        # `what` comes over the socket, so it may be anything.
        return {"panel": self._panel_of(await self._updates.do(what if isinstance(what, str) else None))}

    async def doctor(self, what: object) -> DoctorAnswer:
        """Do what ``what`` names about this computer, if anything; then check all of it.

        Raises:
            ClaudometerError: ``INTERNAL``: the checks did not end.
        """
        if self._checkup is None:
            raise ClaudometerError(ErrorCode.INTERNAL)
        return await self._checkup.run(what if isinstance(what, str) else None)

    def update_panel(self) -> UpdatePanel | None:
        """Return what is known of a newer version."""
        return None if self._updates is None else self._panel_of(self._updates.shown)

    def _panel_of(self, update: Update) -> UpdatePanel:
        return update_panel(update, self._clock.now(), self.views.region)

    async def _request_panel(self) -> RequestPanel:
        now, region = self._clock.now(), self.views.region
        if self._ledger is None:
            return panel_for(None, (), now, region)
        try:
            records = await off_loop(read_requests, self._ledger, now)
            shared_rate = await off_loop(read_shared_rate, self._ledger, self._lock_file)
        except TimeoutError:  # a network home that does not respond
            raise ClaudometerError(ErrorCode.LEDGER_UNREADABLE, folder=str(self._ledger)) from None
        today = summarize(records, now.astimezone(region.zone).date(), region.zone)
        latest = records[: -LATEST - 1 : -1]  # newest first
        return panel_for(today, latest, now, region, shared_rate=shared_rate)
