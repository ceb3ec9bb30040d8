"""Moves a snapshot of the scenarios to another time, because the window uses the real clock."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any


def moved(value: Any, by: timedelta) -> Any:  # noqa: ANN401 - any value in, one of the same type out
    """Return a copy of the value in which every time is shifted by ``by``."""
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, tuple):
        return tuple(moved(part, by) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: moved(getattr(value, field.name), by) for field in fields(value)}
        return replace(value, **parts)
    return value
