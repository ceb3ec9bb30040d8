"""Names the files and folders of one user on this system. Creates and reads none of them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from claudometer.system import claude_variables
from claudometer.system.demo_plan import demo_name
from claudometer.system.home import base_folder
from claudometer.system.runtime import NAME, runtime_folder, socket_path


@dataclass(frozen=True, slots=True)
class Places:
    """The files and folders of one run. None of them has to exist yet.

    Attributes:
        settings_file: the user's settings.
        state_folder: of budgets, last readings, history and request ledger.
        runtime_folder: the folder of ``socket`` and ``lock_file``; emptied when the machine restarts.
    """

    settings_file: Path
    state_folder: Path
    log_folder: Path
    runtime_folder: Path
    socket: str
    lock_file: Path


def find_places(*, demo: bool) -> Places:
    """Return this user's places. Those of the demo are in the runtime folder, so it changes no real data."""
    runtime = Path(runtime_folder())
    socket = socket_path(demo=demo)
    config, state, log = _demo_folders(runtime) if demo else _user_folders()
    return Places(
        settings_file=config / "settings.json",
        state_folder=state,
        log_folder=log,
        runtime_folder=runtime,
        socket=socket,
        lock_file=Path(socket).with_suffix(".lock"),
    )


def claude_config_folder(chosen: str | None = None) -> Path:
    """Return Claude Code's folder: from its variable, else ``chosen``, else its default."""
    return Path(claude_variables.named_config() or chosen or claude_variables.default_folder())


def _user_folders() -> tuple[Path, Path, Path]:
    if sys.platform not in {"darwin", "win32"}:
        state = Path(base_folder("XDG_STATE_HOME", ".local", "state"), NAME)
        return Path(base_folder("XDG_CONFIG_HOME", ".config"), NAME), state, state / "log"
    from platformdirs import PlatformDirs  # noqa: PLC0415 - not needed on Linux

    known = PlatformDirs(NAME, appauthor=False)
    return known.user_config_path, known.user_state_path, known.user_log_path


def _demo_folders(runtime: Path) -> tuple[Path, Path, Path]:
    # Emptied at the next start of the machine; nothing of the demo is worth keeping.
    root = runtime / demo_name()
    return root / "config", root / "state", root / "state" / "log"
