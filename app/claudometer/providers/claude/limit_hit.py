"""Reads when Claude Code last hit a limit, as ``claudometer hook`` left it. Costs no request."""

from __future__ import annotations

import logging
import math
import os
from typing import TYPE_CHECKING

from claudometer.domain.times import time_of
from claudometer.providers.claude.capture import are_different_accounts
from claudometer.providers.claude.local_files import stamp_of
from claudometer.system import captures
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime
    from pathlib import Path

log = logging.getLogger(__name__)


class LimitHitFile:
    """The hit limits of one folder of Claude Code, which may change during the run.

    Args:
        login: returns a digest of the account that is logged in now, empty if that is not known.
    """

    def __init__(
        self, config_folder: Callable[[], Path], state_folder: Path, *, login: Callable[[], str]
    ) -> None:
        self._config_folder = config_folder
        self._state_folder = state_folder
        self._login = login
        self._last_stamp: Hashable = None

    async def stamp(self) -> Hashable:
        """Return a value that changes with the file. It stays the same while the disk does not respond."""
        try:
            # A method and no lambda: `off_loop` starts no second thread for an object that hangs.
            self._last_stamp = await off_loop(self._stamp)
        except OSError as error:
            log.debug("the status of the hook's file cannot be read: %s", error)
        return self._last_stamp

    async def read(self) -> datetime | None:
        """Return when a limit was hit, by this computer's clock; ``None`` if it was another account."""
        try:
            kept, login = await off_loop(self._load)
        except OSError as error:
            log.debug("the hook's file cannot be read: %s", error)
            return None
        return parse_hit(kept, login)

    def _stamp(self) -> Hashable:
        return stamp_of((self._path(),))

    def _load(self) -> tuple[object, str]:
        return captures.load(self._path()), self._login()

    def _path(self) -> str:
        return captures.hit_file(os.fspath(self._state_folder), os.fspath(self._config_folder()))


def parse_hit(kept: object, login: str) -> datetime | None:
    """Parse the file; ``None`` for anything but a time at which the account ``login`` hit a limit."""
    # A later version may mean something else by the same members.
    if not isinstance(kept, dict) or kept.get("version") != 1:
        return None
    hit_at, owner = kept.get("hit_at"), kept.get("login")
    # The file is ours, but any program of the user may have written to it.
    if isinstance(hit_at, bool) or not isinstance(hit_at, int | float) or not math.isfinite(hit_at):
        return None
    if are_different_accounts(owner if isinstance(owner, str) else "", login):
        return None
    try:
        return time_of(hit_at)
    except (ValueError, OverflowError, OSError):
        return None
