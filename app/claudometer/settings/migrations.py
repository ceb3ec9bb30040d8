"""Brings settings of earlier versions to today's form. Pure."""

from __future__ import annotations

from typing import Any

SCHEMA_VERSION = 1


def migrate(saved: object) -> dict[str, Any]:
    """Return settings in the present form.

    Settings of a newer version are taken as far as they are understood: a step back must not lose them.

    Raises:
        TypeError: not a settings object.
    """
    if not isinstance(saved, dict):
        raise TypeError("settings are an object")
    return saved | {"schema_version": SCHEMA_VERSION}
