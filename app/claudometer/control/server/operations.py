"""What each operation of the wire does: one table, from names to calls of the engine's facade."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.snapshot import Snapshot

Result = dict[str, Any]
Handler = Callable[[Mapping[str, Any]], Awaitable[Result]]


class RefreshAnswer(Protocol):
    """Whether a click led to a request; if not, until when Claude, or our own browser, lets it wait."""

    @property
    def accepted(self) -> bool: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def browser(self) -> bool: ...


class Bus(Protocol):
    """Where the news is."""

    def subscribe(self, kind: type[Any], callback: Callable[[Any], None], /) -> Callable[[], None]: ...


class Facade(Protocol):
    """What the control server needs of the engine. Every method is called on the loop."""

    @property
    def bus(self) -> Bus: ...
    @property
    def snapshot(self) -> Snapshot: ...
    async def refresh(self) -> RefreshAnswer: ...
    async def form(self) -> Result: ...
    async def save(self, params: Mapping[str, object], /) -> Result: ...
    async def forget_key(self) -> Result: ...
    def request_window(self) -> None: ...
    def request_quit(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Which program answers."""

    version: str
    demo: bool


async def _no_updates(_what: object) -> Result:
    return {"update": None}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the server can tell without the engine.

    Attributes:
        status: the object that ``status --json`` prints.
        requests: today's requests; see ``control.server.requests``.
        update: does what is asked about a newer version, and tells what is known of it.
    """

    identity: Identity
    status: Callable[[], Result]
    requests: Callable[[], Awaitable[Result]]
    update: Callable[[object], Awaitable[Result]] = _no_updates


class Operations:
    """Carries out requests. ``subscribe`` is not one of these: it never ends, the server streams it."""

    def __init__(self, engine: Facade, answers: Answers) -> None:
        self._engine = engine
        self._answers = answers
        self._windows = 0

    def table(self) -> dict[str, Handler]:
        """Return the handler of every operation."""
        return {
            "ping": self._ping,
            "status": self._answer_status,
            "refresh": self._refresh,
            "open_window": self._open_window,
            "window_ready": self._window_ready,
            "quit": self._quit,
            "settings": self._settings,
            "save_settings": self._engine.save,
            "forget_key": self._forget_key,
            "requests": self._requests,
            "update": self._update,
        }

    async def _ping(self, _params: Mapping[str, Any]) -> Result:
        identity = self._answers.identity
        return {
            "pid": os.getpid(),
            "version": identity.version,
            "demo": identity.demo,
            "windows": self._windows,
        }

    async def _answer_status(self, _params: Mapping[str, Any]) -> Result:
        return self._answers.status()

    async def _refresh(self, _params: Mapping[str, Any]) -> Result:
        answer = await self._engine.refresh()
        return {
            "accepted": answer.accepted,
            "until": answer.until.isoformat() if answer.until else None,
            "browser": answer.browser,
        }

    async def _open_window(self, _params: Mapping[str, Any]) -> Result:
        self._engine.request_window()
        return {}

    async def _window_ready(self, _params: Mapping[str, Any]) -> Result:
        self._windows += 1
        return {}

    async def _quit(self, _params: Mapping[str, Any]) -> Result:
        """Ask for the end. It comes by the loop, which writes this answer first."""
        self._engine.request_quit()
        return {}

    async def _settings(self, _params: Mapping[str, Any]) -> Result:
        return await self._engine.form()

    async def _forget_key(self, _params: Mapping[str, Any]) -> Result:
        return await self._engine.forget_key()

    async def _requests(self, _params: Mapping[str, Any]) -> Result:
        return await self._answers.requests()

    async def _update(self, params: Mapping[str, Any]) -> Result:
        return await self._answers.update(params.get("do"))
