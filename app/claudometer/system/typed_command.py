"""What a person types in a terminal to run this program: its name, or the path of its file."""

from __future__ import annotations

import os
import shutil

from claudometer.system.anonymous_paths import shell_path
from claudometer.system.demo_plan import demo_arguments
from claudometer.system.launch_command import MODULE, login_command


def typed_command(*, demo: bool = False) -> str:
    """Return ``claudometer`` if a shell finds us by that name, else our path, quoted for a shell.

    An AppImage, or a command in a virtual environment that is not active, is only found by its path. If the
    desktop started us with a shorter ``PATH`` than a terminal has, the path works as well.

    Args:
        demo: with the options that make it the demo of this process.
    """
    program, *options = login_command()
    found = shutil.which(MODULE)
    is_found = found is not None and os.path.realpath(found) == os.path.realpath(program)
    name = MODULE if is_found else shell_path(program)
    return " ".join((name, *options, *(demo_arguments() if demo else ())))


def restart_command(*, demo: bool) -> str:
    """Return the line that quits this program and starts it again."""
    program = typed_command(demo=demo)
    return f"{program} quit && {program}"
