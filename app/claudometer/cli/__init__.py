"""The command line. Each command is loaded when it is used, so that ``status`` stays quick."""

from claudometer.cli.entry import main

__all__ = ["main"]
