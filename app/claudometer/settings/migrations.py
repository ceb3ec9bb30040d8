"""Reads a settings object of any version, as far as this version can use it. Pure."""

from __future__ import annotations

import ntpath
import posixpath
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from claudometer.domain.settings import Settings, read_value

if TYPE_CHECKING:
    from claudometer.domain.json_object import JsonObject

SCHEMA_VERSION = 1


def read_settings(saved: JsonObject) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings, and the names of the members whose values cannot be used: these have defaults.

    Unknown members are ignored.
    """
    usable: JsonObject = {}
    unusable: list[str] = []
    for name in _known(saved):
        try:
            usable[name] = _read_member(name, saved[name])
        except (TypeError, ValueError):
            unusable.append(name)
    return Settings(**usable), tuple(unusable)


def write_settings(settings: Settings, saved: JsonObject) -> JsonObject:
    """Return what to write in place of ``saved``. Members that only another version knows are kept.

    In a file of a newer version so are values that this version cannot use, until the user changes them:
    going back to an older version for a day must not lose them.
    """
    known = asdict(settings)
    version = saved.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        defaults = asdict(Settings())
        known["schema_version"] = version
        _, unusable = read_settings(saved)
        known |= {name: saved[name] for name in unusable if known[name] == defaults[name]}
    return saved | known


def _known(saved: JsonObject) -> list[str]:
    """Return the members that are settings, in alphabetical order; the version is not one of them."""
    return sorted({field.name for field in fields(Settings)} & saved.keys() - {"schema_version"})


def _read_member(name: str, value: object) -> object:
    read = read_value(name, value)
    is_path = name == "claude_folder" and isinstance(read, str)
    if is_path and not (posixpath.isabs(str(read)) or ntpath.isabs(str(read))):
        raise ValueError("not an absolute path")
    return read
