"""The process of the tray program: takes the instance lock, runs the program, and starts its successor."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from claudometer.present.messages import start
from claudometer.processes.run_context import read_context
from claudometer.processes.tray_program import TrayProgram
from claudometer.system.forced_exit import end_within
from claudometer.system.launch_command import find_runtime, login_command
from claudometer.system.logs import log_uncaught, start_logging
from claudometer.system.memory import share_one_arena
from claudometer.system.processes import start_successor
from claudometer.system.single_instance import claim
from claudometer.system.streams import fill_standard_streams, tell_terminal
from claudometer.vault.session_bus import over_gio

if TYPE_CHECKING:
    from claudometer.domain.events import WindowPlace
    from claudometer.engine.engine import Engine
    from claudometer.processes.run_context import RunContext

EXIT_TIMEOUT_S = 5.0
"""How long threads that read or write files may keep the process alive after the program has ended."""

FAILED = 70
"""The exit code if the program failed and such a thread then kept it alive: ``EX_SOFTWARE`` of sysexits.h."""


def run(*, demo: bool, window: WindowPlace | None = None) -> int:
    """Run the tray program until it quits. If one is running already, open its window instead.

    Args:
        window: open the window there as soon as the program runs.

    Returns:
        The exit code.

    Raises:
        ClaudometerError: the program cannot start here, or another one is running but does not answer.
        Exception: whatever ended the program.
    """
    # A desktop may start us with closed streams. The first files that we open would then get their numbers.
    fill_standard_streams()
    share_one_arena()
    context = read_context(demo=demo)
    start_logging(context.places.log_folder, level=context.environment.log_level)
    log_uncaught()
    instance = claim(context.places.lock_file, lambda: _ask_for_window(context.places.socket))
    if instance is None:
        tell_terminal(start.ALREADY_RUNNING)
        return 0
    code = FAILED
    with ExitStack() as undo:
        undo.callback(instance.release)
        program = TrayProgram(context, window=window, start_engine=_assemble)
        try:
            program.run()
            code = 0
        finally:
            end_within(EXIT_TIMEOUT_S, code)
            if not program.has_ended:
                # The loop hangs and may still write files, so the lock is kept until the process ends.
                undo.pop_all()
    if program.restarts and program.has_ended:
        start_successor(login_command(), after=find_runtime())
    return code


async def _assemble(context: RunContext) -> Engine:
    """Build the engine, on the loop's thread. Its modules are loaded there, while the icon appears."""
    from claudometer.processes.assembly import assemble  # noqa: PLC0415 - see above

    return await assemble(context, over_gio)


def _ask_for_window(socket: str) -> bool:
    """Ask the program that is running already to open its window, and return whether one answered."""
    from claudometer.control.client import ControlClient  # noqa: PLC0415 - the first launch needs no client

    return ControlClient(socket).ask("open_window") is not None
