"""Start times of the checkout and of an AppImage in dist/: warm, and cold after dropping the caches."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING

from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

DIST = Path(__file__).parents[2] / "dist"
DROP_CACHES = Path("/proc/sys/vm/drop_caches")
FUSE = Path("/dev/fuse")
UNPACKED = {"APPIMAGE_EXTRACT_AND_RUN": "1"}


def time_start_s(
    session: DesktopSession,
    home: PrivateHome,
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    cold: bool = False,
) -> float:
    """Return the seconds from the start of the process to the icon's registration at the panel."""
    if cold:
        drop_caches()
    tray = session.tray("claudometer")
    started = time.perf_counter()
    program = session.run(command, home, env=env)
    try:
        wait_for(tray.find, what="the icon", timeout_s=60)
        return time.perf_counter() - started
    finally:
        program.stop()
        tray.wait_until_gone()
        # The AppImage removes its unpacked files only when it is not killed.
        for unpacked in home.temporary.glob("appimage_extracted_*"):
            shutil.rmtree(unpacked)


def can_mount() -> bool:
    """Return whether an AppImage can mount itself: with FUSE, its library, and root or fusermount."""
    permitted = os.geteuid() == 0 or shutil.which("fusermount") or shutil.which("fusermount3")
    return bool(FUSE.exists() and find_library("fuse") and permitted)


def drop_caches() -> None:
    """Make the kernel drop its page cache, which needs root."""
    os.sync()  # the kernel keeps pages that are not written yet
    DROP_CACHES.write_text("3", encoding="ascii")  # 3: page cache, and directory entries and inodes


def starts(session: DesktopSession, home: PrivateHome, program: str, count: int) -> list[tuple[str, str]]:
    """Return the name and median time of each way to start. Cold starts are measured only as root."""
    commands: list[tuple[str, str, Mapping[str, str]]] = [("checkout", program, {})]
    for image in sorted(DIST.glob("Claudometer-*.AppImage")):
        size = f"{image.stat().st_size / 1e6:.0f} MB"
        if can_mount():
            commands.append((f"AppImage of {size}, mounted", str(image), {}))
        commands.append((f"AppImage of {size}, unpacked at each start", str(image), UNPACKED))
    return [
        (
            f"{name}: start to tray icon, {'cold' if cold else 'warm'}",
            f"{_median(session, home, path, env, count, cold=cold):.2f} s",
        )
        for name, path, env in commands
        for cold in ((False, True) if os.access(DROP_CACHES, os.W_OK) else (False,))
    ]


def _median(
    session: DesktopSession,
    home: PrivateHome,
    program: str,
    env: Mapping[str, str],
    count: int,
    *,
    cold: bool,
) -> float:
    # Not counted: the first start finds some files in the cache and others not.
    time_start_s(session, home, (program, "--demo"), env)
    return statistics.median(
        time_start_s(session, home, (program, "--demo"), env, cold=cold) for _ in range(count)
    )
