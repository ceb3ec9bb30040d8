"""What the engine is built from: interfaces of the operating system, of storage and of the provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.next_poll import decide_next
from claudometer.domain.plan import UNKNOWN_PLAN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.json_object import JsonObject
    from claudometer.domain.outcome import MissingCredentials
    from claudometer.domain.plan import Plan
    from claudometer.domain.secret import Secret
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Problem
    from claudometer.domain.usage import Mode
    from claudometer.engine.bus import Bus
    from claudometer.engine.recording_history import History
    from claudometer.engine.schedule import Policy
    from claudometer.providers.base import (
        KeyRenewals,
        LimitHitSource,
        LocalSource,
        ProviderRules,
        SessionKeyReader,
        UsageSource,
    )
    from claudometer.vault.base import SecretStore


CHECK_EVERY_S = 7.0
"""How often credentials, local sources and clocks are checked between two polls, and during one."""


class StateFile(Protocol):
    """A small JSON object on disk, shared by several processes. Methods block; call them off the loop."""

    @property
    def is_spare(self) -> bool:
        """Whether the last change could only be written to a spare file, which does not last."""
        ...

    @property
    def fault(self) -> Mapping[str, str]:
        """Why the last change could not be written where it belongs, as facts; empty if not known."""
        ...

    def read(self) -> JsonObject:
        """Return the object, empty if there is no file, ``{"damaged": True}`` if it was damaged."""
        ...

    def change(self, edit: Callable[[JsonObject], None], *, durable: bool = True) -> None:
        """Edit the object in place and write it, under a lock against other processes. Raises ``OSError``.

        What is not ``durable`` survives the end of the process at once, and a power cut with the next change
        that is.
        """
        ...


class SettingsFile(Protocol):
    """The settings file. Methods block; call them off the loop."""

    folder: str
    """Its folder, for a message."""

    def save(self, settings: Settings) -> None:
        """Write the settings. Raises ``ClaudometerError(SETTINGS_UNWRITABLE)``."""
        ...


class Autostart(Protocol):
    """Start at login, as the system is configured. Methods block."""

    def is_enabled(self) -> bool: ...
    def enable(self) -> None: ...
    def disable(self) -> None: ...


class LoginProbe(Protocol):
    """Checks whether Claude Code's login can be read, for the settings form."""

    async def __call__(self) -> MissingCredentials | None:
        """Return ``None`` if there is a login, else what is wrong."""
        ...


class ClaudeFolder(Protocol):
    """The folder in which Claude Code keeps its login."""

    chosen: str | None
    """The user's choice, an absolute path; ``None`` for the default."""

    @property
    def variable(self) -> str | None:
        """The environment variable that overrides the choice, if any."""
        ...

    @property
    def path(self) -> str:
        """The absolute path of the folder in force."""
        ...

    @property
    def shown(self) -> str:
        """The same, as people write it, with ``~``."""
        ...

    @property
    def own(self) -> str | None:
        """The same, ``None`` while it is the default."""
        ...

    def check(self, typed: str) -> str | None:
        """Return the absolute path of a folder as it was typed. Blocks. Raises ``InvalidSettingError``."""
        ...


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the environment sets for this run. Never saved; the form shows these fields as locked."""

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


class WatchedFiles(Protocol):
    """The files on this computer that credentials and local sources are read from."""

    async def may_have_changed(self) -> bool:
        """Return whether one may have changed since the last call; true where that cannot be known."""
        ...


class UnwatchedFiles:
    """Files that are looked at each time."""

    async def may_have_changed(self) -> bool:
        return True


async def _unknown() -> datetime | None:
    return None


def _unknown_plan() -> Plan:
    return UNKNOWN_PLAN


def _utc(_at: float) -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class LocalSources:
    """The sources on this computer, which cost no request.

    Attributes:
        sources: what Claude Code left on this computer, about the account that was logged in then.
        login_written_at: returns when its login was last written, aware UTC, ``None`` if that is not known.
        limit_hits: when it last hit a limit.
        plan: returns the plan that the login named when it was last read.
    """

    sources: tuple[LocalSource, ...] = ()
    login_written_at: Callable[[], Awaitable[datetime | None]] = _unknown
    limit_hits: LimitHitSource | None = None
    plan: Callable[[], Plan] = _unknown_plan


class SourceMaker(Protocol):
    """Builds the sources of numbers: once at the start, and for each session key that a save tests."""

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
class Dependencies:
    """What the engine needs from outside, assembled in ``processes/assembly.py``.

    Attributes:
        store: where the session key may be kept.
        settings: as the file had them at the start.
        state: budgets, last readings, and what else the programs of a user share.
        autostart: ``None`` where this system or package has no start at login.
        fitting_mode: finds the mode that fits this computer, for as long as none is chosen.
        boot_id: names the start of the computer from which ``Clock.boottime()`` counts.
        files: says whether credentials and local sources need to be checked at all.
        has_browser: whether this program can start a hidden browser.
        update_host: the server of newer versions, ``None`` if none is contacted.
        log_folder: where a message tells people to look for the log.
        state_folder: the folder that a message names when it cannot be written.
        notices: problems that were found before the engine was built.
        check_every_s: how often the poller checks credentials, local sources and clocks, in seconds.
        policy: decides when to poll next.
        history: keeps readings for long, ``None`` to keep none.
        offset_at: the local time zone: seconds to add to a time since 1970, for the hours of the user's week.
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
    rules: ProviderRules
    fitting_mode: Callable[[], Awaitable[Mode]]
    version: str
    boot_id: str
    local: LocalSources
    overrides: Overrides
    files: WatchedFiles = UnwatchedFiles()  # noqa: RUF009 - has no state
    has_browser: bool = False
    update_host: str | None = None
    log_folder: str = "…"
    state_folder: str = "…"
    notices: tuple[Problem, ...] = ()
    demo: bool = False
    check_every_s: float = CHECK_EVERY_S
    policy: Policy = decide_next
    history: History | None = None
    offset_at: Callable[[float], float] = _utc
