"""What is remembered of alerts, as a JSON object. Pure."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from claudometer.domain.alerts.model import Fall, Memory, ToldWindow
from claudometer.domain.alerts.silence import ANY_ACCOUNT, Silence
from claudometer.domain.times import read_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from claudometer.domain.alerts.model import AccountLimit
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
        with suppress(KeyError, TypeError, ValueError, OverflowError):
            key = (str(entry["account"]), str(entry["limit"]))
            windows[key] = tuple(_window_from_json(each) for each in _list(entry["seen"]))
    logins = frozenset(map(str, _list(kept.get("logins"))))
    return Memory(windows, logins, _ends_from_json(kept.get("ends")))


def _ends_from_json(kept: object) -> frozenset[tuple[str, str, str]]:
    ends: set[tuple[str, str, str]] = set()
    for entry in _list(kept):
        with suppress(TypeError, ValueError):
            account, subject, day = map(str, entry)
            # Checked here: alerts about a key compare days, and would raise at every look.
            date.fromisoformat(day)
            ends.add((account, subject, day))
    return frozenset(ends)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _window_to_json(window: ToldWindow) -> JsonObject:
    written: JsonObject = {"end": window.end.isoformat(), "told": window.told}
    for name in ("doubted_at", "since"):
        at = getattr(window, name)
        if at is not None:
            written[name] = at.isoformat()
    if window.percent is not None:
        written["percent"] = window.percent
    if window.plan is not None:
        written["plan"] = window.plan
    fall = window.fall
    if fall is not None:
        written["fall"] = [fall.at.isoformat(), fall.before, fall.after, fall.is_other_plan]
    # Only those that are true: most are not, and the whole memory is written at each change.
    flags = ("is_assumed", "was_close", "has_told_forecast", "is_settled")
    return written | {name: True for name in flags if getattr(window, name)}


def _window_from_json(kept: object) -> ToldWindow:
    if not isinstance(kept, dict):
        raise TypeError("not an object")
    percent, plan = kept.get("percent"), kept.get("plan")
    return ToldWindow(
        end=read_time(kept["end"]),
        is_assumed=bool(kept.get("is_assumed")),
        told=int(kept["told"]),
        was_close=bool(kept.get("was_close")),
        has_told_forecast=bool(kept.get("has_told_forecast")),
        is_settled=bool(kept.get("is_settled")),
        doubted_at=_time_or_none(kept.get("doubted_at")),
        percent=None if percent is None else float(percent),
        plan=None if plan is None else str(plan),
        fall=_fall_from_json(kept.get("fall")),
        since=_time_or_none(kept.get("since")),
    )


def _fall_from_json(kept: object) -> Fall | None:
    parts = _list(kept)
    if len(parts) != 4:
        return None
    return Fall(read_time(parts[0]), float(parts[1]), float(parts[2]), is_other_plan=bool(parts[3]))


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


def _by_limit_to_json(times: Mapping[AccountLimit, datetime], name: str) -> list[JsonObject]:
    return [
        {"account": account, "limit": limit, name: at.isoformat()} for (account, limit), at in times.items()
    ]


def _by_limit_from_json(kept: object, name: str) -> dict[AccountLimit, datetime]:
    times: dict[AccountLimit, datetime] = {}
    for entry in _list(kept):
        with suppress(KeyError, TypeError, ValueError):
            times[str(entry["account"]), str(entry["limit"])] = read_time(entry[name])
    return times


def silence_from_json(kept: object) -> Silence:
    """Return the silence, without what cannot be read."""
    if not isinstance(kept, dict):
        return Silence()
    limits = kept.get("limits")
    if isinstance(limits, dict):  # an earlier form: by limit, whosever it is
        limits = [{"account": ANY_ACCOUNT, "limit": limit, "until": until} for limit, until in limits.items()]
    reset_of = _list(kept.get("reset_of"))
    return Silence(
        _time_or_none(kept.get("until")),
        _by_limit_from_json(limits, "until"),
        (str(reset_of[0]), str(reset_of[1])) if len(reset_of) == 2 else None,
        _by_limit_from_json(kept.get("doubts"), "at"),
    )


def _time_or_none(text: object) -> datetime | None:
    """Return a time, ``None`` for anything else."""
    with suppress(TypeError, ValueError):
        return read_time(text)
    return None
