"""Answers the clients of the control socket: calls the engine, and puts its results into words.

What only the window and a few commands ask for is imported with the first such question: 0.4 MB or more.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.events import WindowClosing, WindowPage, WindowPlace
from claudometer.present.messages.answers import FORGOTTEN, refresh_answer, saved_answer
from claudometer.present.update_panel import update_panel
from claudometer.processes.alert_answers import AlertAnswers
from claudometer.processes.presenter import EventBus, SnapshotSource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from claudometer.control.wire.answers import (
        Empty,
        FormAnswer,
        HistoryAnswer,
        Ping,
        RefreshAnswer,
        RequestsAnswer,
        UpdateAnswer,
    )
    from claudometer.control.wire.checkup import DoctorAnswer
    from claudometer.control.wire.page import Form, UpdatePanel
    from claudometer.control.wire.resets import ResetsAnswer, ResetsCsvAnswer
    from claudometer.domain.clock import Clock
    from claudometer.domain.form_state import FormState
    from claudometer.domain.update import Update
    from claudometer.processes.alert_answers import AlertService, Handler
    from claudometer.processes.history_answer import HistoryReader
    from claudometer.processes.presenter import Presenter


class RefreshResult(Protocol):
    """Whether a refresh sent a request; if not, until when it must wait.

    ``browser`` is true if the reason is the pause of the hidden browser, and not Claude's limit.
    """

    @property
    def accepted(self) -> bool: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def browser(self) -> bool: ...


class EngineCommands(SnapshotSource, Protocol):
    """The engine, as far as clients control it."""

    @property
    def history(self) -> HistoryReader | None: ...
    async def refresh(self) -> RefreshResult: ...
    async def form(self) -> FormState: ...
    async def save(self, params: Mapping[str, object], /) -> FormState: ...
    async def forget_key(self) -> FormState: ...
    def request_window(self, place: WindowPlace | None = None, /) -> None: ...
    def request_quit(self) -> None: ...


class UpdateChecker(Protocol):
    """Checks for newer versions."""

    @property
    def shown(self) -> Update: ...
    async def do(self, what: str | None, /) -> Update: ...


class ComputerChecker(Protocol):
    """Checks this computer, as ``claudometer doctor`` does."""

    async def run(self, what: str | None, /) -> DoctorAnswer: ...


@dataclass(frozen=True, slots=True)
class Extras:
    """What only the tray program has.

    Attributes:
        updates: ``None`` in a program that does not check for updates.
        checkup: checks this computer.
        lock_file: of the app. The state is kept beside it while its own folder cannot be written.
        alerts: ``None`` in a program that has none.
    """

    updates: UpdateChecker | None = None
    checkup: ComputerChecker | None = None
    lock_file: Path | None = None
    alerts: AlertService | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Which program answers, for ``ping``."""

    version: str
    demo: bool


class Answers:
    """The ``Application`` behind the control server. Every method is called on the loop.

    Args:
        presenter: makes the cards and reports, which subscribers get unchanged.
        identity: the answer to ``ping``.
        ledger: the folder of the state, ``None`` in the demo, which sends nothing and keeps none.
        extras: what not every program has.
    """

    def __init__(  # noqa: PLR0913 - named by their words
        self,
        engine: EngineCommands,
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
        alerts = extras.alerts if extras else None
        self._alerts = AlertAnswers(alerts, clock, lambda: presenter.region, demo=identity.demo)
        self._windows = 0

    @property
    def bus(self) -> EventBus:
        """Publishes the events that subscribers wait for."""
        return self._engine.bus

    def operations(self) -> Mapping[str, Handler]:
        """Return the handler of every operation but ``status``, ``card`` and ``subscribe``."""
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
            "history": self._history,
            "resets": self._resets,
            "resets_csv": self._resets_csv,
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
        """Request the end of the program. The loop sends this answer before it ends."""
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
        from claudometer.present.form import form_for  # noqa: PLC0415 - see above

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
        from claudometer.processes.requests_answer import requests_answer  # noqa: PLC0415 - see above

        past, now = self._engine.history, self._clock.now()
        return await requests_answer(self._ledger, past, self._lock_file, now, self.views.region)

    async def _history(self, params: Mapping[str, object]) -> HistoryAnswer:
        from claudometer.processes.history_answer import history_answer  # noqa: PLC0415 - see above

        return await history_answer(params, self._engine, self.views)

    async def _resets(self, _params: Mapping[str, object]) -> ResetsAnswer:
        from claudometer.processes.resets_answer import resets_answer  # noqa: PLC0415 - see above

        return await resets_answer(self._engine, self.views)

    async def _resets_csv(self, params: Mapping[str, object]) -> ResetsCsvAnswer:
        from claudometer.processes.resets_answer import resets_csv_answer  # noqa: PLC0415 - see above

        return await resets_csv_answer(params, self._engine)

    async def _update(self, params: Mapping[str, object]) -> UpdateAnswer:
        """Check for or install a newer version, as ``do`` says, if it does; return what is known then."""
        if self._updates is None:
            return {"panel": None}
        return {"panel": self._panel_of(await self._updates.do(_what_to_do(params)))}

    async def _doctor(self, params: Mapping[str, object]) -> DoctorAnswer:
        """Install what ``do`` names, if anything; then check this computer.

        A keyring that was unlocked for it ends the pause of an app that waits for the session key.

        Raises:
            ClaudometerError: ``INTERNAL``: the checks did not end, or this program has none.
        """
        if self._checkup is None:
            raise ClaudometerError(ErrorCode.INTERNAL)
        answer = await self._checkup.run(_what_to_do(params))
        problem = self._engine.snapshot.problem
        waits = problem is not None and problem.code is ErrorCode.KEYRING_LOCKED
        # While it is locked, a refresh would open the dialog that the user may have just dismissed.
        if waits:
            from claudometer.present.checkup import is_keyring_fine  # noqa: PLC0415 - few trays ever need it

            if is_keyring_fine(answer["report"]):
                await self._engine.refresh()
        return answer

    def update_panel(self) -> UpdatePanel | None:
        """Return what is known of a newer version."""
        return None if self._updates is None else self._panel_of(self._updates.shown)

    def _panel_of(self, update: Update) -> UpdatePanel:
        return update_panel(update, self._clock.now(), self.views.region)


def _what_to_do(params: Mapping[str, object]) -> str | None:
    """Return ``do``; ``None`` without it, or if it is not a string, as a client may send anything."""
    what = params.get("do")
    return what if isinstance(what, str) else None


def _place_in(params: Mapping[str, object]) -> WindowPlace | None:
    """Return the page and limit to show; ``None`` for a page that this version does not have."""
    page, limit = params.get("page"), params.get("limit")
    if not isinstance(page, str) or page not in list(WindowPage):
        return None
    return WindowPlace(WindowPage(page), limit if isinstance(limit, str) else None)
