"""What each operation of the wire does: one table, from names to calls of the program."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from claudometer.domain.events import WindowPage, WindowPlace

if TYPE_CHECKING:
    from claudometer.control.wire.answers import (
        CardAnswer,
        Empty,
        FormAnswer,
        Ping,
        RefreshAnswer,
        RequestsAnswer,
        StatusAnswer,
        UpdateAnswer,
    )
    from claudometer.control.wire.checkup import DoctorAnswer
    from claudometer.control.wire.page import AccountCard, UpdatePanel
    from claudometer.control.wire.report import AccountReport

Handler = Callable[[Mapping[str, object]], Awaitable[Mapping[str, object]]]


class Bus(Protocol):
    """Where events are published."""

    def subscribe(self, kind: type[Any], callback: Callable[[Any], None], /) -> Callable[[], None]: ...


class Views(Protocol):
    """What is shown at this moment, of every account."""

    def cards(self) -> list[AccountCard]: ...
    def reports(self) -> list[AccountReport]: ...


class Application(Protocol):
    """What the control server needs of the program. Every method is called on the loop.

    The answers are ready for the client: they hold words, not values that it would have to understand.
    """

    @property
    def bus(self) -> Bus: ...
    @property
    def views(self) -> Views: ...
    def update_panel(self) -> UpdatePanel | None: ...
    async def refresh(self) -> RefreshAnswer: ...
    async def form(self) -> FormAnswer: ...
    async def save(self, fields: Mapping[str, object], /) -> FormAnswer: ...
    async def forget_key(self) -> FormAnswer: ...
    async def requests(self) -> RequestsAnswer: ...
    async def update(self, what: object, /) -> UpdateAnswer: ...
    async def doctor(self, what: object, /) -> DoctorAnswer: ...
    def request_window(self, place: WindowPlace | None = None, /) -> None: ...
    def request_quit(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Which program answers."""

    version: str
    demo: bool


class Operations:
    """Carries out requests. ``subscribe`` is not one of these: it never ends, the server streams it."""

    def __init__(self, application: Application, identity: Identity) -> None:
        self._application = application
        self._identity = identity
        self._windows = 0

    def table(self) -> dict[str, Handler]:
        """Return the handler of every operation."""
        return {
            "ping": self._ping,
            "status": self._status,
            "card": self._card,
            "refresh": self._refresh,
            "open_window": self._open_window,
            "window_ready": self._window_ready,
            "quit": self._quit,
            "settings": self._settings,
            "save_settings": self._save_settings,
            "forget_key": self._forget_key,
            "requests": self._requests,
            "update": self._update,
            "doctor": self._doctor,
        }

    async def _ping(self, _params: Mapping[str, object]) -> Ping:
        return {
            "pid": os.getpid(),
            "version": self._identity.version,
            "demo": self._identity.demo,
            "windows": self._windows,
        }

    async def _status(self, _params: Mapping[str, object]) -> StatusAnswer:
        return {"accounts": self._application.views.reports()}

    async def _card(self, _params: Mapping[str, object]) -> CardAnswer:
        return {"accounts": self._application.views.cards()}

    async def _refresh(self, _params: Mapping[str, object]) -> RefreshAnswer:
        return await self._application.refresh()

    async def _open_window(self, params: Mapping[str, object]) -> Empty:
        self._application.request_window(_place_in(params))
        return {}

    async def _window_ready(self, _params: Mapping[str, object]) -> Empty:
        self._windows += 1
        return {}

    async def _quit(self, _params: Mapping[str, object]) -> Empty:
        """Ask for the end. It comes by the loop, which writes this answer first."""
        self._application.request_quit()
        return {}

    async def _settings(self, _params: Mapping[str, object]) -> FormAnswer:
        return await self._application.form()

    async def _save_settings(self, params: Mapping[str, object]) -> FormAnswer:
        return await self._application.save(params)

    async def _forget_key(self, _params: Mapping[str, object]) -> FormAnswer:
        return await self._application.forget_key()

    async def _requests(self, _params: Mapping[str, object]) -> RequestsAnswer:
        return await self._application.requests()

    async def _update(self, params: Mapping[str, object]) -> UpdateAnswer:
        return await self._application.update(params.get("do"))

    async def _doctor(self, params: Mapping[str, object]) -> DoctorAnswer:
        return await self._application.doctor(params.get("do"))


def _place_in(params: Mapping[str, object]) -> WindowPlace | None:
    """Return what the window is to show; ``None`` for a page that this version does not have."""
    page, limit = params.get("page"), params.get("limit")
    if not isinstance(page, str) or page not in list(WindowPage):
        return None
    return WindowPlace(WindowPage(page), limit if isinstance(limit, str) else None)
