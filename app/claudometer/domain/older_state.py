"""The state as one JSON file: what versions up to 0.1 keep, and this one while its database fails. Pure.

An older version may run beside this one, so what it sends counts here, too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from claudometer.domain.bucket_codec import (
    DAMAGED,
    EMPTIED_AT,
    MOST_SENT,
    SECTION,
    is_lost,
    renamed,
    with_one_left,
)
from claudometer.domain.times import read_time
from claudometer.domain.token_bucket import HOUR

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.json_object import JsonObject

READINGS: Final = "readings"
"""The member with the last readings, by account, the newest last."""

MOVED: Final = "moved"
"""The member by which the file says that its content is in the database. Older versions leave it there."""

SAME: Final = timedelta(seconds=1)
"""Two notes of one request differ by less. Each is shifted with its bucket when the clock is set."""


def take_over(state: JsonObject, file: JsonObject, *, is_first: bool) -> None:
    """Add the file's content to ``state``.

    Args:
        state: what the database has. Edited in place.
        file: the file's content. With ``DAMAGED``, nobody knows what was sent, so no bucket has a token.
        is_first: nothing was ever taken over into ``state``.
    """
    if is_lost(file):
        state[DAMAGED] = True
        return
    is_live = MOVED not in file
    if is_first and is_live:
        state.pop(DAMAGED, None)  # a database was damaged that had no budgets yet
    own = state.get(SECTION, {})
    if isinstance(own, dict):
        section = renamed(file.get(SECTION, {}))
        state[SECTION] = own | {
            key: entry if key not in own else _emptier(own[key], entry) for key, entry in section.items()
        }
    if EMPTIED_AT in file:
        state.setdefault(EMPTIED_AT, file[EMPTIED_AT])
    if is_live:
        state[READINGS] = {}  # what was removed from the file must not come back
        state.update((name, file[name]) for name in file.keys() - {SECTION, EMPTIED_AT})


def begin_in_file(file: JsonObject, state: JsonObject | None, now: datetime) -> None:
    """Prepare the file to take the place of a database that cannot be written.

    Args:
        file: its content, which is edited; also ``{DAMAGED: True}``.
        state: what the database has, ``None`` if it cannot be read, either.
    """
    is_damaged = DAMAGED in file
    if file and MOVED not in file and not is_damaged:
        return
    if state is None:
        if not is_damaged:  # else the caller finds that out: then no bucket has a token
            file.clear()
            file.update(with_one_left(now))
        return
    merged = dict(state)
    if file and not is_damaged:
        take_over(merged, file, is_first=False)
    file.clear()
    file.update(merged)


def left_in_file(state: JsonObject) -> JsonObject:
    """Return what an older version needs in its file: what was sent. Readings are left out."""
    return {name: state[name] for name in (SECTION, EMPTIED_AT, DAMAGED) if name in state} | {MOVED: True}


def _emptier(own: Any, other: Any) -> Any:  # noqa: ANN401 - JSON, read with care
    """Return one entry for a bucket that two places know, without a token for each request of either."""
    try:
        unknown = _only_in(other, own)
        later, tokens = own, float(own["tokens"]) - len(unknown)
        if read_time(other["counted_at"]) > read_time(own["counted_at"]):
            later, tokens = other, min(tokens, float(other["tokens"]))
        blocks = [each["blocked_until"] for each in (own, other) if each["blocked_until"]]
        return later | {
            "tokens": max(0.0, tokens),
            "blocked_until": max(blocks, key=read_time, default=None),
            "strikes": max(int(own["strikes"]), int(other["strikes"])),
            "share": min(float(own.get("share", 1.0)), float(other.get("share", 1.0))),
            "sent": sorted([*own.get("sent", ()), *unknown], key=read_time)[-MOST_SENT:],
        }
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return {}  # a damaged entry counts as an empty bucket


def _only_in(other: Any, own: Any) -> list[str]:  # noqa: ANN401 - JSON, read with care
    """Return when requests were sent that only ``other`` knows of; ``own`` forgets after an hour."""
    known = [read_time(at) for at in own.get("sent", ())]
    since = read_time(own["counted_at"]) - HOUR
    sent = [(at, read_time(at)) for at in other.get("sent", ())]
    return [text for text, at in sent if at > since and all(abs(at - each) > SAME for each in known)]
