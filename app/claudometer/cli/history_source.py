"""Opens the history for a command that reads it, and finds the account it is about. Sends nothing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from claudometer.cli.environment_account import ACCOUNT, read_environment_account
from claudometer.cli.failures import print_error
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.store.connecting import FILE_NAME, connect_reading, errors_of_sqlite
from claudometer.store.faults import fault_of
from claudometer.store.in_memory import connect_memory
from claudometer.store.inspecting import find_saving_fault, look_for_saving_fault
from claudometer.store.queries import read_series
from claudometer.store.schema import DamagedError, NewerSchemaError, is_newer
from claudometer.system.home import require_home
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.cli.options import Call
    from claudometer.domain.snapshot import Problem
    from claudometer.domain.usage import AccountKey


def history_file(*, demo: bool) -> Path:
    """Return the path of the user's history. It may not exist.

    Raises:
        ClaudometerError: ``HOME_UNUSABLE``.
    """
    if not demo:
        require_home("XDG_STATE_HOME")
    return find_places(demo=demo).state_folder / FILE_NAME


@contextmanager
def open_history(
    call: Call, now: datetime, *, unread: Callable[[Problem], Problem] | None = None
) -> Iterator[Connection]:
    """Open the history for reading: of the user, or the demo's. Without a file, it is empty.

    Args:
        unread: returns what to say instead of ``HISTORY_UNREADABLE``.

    Raises:
        ClaudometerError: ``HISTORY_UNREADABLE``, ``HISTORY_NEWER``, ``HISTORY_WITHOUT_SQLITE`` or
            ``HOME_UNUSABLE``.
    """

    def explain(error: Exception) -> ClaudometerError:
        fault = fault_of(error, path, reading=True)
        return error_of(fault if unread is None else unread(fault))

    path = history_file(demo=call.demo)
    try:
        connection = _open(call, path, now)
    except ImportError:
        raise ClaudometerError(ErrorCode.HISTORY_WITHOUT_SQLITE) from None
    except (OSError, DamagedError, NewerSchemaError, errors_of_sqlite()) as error:
        raise explain(error) from None
    try:
        yield connection
    except errors_of_sqlite() as error:
        raise explain(error) from None
    finally:
        connection.close()


def error_of(problem: Problem) -> ClaudometerError:
    """Return the error that has a problem's message."""
    return ClaudometerError(problem.code, **dict(problem.facts))


def say_if_unsaved(call: Call) -> None:
    """Say on standard error why no history can be saved. For an empty one: it does not begin by waiting."""
    fault = None if call.demo else find_saving_fault(history_file(demo=False))
    if fault is not None:
        print_error(error_of(fault))


def say_what_is_missing(call: Call, connection: Connection) -> bool:
    """Say on standard error why the newest may be missing, and return whether it may.

    What was sent since is in the app's memory alone. Changes nothing on the disk.
    """
    path = history_file(demo=call.demo)
    if is_newer(connection):
        print_error(ClaudometerError(ErrorCode.HISTORY_NEWER, path=str(path)))
    elif (fault := look_for_saving_fault(path)) is not None:
        print_error(error_of(fault))
    else:
        return False
    return True


def find_account(call: Call, connection: Connection) -> AccountKey | None:
    """Return the account that the options, the environment or the settings name.

    If the settings name one that is not known yet, return the one that was read last. If options or
    environment do, return ``None``: the numbers of another account would be a wrong answer.

    Raises:
        ClaudometerError: the environment cannot be used, or there is no such account.
    """
    wanted = call.values.get(ACCOUNT)
    if call.demo:
        from claudometer.processes.demo_history import DEMO_ACCOUNT

        return DEMO_ACCOUNT
    from claudometer.domain.usage import AccountKey
    from claudometer.processes.headless import identify_account

    known = read_series(connection)
    # An account that was removed, or that has another login now, still has its history.
    kept = [AccountKey(each.key.provider, each.key.account) for each in known]
    named = [each for each in kept if wanted in (each.account, str(each))]
    if named:
        return named[0]
    found = identify_account(wanted)
    if found is not None or wanted is not None or read_environment_account(call) is not None:
        return found
    return next(iter(kept), None)


def _open(call: Call, path: Path, now: datetime) -> Connection:
    if call.demo:
        from claudometer.processes.demo_history import demo_history

        return demo_history(now, call.plan)
    try:
        return connect_reading(path)
    except FileNotFoundError:
        if path.is_symlink() and not path.exists():
            raise  # it is elsewhere, for example on a drive that is not mounted
        return connect_memory()
