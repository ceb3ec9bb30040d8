"""The interface of every system's autostart. A change that has no effect is an error."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.regular_files import NotRegularFileError
from claudometer.system.write_faults import cause_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "claudometer"


class Autostart(ABC):
    """Starts ``command`` when the user logs in. Its methods block."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)

    def is_enabled(self) -> bool:
        """Return whether the next login starts a program. An entry for a missing program counts as off.

        Raises:
            ClaudometerError: ``AUTOSTART_FAILED`` or ``NOT_A_FILE``, as :meth:`enable`.
        """
        with self._failing_as_ours():
            return self._starts_at_login()

    def named_program(self) -> str | None:
        """Return the program that the entry names, even a missing one; ``None`` if start at login is off.

        Raises:
            ClaudometerError: ``AUTOSTART_FAILED`` or ``NOT_A_FILE``, as :meth:`enable`.
        """
        with self._failing_as_ours():
            return self._named_program()

    def enable(self) -> None:
        """Start at login from now on.

        Raises:
            ClaudometerError: ``AUTOSTART_FAILED`` with the ``folder``: the entry cannot be written, or the
                system would not start it. ``NOT_A_FILE`` with the ``path``: it is not a regular file.
        """
        with self._failing_as_ours():
            self._write()
            self._expect(starts=True)

    def disable(self) -> None:
        """Stop starting at login. Raises what :meth:`enable` does."""
        with self._failing_as_ours():
            self._remove()
            self._expect(starts=False)

    @property
    @abstractmethod
    def place(self) -> str:
        """The folder of the entry, or what corresponds to it, for a message."""

    def _starts_at_login(self) -> bool:
        named = self._named_program()
        return named is not None and is_program(named)

    @abstractmethod
    def _named_program(self) -> str | None: ...

    @abstractmethod
    def _write(self) -> None: ...

    @abstractmethod
    def _remove(self) -> None: ...

    def _expect(self, *, starts: bool) -> None:
        if self._starts_at_login() is not starts:
            raise ClaudometerError(ErrorCode.AUTOSTART_FAILED, folder=self.place)

    @contextlib.contextmanager
    def _failing_as_ours(self) -> Iterator[None]:
        try:
            yield
        except NotRegularFileError as error:
            raise ClaudometerError(ErrorCode.NOT_A_FILE, path=str(error.filename)) from error
        except OSError as error:
            cause = cause_of(error, self.place)
            raise ClaudometerError(ErrorCode.AUTOSTART_FAILED, folder=self.place, **cause) from error


def is_program(path: str) -> bool:
    """Return whether an absolute path leads to a file."""
    return Path(path).is_absolute() and Path(path).is_file()
