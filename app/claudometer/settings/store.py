"""The settings file: replaced atomically, and moved aside when it is damaged."""

from __future__ import annotations

import errno
import json
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import LocalId, Settings
from claudometer.domain.snapshot import Problem
from claudometer.settings.schema import read_settings, write_settings
from claudometer.system.files import (
    keep_others_out,
    move_aside,
    read_bytes,
    remove_stale_files,
    write_atomically,
)
from claudometer.system.regular_files import NotRegularFileError
from claudometer.system.write_faults import cause_of, cause_of_unread

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.json_object import JsonObject

log = logging.getLogger(__name__)

MAX_BYTES = 1024 * 1024  # our own file has less than 1 KB


class _DamagedError(Exception):
    """The file can be read, but has no settings and never will."""


class _NotTextError(_DamagedError):
    """The file is not in an encoding of JSON."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and what to tell the user about the file."""

    settings: Settings
    problem: Problem | None = None

    def showing(self, account: str | None) -> Loaded:
        """Return a copy in which ``account`` is the one that is shown; ``None`` changes nothing."""
        if account is None:
            return self
        return replace(self, settings=replace(self.settings, shown=LocalId(account)))


class SettingsStore:
    """Keeps settings in one JSON file. No secret is ever written to it. Its methods block."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.folder = str(path.parent)

    def load(self) -> Loaded:
        """Return the saved settings; a value that cannot be used is replaced by its default.

        All settings have their defaults if there is no file, if it is damaged (then it is moved aside), or if
        it cannot be read (then it stays where it is, because it may be intact).
        """
        try:
            settings, unusable = read_settings(self._read())
        except FileNotFoundError:
            return Loaded(Settings())
        except _DamagedError as error:
            log.warning("the settings file is damaged: %s", error)
            return self._moved_aside({"encoding": "unknown"} if isinstance(error, _NotTextError) else {})
        except OSError as error:
            return self.unread(error)
        if not unusable:
            return Loaded(settings)
        names = ", ".join(unusable)
        log.warning("the settings file has values that cannot be used: %s", names)
        return Loaded(settings, self._problem(ErrorCode.SETTINGS_VALUE_IGNORED, names=names))

    def unread(self, error: OSError) -> Loaded:
        """Return the settings to use while the file cannot be read. After a timeout, spares the disk."""
        log.warning("the settings file cannot be read: %s", error)
        cause = cause_of_unread(error, self._path)
        return Loaded(Settings(), self._problem(ErrorCode.SETTINGS_UNREADABLE, **cause))

    def save(self, settings: Settings) -> None:
        """Replace the settings, and keep what another version wrote beside them.

        A file that is damaged or cannot be read is moved aside.

        Raises:
            ClaudometerError: ``SETTINGS_UNWRITABLE``, or ``NOT_A_FILE`` with the ``path``. Nothing changed.
        """
        try:
            text = _encode(write_settings(settings, self._read_to_replace()))
            write_atomically(self._path, text)
            self._tidy_up()
        except NotRegularFileError as error:
            raise ClaudometerError(ErrorCode.NOT_A_FILE, path=str(self._path)) from error
        except (OSError, _DamagedError) as error:
            facts = {"folder": self.folder, "kind": type(error).__name__, **cause_of(error, self.folder)}
            raise ClaudometerError(ErrorCode.SETTINGS_UNWRITABLE, **facts) from error

    def _read(self) -> JsonObject:
        """Return the file's object. Raises ``_DamagedError`` or ``OSError``."""
        try:
            saved = json.loads(read_bytes(self._path, limit=MAX_BYTES))
        except UnicodeDecodeError as error:
            raise _NotTextError(type(error).__name__) from None
        except (ValueError, RecursionError) as error:
            raise _DamagedError(type(error).__name__) from None
        except OSError as error:
            # Neither a device nor a huge file becomes settings by itself. Other faults of the disk may pass.
            if isinstance(error, NotRegularFileError) or error.errno == errno.EFBIG:
                raise _DamagedError(error) from None
            raise
        if not isinstance(saved, dict):
            raise _DamagedError("not an object")
        _encode(saved)  # raises here, because a later save could not keep what cannot be written again
        return saved

    def _read_to_replace(self) -> JsonObject:
        try:
            return self._read()
        except FileNotFoundError:
            return {}
        except (OSError, _DamagedError) as error:
            # A folder or a device is not ours to move.
            if self._path.exists() and not self._path.is_file():
                raise NotRegularFileError(self._path) from None
            log.warning("the settings file is moved aside to %s: %s", move_aside(self._path), error)
            return {}

    def _tidy_up(self) -> None:
        """Remove the temporary files of killed writers: only the running app saves, one change at a time."""
        file = self._path.resolve()
        remove_stale_files(file.parent, of=file.name, older_than_s=0)
        keep_others_out(self._path.parent)

    def _problem(self, code: ErrorCode, **facts: str) -> Problem:
        return Problem(code, facts=(*facts.items(), ("path", str(self._path))))

    def _moved_aside(self, facts: dict[str, str]) -> Loaded:
        try:
            aside = move_aside(self._path)
        except OSError as error:
            log.warning("the damaged settings file cannot be moved: %s", error)
            return Loaded(Settings(), self._problem(ErrorCode.SETTINGS_UNREADABLE))
        return Loaded(Settings(), self._problem(ErrorCode.SETTINGS_BROKEN, moved_to=str(aside), **facts))


