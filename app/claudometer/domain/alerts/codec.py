"""What is remembered, as a JSON object. Pure."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from claudometer.domain.alerts.model import Memory, ToldWindow
from claudometer.domain.alerts.silence import ANY_ACCOUNT, Silence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.alerts.model import LimitKey
    from claudometer.domain.json_object import JsonObject


def memory_to_json(memory: Memory) -> JsonObject:
    """Return the memory as an object that :func:`memory_from_json` reads."""
    return {
        "windows": [
            {"account": account, "limit": limit, "seen": [_window_to_json(window) for window in windows]}
            for (account, limit), windows in memory.windows.items()
        ],
        "logins": sorted(memory.logins),
        "ends": sorted(list(each) for each in memory.ends),
    }


def memory_from_json(kept: object) -> Memory:
    """Return the memory, without the parts that cannot be read: another version may have written them."""
    if not isinstance(kept, dict):
        return Memory()
    windows: dict[tuple[str, str], tuple[ToldWindow, ...]] = {}
    for entry in _list(kept.get("windows")):
        with suppress(KeyError, TypeError, ValueError):
            key = (str(entry["account"]), str(entry["limit"]))
            windows[key] = tuple(_window_from_json(each) for each in _list(entry["seen"]))
    ends = (tuple(map(str, each)) for each in _list(kept.get("ends")) if isinstance(each, list))
    return Memory(
        windows,
        frozenset(map(str, _list(kept.get("logins")))),
        frozenset((each[0], each[1], each[2]) for each in ends if len(each) == 3),
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _window_to_json(window: ToldWindow) -> JsonObject:
    written: JsonObject = {"end": window.end.isoformat(), "told": window.told}
    if window.doubted_at is not None:
        written["doubted_at"] = window.doubted_at.isoformat()
    flags = ("is_assumed", "was_close", "has_told_forecast", "is_settled")
    return written | {name: True for name in flags if getattr(window, name)}


def _window_from_json(kept: object) -> ToldWindow:
    if not isinstance(kept, dict):
        raise TypeError("not an object")
    doubted = kept.get("doubted_at")
    return ToldWindow(
        end=_time(kept["end"]),
        is_assumed=bool(kept.get("is_assumed")),
        told=int(kept["told"]),
        was_close=bool(kept.get("was_close")),
        has_told_forecast=bool(kept.get("has_told_forecast")),
        is_settled=bool(kept.get("is_settled")),
        doubted_at=None if doubted is None else _time(doubted),
    )


def _time(text: object) -> datetime:
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def silence_to_json(silence: Silence) -> JsonObject:
    """Return the silence as an object that :func:`silence_from_json` reads."""
    written: JsonObject = {
        "until": silence.until.isoformat() if silence.until else None,
        "limits": _by_limit_to_json(silence.limits, "until"),
    }
    if silence.reset_of is not None:
        written["reset_of"] = list(silence.reset_of)
    if silence.doubts:
        written["doubts"] = _by_limit_to_json(silence.doubts, "at")
    return written


def _by_limit_to_json(times: Mapping[LimitKey, datetime], name: str) -> list[JsonObject]:
    return [
        {"account": account, "limit": limit, name: at.isoformat()} for (account, limit), at in times.items()
    ]


def _by_limit_from_json(kept: object, name: str) -> dict[LimitKey, datetime]:
    times: dict[LimitKey, datetime] = {}
    for entry in _list(kept):
        with suppress(KeyError, TypeError, ValueError):
            times[str(entry["account"]), str(entry["limit"])] = _time(entry[name])
    return times


def silence_from_json(kept: object) -> Silence:
    """Return the silence, without what cannot be read."""
    if not isinstance(kept, dict):
        return Silence()
    limits = kept.get("limits")
    if isinstance(limits, dict):  # as it was kept once: by limit alone
        limits = [{"account": ANY_ACCOUNT, "limit": limit, "until": until} for limit, until in limits.items()]
    reset_of = _list(kept.get("reset_of"))
    return Silence(
        _time_or_none(kept.get("until")),
        _by_limit_from_json(limits, "until"),
        (str(reset_of[0]), str(reset_of[1])) if len(reset_of) == 2 else None,
        _by_limit_from_json(kept.get("doubts"), "at"),
    )


def _time_or_none(text: object) -> datetime | None:
    """Return a time with a zone, ``None`` for anything else."""
    with suppress(ValueError):
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        return at if at is not None and at.tzinfo is not None else None
    return None
