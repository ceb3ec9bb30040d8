"""Writes the forecasts for the status line into a file, because that command has no time to ask the app."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from claudometer.domain.usage import LimitKind, Mode
from claudometer.system import captures
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from claudometer.present.view import AccountView

WRITTEN_EVERY_S = 600.0
"""The status line ignores a file that is twice as old: an app that was killed cannot remove it."""


class LineForecast:
    """Writes what the status line shows beside its numbers, whenever that changes.

    Args:
        state_folder: where the status line looks for the file.
        login_folder: returns the folder of the login that the numbers are about.
    """

    def __init__(self, state_folder: Path, login_folder: Callable[[], str]) -> None:
        self._state_folder = os.fspath(state_folder)
        self._login_folder = login_folder
        self._written: dict[str, captures.LineWords] = {}
        self._written_at: datetime | None = None
        self._writing = asyncio.Lock()

    async def write(self, view: AccountView) -> None:
        """Write the forecasts of a view, unless the file has them already."""
        if view.demo or view.mode is not Mode.CLI:
            return
        words = _words(view)
        async with self._writing:
            age_s = None if self._written_at is None else (view.now - self._written_at).total_seconds()
            is_fresh = age_s is not None and 0 <= age_s < WRITTEN_EVERY_S
            if words == self._written and (is_fresh or not words):
                return
            try:
                is_written = await off_loop(self._write, words, view.now.timestamp())
            except OSError:  # a drive that does not respond: the line shows no forecast, which is no error
                return
            if is_written:
                self._written, self._written_at = words, view.now

    def _write(self, words: dict[str, captures.LineWords], now: float) -> bool:
        """Write the file, and return whether that worked. Its name needs a login."""
        login = captures.login_of(self._login_folder())
        if not login:
            return False
        path = captures.forecast_file(self._state_folder, login)
        return captures.save(path, {"version": 1, "at": now, "words": words})


def _words(view: AccountView) -> dict[str, captures.LineWords]:
    """Return what the line shows of session and week, by kind of limit, if there is a forecast."""
    return {
        limit.kind.value: (limit.reset.at.timestamp(), limit.forecast.then, limit.forecast.is_full)
        for limit in view.limits
        if limit.kind in (LimitKind.SESSION, LimitKind.WEEKLY) and limit.forecast and limit.reset.at
    }
