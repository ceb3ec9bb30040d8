"""Finds other copies of the tray program on Linux that share our saved data, but not our lock."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PROC = Path("/proc")
_STARTS_THE_TRAY = frozenset({"open", "settings"})
_NAME = "claudometer"


def find_other_copies(*, besides: int | None, proc: Path = _PROC) -> list[int]:
    """Return the process ids of this user's other tray programs, in ascending order. Blocks for a moment.

    Two copies can run because another session, or a shell with another ``XDG_RUNTIME_DIR``, has a lock of its
    own. A copy with another home folder has its own data as well, so it does no harm.

    Args:
        besides: the app that this session knows.
        proc: where the system lists processes, see proc(5).
    """
    if sys.platform in {"darwin", "win32"} or not proc.is_dir():
        return []
    # The parent may be a launcher of the same name, for example of an AppImage.
    known = {besides, os.getpid(), os.getppid()}
    numbers = sorted(int(entry.name) for entry in proc.iterdir() if entry.name.isdecimal())
    return [number for number in numbers if number not in known and _is_tray(proc / str(number))]


def _is_tray(folder: Path) -> bool:
    try:
        # The environment of other users' processes cannot be read, and their copies have other data.
        if folder.stat().st_uid != os.getuid():
            return False
        words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
    except OSError:
        return False
    rest = _words_after_program(words)
    if rest is None or "--demo" in rest or not _shares_our_data(folder):
        return False
    commands = [word for word in rest if not word.startswith("-")]
    return not any(word in {"--help", "--version", "--selftest"} for word in rest) and (
        not commands or commands[0] in _STARTS_THE_TRAY
    )


def _shares_our_data(folder: Path) -> bool:
    try:
        lines = (folder / "environ").read_bytes().decode("utf-8", "surrogateescape").split("\0")
    except OSError:
        return False
    theirs = dict(line.partition("=")[::2] for line in lines)
    return all(theirs.get(name) == os.environ.get(name) for name in ("HOME", "XDG_STATE_HOME"))


def _words_after_program(words: list[str]) -> list[str] | None:
    """Return the arguments of our program in a command line, ``None`` if it starts another program."""
    if words and "python" in Path(words[0]).name:
        words, is_packaged = _without_interpreter(words[1:])
        if words[:2] == ["-m", _NAME]:
            return words[2:]
        if is_packaged:
            return words[1:]
    return words[1:] if words and Path(words[0]).name in {_NAME, f"{_NAME}.py"} else None


def _without_interpreter(words: list[str]) -> tuple[list[str], bool]:
    """Return what follows Python's own options, and whether a package of ours has started it.

    Packages pass ``-X claudometer=…``, in one word or two; see :mod:`claudometer.system.launch_command`.
    """
    rest, is_packaged = list(words), False
    while rest and rest[0].startswith("-") and rest[0] != "-m":
        option = rest.pop(0)
        if option.startswith("-X"):
            value = option.removeprefix("-X") or (rest.pop(0) if rest else "")
            is_packaged = is_packaged or value.startswith(f"{_NAME}=")
    return rest, is_packaged
