"""The command line. Each command's module is imported on use, so that ``status`` starts quickly."""

from claudometer.cli.entry import main

__all__ = ["main"]