class DemoSettings:
    """The settings of a demo. Nothing is saved, so each demo starts with the defaults."""

    folder = ""

    def load(self) -> Loaded:
        """Return the defaults."""
        return Loaded(Settings())

    def unread(self, _error: OSError) -> Loaded:
        """Return the defaults."""
        return self.load()

    def save(self, settings: Settings) -> None:
        """Do nothing: the engine itself keeps the settings in use."""


def _encode(members: JsonObject) -> bytes:
    """Return the file's text. Raises ``_DamagedError`` for members that cannot be written or read again."""
    # Readable first. Escaped if an unknown member has half a surrogate pair, which UTF-8 cannot encode.
    # Without indentation if that is what makes it too large.
    for indent, ensure_ascii in ((2, False), (2, True), (None, False)):
        try:
            text = json.dumps(members, indent=indent, ensure_ascii=ensure_ascii).encode() + b"\n"
        except (ValueError, RecursionError):
            continue
        if len(text) <= MAX_BYTES:
            return text
    raise _DamagedError("too deep or too large")


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """The saved settings, read without changing the file.

    Attributes:
        code: what is wrong with the file, ``None`` if nothing is.
        names: the settings whose values cannot be used, separated by commas.
        is_there: whether there is a file.
        is_utf8: false for a file in an unknown encoding.
        is_file: false for a folder, a device, and a link that leads back to itself.
        command: makes a file readable that cannot be read, if the cause is known.
    """

    settings: Settings
    code: ErrorCode | None = None
    names: str = ""
    is_there: bool = True
    is_utf8: bool = True
    is_file: bool = True
    command: str | None = None


def read_only(path: Path) -> ReadOnly:
    """Return the saved settings. Leaves even a damaged file as it is. Blocks."""
    store = SettingsStore(path)
    try:
        settings, unusable = read_settings(store._read())  # noqa: SLF001 - the same module
    except FileNotFoundError:
        return ReadOnly(Settings(), is_there=False)
    except _DamagedError as error:
        is_utf8 = not isinstance(error, _NotTextError)
        is_file = path.is_file()
        return ReadOnly(Settings(), ErrorCode.SETTINGS_BROKEN, is_utf8=is_utf8, is_file=is_file)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return ReadOnly(Settings(), ErrorCode.SETTINGS_BROKEN, is_file=False)
        command = cause_of_unread(error, path).get("command")
        return ReadOnly(Settings(), ErrorCode.SETTINGS_UNREADABLE, command=command)
    if unusable:
        return ReadOnly(settings, ErrorCode.SETTINGS_VALUE_IGNORED, ", ".join(unusable))
    return ReadOnly(settings)
