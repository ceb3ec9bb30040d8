"""Where everything of one user lives on this system. Names places; makes and reads nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from claudometer.system.runtime import NAME, runtime_folder, socket_path


@dataclass(frozen=True, slots=True)
class Places:
    """The files and folders of one run.

    Attributes:
        settings_file: the user's settings; its folder may not exist yet.
        state_folder: budget, last numbers, history.
        runtime_folder: the folder of ``socket`` and ``lock_file``; gone after a restart of the machine.
        icon_folder: the pictures that the panel shows now. Who starts clears it.
    """

    settings_file: Path
    state_folder: Path
    log_folder: Path
    runtime_folder: Path
    socket: str
    lock_file: Path
    icon_folder: Path


def find_places(*, demo: bool) -> Places:
    """Return this user's places. The demo's lie inside the runtime folder: nothing real is touched."""
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
        icon_folder=(runtime / "demo" if demo else runtime) / "icons",
    )


def claude_config_folder(chosen: str | None = None) -> Path:
    """Return where Claude Code keeps its files: where its variable says, else ``chosen``, else its default.

    The variable is taken literally, as Claude Code does.
    """
    return Path(os.environ.get("CLAUDE_CONFIG_DIR") or chosen or Path.home() / ".claude")


def _user_folders() -> tuple[Path, Path, Path]:
    from platformdirs import PlatformDirs  # noqa: PLC0415 - the demo and the tests of others do without it

    known = PlatformDirs(NAME, appauthor=False)
    return known.user_config_path, known.user_state_path, known.user_log_path


def _demo_folders(runtime: Path) -> tuple[Path, Path, Path]:
    root = runtime / "demo"
    return root / "config", root / "state", root / "state" / "log"
