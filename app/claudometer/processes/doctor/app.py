"""Checks the program itself: start at login, the running app, other copies, and versions."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.anonymous_paths import shown_path
from claudometer.system.autostart import find_autostart
from claudometer.system.graphical_session import desktop_name
from claudometer.system.launch_command import login_command
from claudometer.system.off_loop import run_abandonable
from claudometer.system.running_copies import find_other_copies
from claudometer.system.single_instance import is_held, read_owner
from claudometer.system.typed_command import typed_command
from claudometer.system.version import own_version
from claudometer.ui.window.engine_version import engine_version

if TYPE_CHECKING:
    from claudometer.domain.errors import Fact
    from claudometer.processes.doctor.surroundings import Surroundings


async def check_autostart(here: Surroundings) -> Finding:
    """Check whether the entry for start at login names a program that exists, and is this one."""
    if here.demo:
        return Finding(Part.AUTOSTART, State.NOT_HERE, "autostart.demo")
    return await run_abandonable(_check_autostart, timeout_s=None)


def _check_autostart() -> Finding:
    autostart = find_autostart()
    try:
        named = autostart.named_program()
        starts = autostart.is_enabled()
    except ClaudometerError:
        facts = {"folder": shown_path(autostart.place)}
        return Finding(Part.AUTOSTART, State.ATTENTION, "autostart.unreadable", facts)
    if named is None:
        return Finding(Part.AUTOSTART, State.NOT_HERE, "autostart.off")
    if not starts:
        return Finding(Part.AUTOSTART, State.ATTENTION, "autostart.gone", {"program": shown_path(named)})
    if os.path.realpath(named) != os.path.realpath(login_command()[0]):
        return Finding(Part.AUTOSTART, State.ATTENTION, "autostart.other", {"program": shown_path(named)})
    return Finding(Part.AUTOSTART, State.OK, "autostart.on")


async def check_copies(here: Surroundings) -> Finding:
    """Check the running app, and whether another copy runs, which this session's socket does not reach."""
    return await run_abandonable(lambda: _check_copies(here), timeout_s=None)


def _check_copies(here: Surroundings) -> Finding:
    lock_file = here.places.lock_file
    try:
        app = ControlClient(here.places.socket).ask("ping")
    except ClaudometerError as error:
        return _refused(error, read_owner(lock_file), demo=here.demo)
    # The demo has folders of its own, so other copies cannot disturb it.
    others = [] if here.demo else find_other_copies(besides=None if app is None else app["pid"])
    if others:
        facts: dict[str, Fact] = {"pid": others[0], "command": f"kill {others[0]}"}
        return Finding(Part.COPIES, State.ATTENTION, "copies.second", facts)
    if app is not None:
        facts = {"running": app["version"], "version": own_version()}
        if app["version"] == own_version():
            return Finding(Part.COPIES, State.OK, "copies.one", facts)
        return Finding(Part.COPIES, State.ATTENTION, "copies.older", facts)
    # Nobody answers on the socket, but somebody has the lock.
    if is_held(lock_file):
        return _refused(ClaudometerError(ErrorCode.APP_UNRESPONSIVE), read_owner(lock_file), demo=here.demo)
    return Finding(Part.COPIES, State.NOT_HERE, "copies.none")


def _refused(error: ClaudometerError, pid: int | None, *, demo: bool) -> Finding:
    again = typed_command(demo=demo)
    facts: dict[str, Fact] = {} if pid is None else {"command": f"kill {pid} && {again}"}
    if error.code is ErrorCode.APP_BUSY:
        return Finding(Part.COPIES, State.UNKNOWN, "copies.busy")
    if error.code is ErrorCode.APP_UNRESPONSIVE:
        return Finding(Part.COPIES, State.ATTENTION, "copies.unresponsive", facts)
    return Finding(Part.COPIES, State.ATTENTION, error.code, facts)


async def check_versions() -> Finding:
    """Report the versions that matter for a bug report. No version is ever a fault."""
    try:
        engine = await run_abandonable(engine_version, timeout_s=None)
    except ImportError:  # the check of the window reports it
        engine = None
    facts: dict[str, Fact] = {
        "version": own_version(),
        "python": platform.python_version(),
        "desktop": desktop_name(),
    }
    if engine is None:
        return Finding(Part.VERSIONS, State.OK, "versions.known_without_engine", facts)
    return Finding(Part.VERSIONS, State.OK, "versions.known", facts | {"engine": engine})
