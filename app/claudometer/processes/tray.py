"""The tray program's process, from its lock to what takes its place. Runs on the main thread."""

from __future__ import annotations

from claudometer.control.client import ControlClient
from claudometer.processes.assembly import read_setting
from claudometer.processes.desktop import Desktop
from claudometer.system.instance import claim
from claudometer.system.logs import log_uncaught, start_logging
from claudometer.system.processes import start_successor
from claudometer.system.program import find_runtime, login_command
from claudometer.system.streams import fill_standard_streams


def run(*, demo: bool, open_window: bool = False) -> int:
    """Run the tray program until it is told to quit; with one running already, open its window instead.

    Returns:
        The exit code.

    Raises:
        ClaudometerError: it cannot start, and why.
    """
    fill_standard_streams()
    setting = read_setting(demo=demo)
    start_logging(setting.places.log_folder, level=setting.environment.log_level)
    log_uncaught()
    client = ControlClient(setting.places.socket)
    instance = claim(setting.places.lock_file, lambda: client.ask("open_window") is not None)
    if instance is None:
        return 0
    desktop = Desktop(setting, open_window=open_window)
    try:
        desktop.run()
    finally:
        if desktop.has_ended:  # else the lock is ours until the process is gone
            instance.release()
    if desktop.restarts and desktop.has_ended:
        start_successor(login_command(), after=find_runtime())
    return 0
