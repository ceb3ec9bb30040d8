"""What ``claudometer statusline`` was told by Claude Code, as a source that costs no request. Only reads."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from claudometer.domain.times import time_of
from claudometer.domain.usage import FreeReading, Source
from claudometer.providers.claude import capture_codec as capture_wire
from claudometer.providers.claude.capture import differ
from claudometer.providers.claude.leftovers import stamp_of, still_open
from claudometer.providers.claude.limits import THE_SESSION, THE_WEEK, build_limit
from claudometer.system import captures
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.clock import Clock

log = logging.getLogger(__name__)

_IDENTITIES = {"five_hour": THE_SESSION, "seven_day": THE_WEEK}


class StatusLine:
    """The status line's numbers for one folder of Claude Code, which may change while the program runs."""

    def __init__(self, config_folder: Callable[[], Path], state_folder: Path, clock: Clock) -> None:
        self._config_folder = config_folder
        self._state_folder = state_folder
        self._clock = clock
        self._last_stamp: Hashable = None

    async def stamp(self) -> Hashable:
        """Return something that changes when the file does, also to another one.

        While the disk does not answer it stays the same.
        """
        try:
            self._last_stamp = await off_loop(self._stamp)
        except OSError as error:
            log.debug("the status line's numbers cannot be looked at: %s", error)
        return self._last_stamp

    async def look(self) -> FreeReading | None:
        """Read the session and the week, as far as their windows are open."""
        try:
            kept, login = await off_loop(self._load)
        except OSError as error:
            log.debug("the status line's numbers cannot be read: %s", error)
            return None
        return parse_capture(kept, self._clock.now(), login)

    def _stamp(self) -> Hashable:
        return stamp_of(self._files())

    def _load(self) -> tuple[object, str]:
        return captures.load(self._files()[0]), captures.login_of(os.fspath(self._config_folder()))

    def _files(self) -> tuple[str]:
        return (captures.capture_file(os.fspath(self._state_folder), os.fspath(self._config_folder())),)


def parse_capture(kept: object, now: datetime, login: str = "") -> FreeReading | None:
    """Read what the file holds; ``None`` when none of it says anything about now, or about this ``login``."""
    found = capture_wire.from_wire(kept, now.timestamp())
    if found.captured_at is None or differ(found.login, login):
        return None
    captured_at = time_of(found.captured_at)
    windows = capture_wire.write_windows(found.windows)
    limits = (
        build_limit(_IDENTITIES[name], window, "used_percentage", now) for name, window in windows.items()
    )
    usable = still_open((limit for limit in limits if limit is not None), captured_at, now)
    return FreeReading(Source.STATUS_LINE, captured_at, usable) if usable else None
