"""Starts Claudometer from a package, with the code and the libraries beside this file."""

import os
import sys

HOME = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120 - pathlib takes longer than a command
sys.path[:0] = [f"{HOME}/app", f"{HOME}/app_packages"]

from claudometer.cli import main  # noqa: E402 - importable only now

sys.exit(main())
