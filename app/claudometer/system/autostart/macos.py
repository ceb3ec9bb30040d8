"""Start at login on macOS: a LaunchAgent of the user. Written from documentation, not yet run on a Mac."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from claudometer.system.autostart.base import NAME, Autostart
from claudometer.system.files import read_bytes, write_atomically
from claudometer.system.home import below_home

if TYPE_CHECKING:
    from collections.abc import Sequence

_LIMIT = 64 * 1024


class LaunchAgent(Autostart):
    """``~/Library/LaunchAgents/claudometer.plist``, see launchd.plist(5). launchd reads it at each login."""

    def __init__(self, command: Sequence[str], *, home: Path | None = None) -> None:
        super().__init__(command)
        self._file = (home or Path(below_home())) / "Library" / "LaunchAgents" / f"{NAME}.plist"

    @property
    def place(self) -> str:
        return str(self._file.parent)

    def _named_program(self) -> str | None:
        agent = self._read()
        arguments = agent.get("ProgramArguments")
        if agent.get("Disabled") is True or agent.get("RunAtLoad") is not True:
            return None
        return str(arguments[0]) if isinstance(arguments, list) and arguments else None

    def _write(self) -> None:
        agent = {
            "Label": NAME,
            "ProgramArguments": self._command,
            "RunAtLoad": True,
            # Otherwise launchd may throttle it as a background process.
            "ProcessType": "Interactive",
            # Only in a session with a screen, because a login over SSH loads agents as well.
            "LimitLoadToSessionType": "Aqua",
        }
        write_atomically(self._file, plistlib.dumps(agent))

    def _remove(self) -> None:
        self._file.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        """Return the agent; empty if it is missing, or so damaged that launchd cannot read it either."""
        try:
            agent = plistlib.loads(read_bytes(self._file, limit=_LIMIT))
        except (FileNotFoundError, plistlib.InvalidFileException, ExpatError, ValueError):
            return {}
        return agent if isinstance(agent, dict) else {}
