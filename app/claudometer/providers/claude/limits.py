"""Reads ``limits[]``, the newer part of the usage body, which names models as data. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S, Limit, LimitKind
from claudometer.providers.claude.credits import is_credit
from claudometer.providers.claude.times import parse_reset
from claudometer.providers.claude.values import (
    MAX_TEXT,
    is_absent,
    read_list,
    read_object,
    read_percent,
    read_slug,
    read_text,
    spell_out,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SESSION = "session"
WEEKLY = "weekly"
ALL_MODELS = "all models"
UNNAMED = "Unnamed"

_GROUP_WINDOWS = {"session": SESSION_WINDOW_S, "weekly": WEEK_WINDOW_S}


@dataclass(frozen=True, slots=True)
class LimitIdentity:
    """Everything about a limit except its numbers. ``window_s`` is the window's length in seconds."""

    id: str
    kind: LimitKind
    label: str
    window_s: int | None


SESSION_LIMIT = LimitIdentity(SESSION, LimitKind.SESSION, "Session", SESSION_WINDOW_S)
WEEKLY_LIMIT = LimitIdentity(WEEKLY, LimitKind.WEEKLY, "Weekly", WEEK_WINDOW_S)


def model_week(name: str) -> LimitIdentity:
    """Identify a model's weekly limit by its display name, because every response so far had a null id."""
    return LimitIdentity(f"weekly:{read_slug(name)}", LimitKind.WEEKLY_MODEL, name, WEEK_WINDOW_S)


def unknown_limit(key: str, label: str, window_s: int | None) -> LimitIdentity:
    """Identify a limit of an unknown kind, under the server's own name."""
    return LimitIdentity(f"other:{read_slug(key)}", LimitKind.OTHER, label, window_s)


def read_limits(entries: object, now: datetime) -> tuple[Limit, ...]:
    """Read the array in its order. If two entries have the same id, the first counts."""
    found: dict[str, Limit] = {}
    for entry in map(read_object, read_list(entries)):
        if is_credit(entry.get("kind"), entry):
            continue
        identity = _identify(entry)
        limit = None if identity is None else build_limit(identity, entry, "percent", now)
        if limit is not None:
            found.setdefault(limit.id, limit)
    return tuple(found.values())


def build_limit(
    identity: LimitIdentity, window: Mapping[str, object], percent_key: str, now: datetime
) -> Limit | None:
    """Build a limit from its identity and numbers; ``None`` for a placeholder.

    An entry that has neither percentage nor reset time is a placeholder, whatever its name. So is a model at
    0 % without a reset time: the account does not have that limit. A percentage that cannot be read is kept
    as unknown for session and week, and for a model whose reset time is known. A limit of an unknown kind
    without a percentage is useless, and left out.

    Args:
        window: the limit's JSON object.
        percent_key: the member that has the percentage.
        now: aware UTC; tells a possible reset time from an impossible one.
    """
    percent = read_percent(window.get(percent_key))
    resets_at = parse_reset(window.get("resets_at"), now, identity.window_s)
    if is_absent(window.get("resets_at")) and is_absent(window.get(percent_key)):
        return None
    # Null, a missing member and an empty text were observed, each for a window that has not begun.
    is_idle = is_absent(window.get("resets_at")) or window.get("resets_at") == ""
    if identity.kind not in (LimitKind.SESSION, LimitKind.WEEKLY):
        if percent is None and resets_at is None:
            return None
        if is_idle and percent == 0:
            return None
        if percent is None and identity.kind is LimitKind.OTHER:
            return None
    return Limit(
        id=identity.id,
        kind=identity.kind,
        label=identity.label[:MAX_TEXT].rstrip(),
        percent=percent,
        resets_at=resets_at,
        window_s=identity.window_s,
        # Limits that are enforced have false, too: it marks the one that counts now, and must not filter.
        binding=window.get("is_active") is True,
    )


def _identify(entry: Mapping[str, object]) -> LimitIdentity | None:
    kind = read_text(entry.get("kind"))
    model, surface = _read_scope(entry.get("scope"))
    if model is not None and model.casefold() == ALL_MODELS:
        # The scoped entry repeats the weekly limit. On another kind the scope means nothing.
        if kind == "weekly_scoped":
            return None
        model = None
    if model is None and surface is None:
        return _identify_unscoped(kind, read_text(entry.get("group")))
    if kind == "weekly_scoped":
        return _identify_scoped(model, surface)
    return _identify_unusual(kind, entry, " ".join(part for part in (model, surface) if part))


def _identify_unscoped(kind: str | None, group: str | None) -> LimitIdentity:
    if kind == "session":
        return SESSION_LIMIT
    if kind in ("weekly_all", "weekly"):
        return WEEKLY_LIMIT
    # The server's own name: a new kind shows up at once, without a new version of ours.
    name = kind or group
    window_s = _GROUP_WINDOWS.get(group or "")
    if name is None:
        return unknown_limit("unnamed", UNNAMED, window_s)
    return unknown_limit(name, spell_out(name), window_s)


def _identify_scoped(model: str | None, surface: str | None) -> LimitIdentity:
    if model is None:
        name = surface or UNNAMED
        return unknown_limit(name, spell_out(name), WEEK_WINDOW_S)
    return model_week(model if surface is None else f"{model} ({spell_out(surface)})")


def _identify_unusual(kind: str | None, entry: Mapping[str, object], scope: str) -> LimitIdentity:
    name = kind or read_text(entry.get("group")) or "unnamed"
    window_s = _GROUP_WINDOWS.get(read_text(entry.get("group")) or "")
    return unknown_limit(f"{name} {scope}", f"{spell_out(scope)} ({spell_out(name)})", window_s)


def _read_scope(scope: object) -> tuple[str | None, str | None]:
    parts = read_object(scope)
    return _read_name(parts.get("model")), _read_name(parts.get("surface"))


def _read_name(part: object) -> str | None:
    named = read_object(part)
    return read_text(part) or read_text(named.get("display_name")) or read_text(named.get("id"))
