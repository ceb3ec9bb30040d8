"""``claudometer quit``: ends the running app, and returns once it has ended."""

from __future__ import annotations

import sys
from contextlib import suppress

from claudometer.cli.ask_running_app import request
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.paths import find_places
from claudometer.system.single_instance import read_owner, wait_until_free

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.system.paths import Places

PATIENCE_S = 20.0
"""Longer than the app gives itself to end (``END_TIMEOUT_S``)."""


def run(call: Call) -> int:
    """Return 0 once no app runs. If none ran in the first place, that is printed, but is not a failure.

    Raises:
        ClaudometerError: ``APP_STILL_RUNNING`` after ``PATIENCE_S``; or the app could not be reached.
    """
    return end_app(find_places(demo=call.demo), demo=call.demo)


def end_app(places: Places, *, demo: bool = False, patience_s: float = PATIENCE_S) -> int:
    """Do what :func:`run` does, for the app at ``places``."""
    if not _ask_to_quit(places):
        _print_not_running(demo=demo)
        return 0
    # The lock and not the socket: it is released last, when nothing writes files any more.
    if not wait_until_free(places.lock_file, patience_s=patience_s):
        raise ClaudometerError(ErrorCode.APP_STILL_RUNNING, pid=read_owner(places.lock_file))
    return 0


def _print_not_running(*, demo: bool) -> None:
    """Print that no app runs, without the error's hint to start it: nobody who quits the app wants that."""
    from claudometer.present.messages.cli import line
    from claudometer.present.messages.errors import message_for_code

    facts = {"demo": "yes"} if demo else {}
    with suppress(OSError):  # nobody reads it, or its disk is full
        print(line(message_for_code(ErrorCode.NOT_RUNNING, facts).title), file=sys.stderr)


def _ask_to_quit(places: Places) -> bool:
    """Return whether an app was running. If it ends before it answers, it has done what was asked."""
    try:
        return request(places, "quit") is not None
    except ClaudometerError as error:
        if error.code is ErrorCode.APP_ENDED:
            return True
        raise
