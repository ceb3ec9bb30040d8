"""``claudometer --version``."""

from __future__ import annotations


def print_version() -> int:
    """Print the program's name and version."""
    from claudometer.present.messages.cli import VERSION
    from claudometer.system.version import own_version

    print(VERSION.format(version=own_version()))
    return 0
