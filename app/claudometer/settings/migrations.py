"""Reads a settings object of any version, as far as this version can use it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudometer.domain.json_object import JsonObject

import ntpath
import posixpath

from pydantic import ValidationError

from claudometer.domain.settings import Settings

SCHEMA_VERSION = 1


def read_settings(saved: JsonObject) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings, and the names of the members whose values cannot be used: these have defaults.

    Unknown members are ignored.
    """
    unusable = _unusable(saved)
    usable = {name: value for name, value in saved.items() if name not in unusable}
    return Settings.model_validate(usable | {"schema_version": SCHEMA_VERSION}), unusable


def write_settings(settings: Settings, saved: JsonObject) -> JsonObject:
    """Return what to write in place of ``saved``. Members that only another version knows are kept.

    In a file of a newer version so are values that this version cannot use, until the user changes them:
    going back to an older version for a day must not lose them.
    """
    known = settings.model_dump(mode="json")
    version = saved.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        defaults = Settings().model_dump(mode="json")
        known["schema_version"] = version
        known |= {name: saved[name] for name in _unusable(saved) if known[name] == defaults[name]}
    return saved | known


def _unusable(saved: JsonObject) -> tuple[str, ...]:
    names: set[str] = set()
    try:
        Settings.model_validate(saved | {"schema_version": SCHEMA_VERSION})
    except ValidationError as error:
        names = {str(each["loc"][0]) for each in error.errors(include_input=False, include_url=False)}
    folder = saved.get("claude_folder")
    if isinstance(folder, str) and not (posixpath.isabs(folder) or ntpath.isabs(folder)):
        names.add("claude_folder")
    return tuple(sorted(names))
