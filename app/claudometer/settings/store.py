"""The settings file: read whole, written whole, and moved aside when it is damaged."""

from __future__ import annotations

import errno
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import Settings
from claudometer.domain.snapshot import Problem
from claudometer.settings.migrations import migrate
from claudometer.system.files import read_bytes, remove_leftovers, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

MAX_BYTES = 1024 * 1024

_NO_SETTINGS = frozenset({errno.EINVAL, errno.EISDIR, errno.EFBIG})
"""No file at all, or far too large: nothing that could be read another time."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and what had to be said about their file."""

    settings: Settings
    problem: Problem | None = None


class SettingsStore:
    """Keeps settings in one JSON file. No secret is ever written here."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.folder = str(path.parent)

    def load(self) -> Loaded:
        """Return the saved settings; defaults when there are none, and when the file is of no use.

        A damaged one is moved aside. One that cannot be read may be a good one, and stays where it is.
        """
        try:
            raw = read_bytes(self._path, limit=MAX_BYTES)
        except FileNotFoundError:
            return Loaded(Settings())
        except OSError as error:
            log.warning("the settings file cannot be read: %s", error)
            return self._set_aside() if error.errno in _NO_SETTINGS else self._leave_unread()
        try:
            return Loaded(Settings.model_validate(migrate(json.loads(raw))))
        except (ValueError, TypeError, RecursionError, ValidationError) as error:
            log.warning("the settings file is damaged: %s", type(error).__name__)
            return self._set_aside()

    def save(self, settings: Settings) -> None:
        """Write the settings whole.

        Raises:
            ClaudometerError: ``SETTINGS_UNWRITABLE``; the old file is untouched.
        """
        text = settings.model_dump_json(indent=2) + "\n"
        try:
            write_atomically(self._path, text.encode())
            self._tidy_up()
        except OSError as error:
            folder = str(self._path.parent)
            raise ClaudometerError(
                ErrorCode.SETTINGS_UNWRITABLE, folder=folder, kind=type(error).__name__
            ) from error

    def _tidy_up(self) -> None:
        """Remove what writers killed half-way left: only the one running app saves, one change at a time."""
        file = self._path.resolve()
        remove_leftovers(file.parent, of=file.name, older_than_s=0)

    def _leave_unread(self) -> Loaded:
        return Loaded(Settings(), Problem(ErrorCode.SETTINGS_UNREADABLE, facts=(("path", str(self._path)),)))

    def _set_aside(self) -> Loaded:
        aside = self._path.with_suffix(".broken.json")
        try:
            self._path.replace(aside)
        except OSError as error:
            log.warning("the damaged settings file cannot be moved: %s", error)
            aside = self._path
        return Loaded(Settings(), Problem(ErrorCode.SETTINGS_BROKEN, facts=(("moved_to", str(aside)),)))
