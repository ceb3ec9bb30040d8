"""Starts Claudometer from a package, with the code and libraries beside itself."""

import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
sys.path[:0] = [str(HOME / "app"), str(HOME / "app_packages")]

from claudometer.cli import main  # noqa: E402 - found only now

sys.exit(main())
