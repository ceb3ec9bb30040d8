"""What all checks need first: the folders, the environment, the settings. Never blocks for long."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import Settings
from claudometer.domain.usage import Mode
from claudometer.settings.environment import Environment, read_environment
from claudometer.settings.store import read_only
from claudometer.system.anonymous_paths import shell_path, shown_path
from claudometer.system.login_folder import ClaudeFolder
from claudometer.system.off_loop import run_abandonable
from claudometer.system.paths import Places, find_places
from claudometer.system.processes import HAS_SESSION_KEY

if TYPE_CHECKING:
    from pathlib import Path

DISK_S = 4.0
"""How long the settings may take: a drive that spins up responds in this time, a dead one never does."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The folders, environment and settings of this run.

    Attributes:
        mode: as chosen; ``None`` if nobody has chosen one.
        settings_finding: the result for the settings and the variables.
        is_environment_usable: false if a variable cannot be used, so that the server to ask is not known.
        has_session_key: whether the environment has one, or that of the app that runs this check.
    """

    places: Places
    environment: Environment
    settings: Settings
    claude_folder: ClaudeFolder
    mode: Mode | None
    settings_finding: Finding
    demo: bool
    is_environment_usable: bool
    has_session_key: bool

    @property
    def asked_url(self) -> str:
        """The address of the server that the numbers come from."""
        is_web = self.mode is Mode.WEB
        return self.environment.web_url if is_web else self.environment.oauth_url


async def look_around(*, demo: bool) -> Surroundings:
    """Read environment and settings. A fault in them becomes a finding."""
    places = find_places(demo=demo)
    environment, of_environment = _environment()
    finding = of_environment
    settings = Settings()
    if not demo:
        try:
            settings, of_file = await run_abandonable(
                lambda: _settings(places.settings_file), timeout_s=DISK_S
            )
        except TimeoutError:
            of_file = Finding(
                Part.SETTINGS, State.UNKNOWN, f"{Part.SETTINGS}.late", {"seconds": round(DISK_S)}
            )
        finding = finding or of_file
    has_key = environment.session_key is not None or HAS_SESSION_KEY in os.environ
    return Surroundings(
        places,
        environment,
        settings,
        ClaudeFolder(settings.account.claude_folder),
        # As the app chooses: a session key in the environment comes before the saved mode.
        environment.mode or (Mode.WEB if has_key else settings.account.mode),
        finding or Finding(Part.SETTINGS, State.OK, "settings.defaults"),
        demo,
        is_environment_usable=of_environment is None,
        has_session_key=has_key,
    )


def _environment() -> tuple[Environment, Finding | None]:
    try:
        return read_environment(), None
    except ClaudometerError as error:
        facts = error.facts | {"command": f"unset {error.facts['variable']}"}
        return Environment(), Finding(Part.SETTINGS, State.ATTENTION, error.code, facts)


def _settings(file: Path) -> tuple[Settings, Finding]:
    path = {"file": shown_path(file), "path": shown_path(file)}
    found = read_only(file)
    match found.code:
        case None:
            said = "settings.fine" if found.is_there else "settings.defaults"
            return found.settings, Finding(Part.SETTINGS, State.OK, said)
        case ErrorCode.SETTINGS_BROKEN:
            command = f"mv {shell_path(file)} {shell_path(file)}.broken"
            said = "settings.broken" if found.is_utf8 else "settings.not_utf8"
            said = said if found.is_file else "settings.not_file"
            return found.settings, Finding(Part.SETTINGS, State.ATTENTION, said, path | {"command": command})
        case ErrorCode.SETTINGS_UNREADABLE:
            facts = path | {"command": found.command or f"chmod u+rw {shell_path(file)}"}
            return found.settings, Finding(Part.SETTINGS, State.ATTENTION, "settings.unreadable", facts)
        case code:
            facts = path | {"names": found.names}
            return found.settings, Finding(Part.SETTINGS, State.ATTENTION, code, facts)
