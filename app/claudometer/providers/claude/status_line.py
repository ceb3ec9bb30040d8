"""Reads the numbers that ``claudometer statusline`` received from Claude Code, which costs no request."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from claudometer.domain.times import time_of
from claudometer.domain.usage import LocalReading, Source
from claudometer.providers.claude import capture_codec
from claudometer.providers.claude.capture import are_different_accounts
from claudometer.providers.claude.limit_windows import identify_window
from claudometer.providers.claude.limits import LimitIdentity, build_limit, unknown_limit
from claudometer.providers.claude.local_files import ended, stamp_of, still_open
from claudometer.system import captures
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.clock import Clock

log = logging.getLogger(__name__)

_SPEND_LIMIT = unknown_limit(capture_codec.SPEND_LIMIT, "Spend limit", None)


def _identify(name: str) -> LimitIdentity:
    return _SPEND_LIMIT if name == capture_codec.SPEND_LIMIT else identify_window(name)


class StatusLineSource:
    """The status line's numbers for one folder of Claude Code, which may change during the run.

    Args:
        login_folder: returns the folder of the login, ``None`` while that must not be read. By default it is
            the same.
    """

    def __init__(
        self,
        config_folder: Callable[[], Path],
        state_folder: Path,
        clock: Clock,
        *,
        login_folder: Callable[[], Path | None] | None = None,
    ) -> None:
        self._config_folder = config_folder
        self._login_folder = login_folder or config_folder
        self._state_folder = state_folder
        self._clock = clock
        self._last_stamp: Hashable = None

    async def stamp(self) -> Hashable:
        """Return a value that changes when the file is changed, replaced, created or removed.

        It stays the same while the disk does not respond.
        """
        try:
            self._last_stamp = await off_loop(self._stamp)
        except OSError as error:
            log.debug("the status of the status line's file cannot be read: %s", error)
        return self._last_stamp

    async def read(self) -> LocalReading | None:
        """Read session, week and whatever else Claude Code passed, if their windows are open."""
        try:
            kept, organization_id = await off_loop(self._load)
        except OSError as error:
            log.debug("the status line's file cannot be read: %s", error)
            return None
        login = captures.digest(organization_id) if organization_id else ""
        return parse_capture(kept, self._clock.now(), login, organization_id)

    def _stamp(self) -> Hashable:
        return stamp_of(self._files())

    def _load(self) -> tuple[object, str | None]:
        folder = self._login_folder()
        organization_id = None if folder is None else captures.organization_of(os.fspath(folder))
        return captures.load(self._files()[0]), organization_id

    def _files(self) -> tuple[str]:
        return (captures.capture_file(os.fspath(self._state_folder), os.fspath(self._config_folder())),)


def parse_capture(
    kept: object, now: datetime, login: str = "", organization_id: str | None = None
) -> LocalReading | None:
    """Parse the file; ``None`` if nothing in it is valid at ``now`` for the digest ``login``.

    Args:
        organization_id: whose digest ``login`` is. The reading names it if the file says so, too.
    """
    found = capture_codec.from_wire(kept, now.timestamp())
    if found.captured_at is None or are_different_accounts(found.login, login):
        return None
    captured_at = time_of(found.captured_at)
    windows = capture_codec.write_windows(found.windows)
    # Limits other than session and week, such as a gateway's spend limit, count only in local mode.
    built = (build_limit(_identify(name), window, "used_percentage", now) for name, window in windows.items())
    limits = [limit for limit in built if limit is not None]
    usable = still_open(limits, captured_at, now)
    # Only if the digests match: the account may have changed between the capture and now.
    owner = organization_id if found.login and found.login == login else None
    over = ended(limits, now)
    return LocalReading(Source.STATUS_LINE, captured_at, usable, owner, ended=over) if usable else None
