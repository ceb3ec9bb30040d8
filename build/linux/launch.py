"""Starts Claudometer from a package, with the code and the libraries beside this file."""

import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
sys.path[:0] = [str(HOME / "app"), str(HOME / "app_packages")]

from claudometer.cli import main  # noqa: E402 - importable only now

sys.exit(main())
