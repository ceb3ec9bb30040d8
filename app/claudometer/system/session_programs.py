"""Finds out whether a program runs in a desktop session, on Linux."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PROC = Path("/proc")

_LONGEST = 15
"""To how many characters the system cuts the name of a process."""

_NAMED_BY = ("DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "DISPLAY")
"""Tells one session from another: the first of these variables that both environments have."""


def runs_in_session(name: str, environ: Mapping[str, str], *, proc: Path = _PROC) -> bool:
    """Return whether this user runs the program in the session with this environment. Blocks for a moment.

    Args:
        name: of the program's file, which has at most ``_LONGEST`` characters.
        proc: where the system lists processes, see proc(5).
    """
    return any(_is_in_session(theirs, environ) for theirs in _environments(name, proc))


def _environments(name: str, proc: Path) -> Iterator[dict[str, str]]:
    """Return the environment of each process of this user that has the name."""
    names = {name, f".{name}-wrapped"[:_LONGEST]}  # on NixOS, a script of the name runs the program
    for folder in proc.glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            if (folder / "comm").read_text(encoding="utf-8", errors="replace").rstrip("\n") not in names:
                continue
            if folder.stat().st_uid == os.getuid():
                lines = (folder / "environ").read_bytes().decode("utf-8", "surrogateescape").split("\0")
                yield dict(line.partition("=")[::2] for line in lines)


def _is_in_session(theirs: Mapping[str, str], ours: Mapping[str, str]) -> bool:
    """Return whether both are of one session; also if nothing tells them apart."""
    variable = next((each for each in _NAMED_BY if theirs.get(each) and ours.get(each)), None)
    return variable is None or _without_guid(theirs[variable]) == _without_guid(ours[variable])


def _without_guid(address: str) -> str:
    """Return a bus's address without the id that only some programs of a session are told."""
    return address.partition(",guid=")[0]
