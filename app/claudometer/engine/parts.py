"""What the engine is built from: the interfaces it needs of the operating system and of storage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.outcome import MissingCredentials
    from claudometer.domain.secret import Secret
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Problem
    from claudometer.domain.usage import Mode
    from claudometer.engine.bus import Bus
    from claudometer.providers.base import FreeSource, KeyRenewals, SessionKeyReader, UsageSource
    from claudometer.vault.base import SecretStore


class StateFile(Protocol):
    """A small JSON object on disk that several processes may change. Call its methods off the loop."""

    def read(self) -> dict[str, Any]:
        """Return the object, empty when there is none; ``{"damaged": True}`` when one was lost."""
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

    async def __call__(self) -> MissingCredentials | None:
        """Return ``None`` when a login is there, else what is wrong."""
        ...


class ClaudeFolder(Protocol):
    """Where Claude Code keeps its login."""

    chosen: str | None
    """The user's choice, an absolute path; ``None`` for the default."""

    @property
    def variable(self) -> str | None:
        """The environment variable that decides in the user's place, if one does."""
        ...

    @property
    def shown(self) -> str:
        """The folder in force, as people write it."""
        ...

    @property
    def own(self) -> str | None:
        """The same, ``None`` while it is the default for want of another."""
        ...

    def check(self, typed: str) -> str | None:
        """Return what to choose for a folder as it was typed. Blocks. Raises ``InvalidSettingError``."""
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


async def _nobody_knows() -> datetime | None:
    return None


@dataclass(frozen=True, slots=True)
class Free:
    """What lies on this computer already.

    Attributes:
        sources: each left by Claude Code, of whoever was logged in to it then.
        login_written_at: when its login was written last, aware UTC; ``None`` when nobody knows.
    """

    sources: tuple[FreeSource, ...] = ()
    login_written_at: Callable[[], Awaitable[datetime | None]] = _nobody_knows


class SourceMaker(Protocol):
    """Builds the sources of numbers. Called once at start, and once per key that is tested before a save."""

    def __call__(
        self,
        session_key: SessionKeyReader,
        organization_id: Callable[[], str | None],
        *,
        renewals: KeyRenewals,
        ask_through_browser: Callable[[], bool],
        fresh_key: bool,
    ) -> dict[Mode, UsageSource]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the engine needs from outside, put together in ``processes/assembly.py``.

    ``boot_id`` names the run of the machine whose ``Clock.boottime()`` counts; by default this engine's own.
    ``update_host`` is who is asked for newer versions; ``None`` where nobody is.
    ``log_folder`` is where a message sends people to read the log.
    """

    clock: Clock
    bus: Bus
    make_sources: SourceMaker
    store: SecretStore
    settings: Settings
    settings_file: SettingsFile
    state: StateFile
    login: LoginProbe
    claude_folder: ClaudeFolder
    autostart: Autostart | None
    fitting_mode: Callable[[], Awaitable[Mode]]
    version: str
    boot_id: str = field(default_factory=lambda: uuid4().hex)
    free: Free = Free()
    overrides: Overrides = Overrides()
    has_browser: bool = False
    update_host: str | None = None
    notices: tuple[Problem, ...] = ()
    demo: bool = False
    log_folder: str = "…"
