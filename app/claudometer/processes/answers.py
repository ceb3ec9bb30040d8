"""Answers the clients of the control socket: passes requests to the engine, and puts its results in words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.events import WindowClosing, WindowPage, WindowPlace
from claudometer.present.form import form_for
from claudometer.present.messages.answers import FORGOTTEN, refresh_answer, saved_answer
from claudometer.present.update_panel import update_panel
from claudometer.processes.alert_answers import AlertAnswers
from claudometer.processes.history_answer import Past, history_answer
from claudometer.processes.presenter import Bus, Presented
from claudometer.processes.requests_answer import requests_answer
from claudometer.processes.resets_answer import resets_answer, resets_csv_answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from claudometer.control.wire.answers import (
        Empty,
        FormAnswer,
        Ping,
        RefreshAnswer,
        RequestsAnswer,
        UpdateAnswer,
    )
    from claudometer.control.wire.checkup import DoctorAnswer
    from claudometer.control.wire.page import Form, UpdatePanel
    from claudometer.domain.clock import Clock
    from claudometer.domain.form_state import FormState
    from claudometer.domain.update import Update
    from claudometer.processes.alert_answers import Alerting
    from claudometer.processes.presenter import Presenter

    Handler = Callable[[Mapping[str, object]], Awaitable[Mapping[str, object]]]


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

    @property
    def history(self) -> Past | None: ...
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
        alerts: tells what is due.
    """

    updates: Updating | None = None
    checkup: Checking | None = None
    lock_file: Path | None = None
    alerts: Alerting | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Which program answers."""

    version: str
    demo: bool


class Answers:
    """The program as the control server needs it. Every method is called on the loop.

    Args:
        presenter: what is shown, which subscribers get as it is.
        identity: what a ``ping`` is answered with.
        ledger: the folder of the request ledger, ``None`` in the demo, which sends nothing and keeps none.
        extras: what not every program has.
    """

    def __init__(  # noqa: PLR0913 - named by their words
        self,
        engine: Commands,
        presenter: Presenter,
        clock: Clock,
        identity: Identity,
        *,
        ledger: Path | None,
        extras: Extras | None = None,
    ) -> None:
        self._engine = engine
        self.views = presenter
        self._clock = clock
        self._identity = identity
        self._ledger = ledger
        self._updates = extras.updates if extras else None
        self._checkup = extras.checkup if extras else None
        self._lock_file = extras.lock_file if extras else None
        self._alerts = AlertAnswers(extras.alerts if extras else None, clock, lambda: presenter.region)
        self._windows = 0

    @property
    def bus(self) -> Bus:
        """Publishes the events that subscribers wait for."""
        return self._engine.bus

    def operations(self) -> Mapping[str, Handler]:
        """Return the handler of every operation but those that only tell what is shown."""
        return {
            "ping": self._ping,
            "refresh": self._refresh,
            "open_window": self._open_window,
            "window_ready": self._window_ready,
            "window_closing": self._window_closing,
            "quit": self._quit,
            "settings": self._form,
            "save_settings": self._save,
            "forget_key": self._forget_key,
            "requests": self._requests,
            "history": lambda params: history_answer(params, self._engine, self.views),
            "resets": lambda _params: resets_answer(self._engine, self.views),
            "resets_csv": lambda params: resets_csv_answer(params, self._engine),
            "update": self._update,
            "doctor": self._doctor,
            **self._alerts.operations(),
        }

    async def _ping(self, _params: Mapping[str, object]) -> Ping:
        return {
            "pid": os.getpid(),
            "version": self._identity.version,
            "demo": self._identity.demo,
            "windows": self._windows,
        }

    async def _open_window(self, params: Mapping[str, object]) -> Empty:
        self._engine.request_window(_place_in(params))
        return {}

    async def _window_ready(self, _params: Mapping[str, object]) -> Empty:
        self._windows += 1
        return {}

    async def _window_closing(self, _params: Mapping[str, object]) -> Empty:
        self._engine.bus.publish(WindowClosing())
        return {}

    async def _quit(self, _params: Mapping[str, object]) -> Empty:
        """Ask for the end. It comes by the loop, which writes this answer first."""
        self._engine.request_quit()
        return {}

    async def _refresh(self, _params: Mapping[str, object]) -> RefreshAnswer:
        """Check with Claude now if a request is allowed; otherwise say when one is."""
        result = await self._engine.refresh()
        message = refresh_answer(
            accepted=result.accepted,
            until=result.until,
            region=self.views.region,
            browser=result.browser,
        )
        return {"accepted": result.accepted, "message": message}

    async def _form(self, _params: Mapping[str, object]) -> FormAnswer:
        """Return the settings form."""
        return {"form": self._page_form(await self._engine.form())}

    def _page_form(self, state: FormState) -> Form:
        return form_for(state, self._clock.now(), self.views.region)

    async def _save(self, fields: Mapping[str, object]) -> FormAnswer:
        """Save the fields, all of them or none.

        Raises:
            ClaudometerError: as ``Engine.save`` does.
        """
        form = self._page_form(await self._engine.save(fields))
        return {"form": form, "message": saved_answer(tested="session_key" in fields)}

    async def _forget_key(self, _params: Mapping[str, object]) -> FormAnswer:
        """Remove the session key.

        Raises:
            ClaudometerError: as ``Engine.forget_key`` does.
        """
        return {"form": self._page_form(await self._engine.forget_key()), "message": FORGOTTEN}

    async def _requests(self, _params: Mapping[str, object]) -> RequestsAnswer:
        """Return the panel of requests, or why there is none."""
        return await requests_answer(self._ledger, self._lock_file, self._clock.now(), self.views.region)

    async def _update(self, params: Mapping[str, object]) -> UpdateAnswer:
        """Do what ``do`` names about a newer version, if anything, and return what is known after that."""
        if self._updates is None:
            return {"panel": None}
        return {"panel": self._panel_of(await self._updates.do(_what_to_do(params)))}

    async def _doctor(self, params: Mapping[str, object]) -> DoctorAnswer:
        """Do what ``do`` names about this computer, if anything; then check all of it.

        Raises:
            ClaudometerError: ``INTERNAL``: the checks did not end.
        """
        if self._checkup is None:
            raise ClaudometerError(ErrorCode.INTERNAL)
        return await self._checkup.run(_what_to_do(params))

    def update_panel(self) -> UpdatePanel | None:
        """Return what is known of a newer version."""
        return None if self._updates is None else self._panel_of(self._updates.shown)

    def _panel_of(self, update: Update) -> UpdatePanel:
        return update_panel(update, self._clock.now(), self.views.region)


def _what_to_do(params: Mapping[str, object]) -> str | None:
    """Return what ``do`` names; ``None`` without it, or if it is no text: it comes over the socket."""
    what = params.get("do")
    return what if isinstance(what, str) else None


def _place_in(params: Mapping[str, object]) -> WindowPlace | None:
    """Return what the window is to show; ``None`` for a page that this version does not have."""
    page, limit = params.get("page"), params.get("limit")
    if not isinstance(page, str) or page not in list(WindowPage):
        return None
    return WindowPlace(WindowPage(page), limit if isinstance(limit, str) else None)
