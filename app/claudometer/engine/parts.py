"""What the engine is built from: the interfaces it needs of the operating system and of storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from claudometer.domain.clock import Clock
    from claudometer.domain.secret import Secret
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Problem
    from claudometer.domain.usage import Mode
    from claudometer.engine.bus import Bus
    from claudometer.providers.base import SessionKeyReader, UsageSource
    from claudometer.vault.base import SecretStore


class StateFile(Protocol):
    """A small JSON object on disk that several processes may change. Call its methods off the loop."""

    def read(self) -> dict[str, Any]:
        """Return the object, empty when there is none or it is damaged."""
        ...

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit the object in place and write it whole, with other processes kept out meanwhile."""
        ...


class SettingsFile(Protocol):
    """Where settings are kept. Methods block; call them off the loop."""

    def save(self, settings: Settings) -> None:
        """Write the settings whole. Raises ``ClaudometerError(SETTINGS_UNWRITABLE)``."""
        ...


class Autostart(Protocol):
    """Start at login, as the system has it."""

    def is_enabled(self) -> bool: ...
    def enable(self) -> None: ...
    def disable(self) -> None: ...


class LoginProbe(Protocol):
    """Tells whether Claude Code's login can be read, for the settings form."""

    async def __call__(self) -> str | None:
        """Return ``None`` when a login is there, else the error code."""
        ...


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the environment sets for this run: never written back, shown as locked."""

    mode: Mode | None = None
    interval_seconds: int | None = None
    session_key: Secret | None = None

    def names(self) -> list[str]:
        """Return the names of the form fields that are locked."""
        fields = {
            "mode": self.mode,
            "interval_seconds": self.interval_seconds,
            "session_key": self.session_key,
        }
        return [name for name, value in fields.items() if value is not None]


class SourceMaker(Protocol):
    """Builds the sources of numbers. Called once at start, and once per key that is tested before a save."""

    def __call__(
        self,
        session_key: SessionKeyReader,
        organization_id: Callable[[], str | None],
        *,
        ask_through_browser: Callable[[], bool],
        fresh_key: bool,
    ) -> dict[Mode, UsageSource]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the engine needs from outside, put together in ``app.py``."""

    clock: Clock
    bus: Bus
    make_sources: SourceMaker
    store: SecretStore
    settings: Settings
    settings_file: SettingsFile
    state: StateFile
    login: LoginProbe
    login_folder: Callable[[], Path]
    autostart: Autostart | None
    fitting_mode: Callable[[], Awaitable[Mode]]
    version: str
    overrides: Overrides = Overrides()
    has_browser: bool = False
    notices: tuple[Problem, ...] = ()
    demo: bool = False
