"""The command line. Each command is loaded when it is used, so that ``status`` starts quickly."""

from claudometer.cli.entry import main

__all__ = ["main"]
