"""Starts the tray program with the simulator's address in place of Claude's: ``launch.py ADDRESS [words]``.

A variable would do that too, but with one the program loads pydantic-settings, and usually it does not.
"""

import sys

from claudometer.cli import main
from claudometer.processes import run_context
from claudometer.settings.environment import Environment

if __name__ == "__main__":
    address = sys.argv.pop(1)
    vars(run_context)["read_environment"] = lambda: Environment(oauth_url=address)
    sys.exit(main())
