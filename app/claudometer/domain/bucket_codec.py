"""The token buckets as JSON, by account: a section of the state. Pure.

Any content can be read. The budget must hold, so a damaged entry is an empty bucket.
"""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from claudometer.domain.errors import ErrorCode
from claudometer.domain.lasting_refusal import Refusal
from claudometer.domain.times import read_time
from claudometer.domain.token_bucket import OAUTH_BUDGET, UNLIMITED, Bucket, full, refill, shifted
from claudometer.domain.usage import CLAUDE, Organization

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.json_object import JsonObject
    from claudometer.domain.token_bucket import BucketRule, Uptime

SECTION = "allowances"
DAMAGED = "damaged"
"""The member which says that the rest of the state is lost."""

EMPTIED_AT = "emptied_at"
"""When the file was lost: the bucket of an account without an entry was empty then."""

LATE_S = 15.0
"""Most that may pass between the time of a request and that of its note: 10 s for a lock, and a few more."""

MOST_REFUSALS = 1000
"""Refusals in a row that are counted: more would change nothing."""

MOST_SENT = 40
"""Requests in an hour that are remembered: a bucket allows fewer."""

_OLD_NAME = re.compile(r"^(?:cli|web):")


def load(state: JsonObject, key: str, rule: BucketRule, now: datetime, uptime: Uptime | None) -> Bucket:
    """Return the bucket of an account as of ``now``, refilled. A damaged one is empty.

    Args:
        state: the whole state.
        key: names the account.
        uptime: the time by a clock that cannot be set, ``None`` where the wall clock has to do.
    """
    # Also after a loss: without a budget, no earlier request could have used anything up.
    if rule is UNLIMITED and _entry(state, key) is None:
        return full(rule, now)
    if is_lost(state):
        return Bucket(tokens=0.0, counted_at=now)
    entry = _entry(state, key)
    if entry is None:
        return _first(state, rule, now)
    try:
        blocked = entry["blocked_until"]
        tokens = float(entry["tokens"])
        kept = Bucket(
            tokens=max(0.0, tokens) if math.isfinite(tokens) else 0.0,
            counted_at=read_time(entry["counted_at"]),
            blocked_until=read_time(blocked) if blocked else None,
            # Its name in versions up to 0.1, which may run after this one.
            refusals=min(MOST_REFUSALS, max(0, int(entry["strikes"]))),
            share=_share(entry, rule),
            sent=_sent(entry),
            refusal=_refusal(entry.get("refusal")),
            organizations=_organizations(entry.get("organizations")),
        )
        passed_s = _passed_s(entry.get("uptime"), uptime)
        if passed_s is not None:
            kept = shifted(kept, now - timedelta(seconds=passed_s))
        return refill(kept, rule, now)
    except (KeyError, TypeError, ValueError, OverflowError):
        return Bucket(tokens=0.0, counted_at=now)


def forgive(state: JsonObject) -> None:
    """Forget lasting refusals, because the user has changed something. An expired login stays expired."""
    section = state.get(SECTION)
    for entry in section.values() if isinstance(section, dict) else ():
        refusal = _refusal(entry.get("refusal")) if isinstance(entry, dict) else None
        if refusal is not None and refusal.until is not None:
            del entry["refusal"]


def shared_rate(state: JsonObject) -> int | None:
    """Return the requests an hour of the account with the least share, ``None`` if none is shared."""
    section = state.get(SECTION)
    entries = section.values() if isinstance(section, dict) else ()
    shares = [_share(entry, OAUTH_BUDGET) for entry in entries if isinstance(entry, dict)]
    least = min(shares, default=1.0)
    return None if least >= 1.0 else round(3600 / OAUTH_BUDGET.refill_s * least)


def _entry(state: JsonObject, key: str) -> Any:  # noqa: ANN401 - JSON, read with care
    section = state.get(SECTION)
    return renamed(section).get(key) if isinstance(section, dict) else None


def renamed(section: JsonObject) -> JsonObject:
    """Return the entries by account. Versions up to 0.1 named them by mode and account.

    Such an entry wins: only an older version that ran after this one can have left it.
    """
    old = {_OLD_NAME.sub(f"{CLAUDE}/", name): name for name in section if _OLD_NAME.match(name)}
    kept = {name: entry for name, entry in section.items() if name not in old.values()}
    return kept | {new: section[name] for new, name in old.items()}


def is_lost(state: JsonObject) -> bool:
    """Return whether the file was damaged, so that what was sent before is not known."""
    return DAMAGED in state or not isinstance(state.get(SECTION, {}), dict)


def find_loss(state: JsonObject) -> datetime | None:
    """Return when the file was lost, ``None`` if it was not or every bucket has refilled since."""
    try:
        return read_time(state[EMPTIED_AT])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def note_loss(state: JsonObject, now: datetime) -> None:
    """Note that the file was lost; drop the note once every bucket has refilled."""
    if is_lost(state):
        state.pop(DAMAGED, None)
        state[SECTION] = {}
        state[EMPTIED_AT] = now.isoformat()
    elif EMPTIED_AT in state and _first(state, OAUTH_BUDGET, now) == full(OAUTH_BUDGET, now):
        del state[EMPTIED_AT]


def with_one_left(now: datetime) -> JsonObject:
    """Return a state in which every account has one request left: what was sent before is not known.

    A little more than one, since the request's own time was taken before ``now``.
    """
    return {EMPTIED_AT: (now - timedelta(seconds=OAUTH_BUDGET.refill_s + LATE_S)).isoformat()}


def _first(state: JsonObject, rule: BucketRule, now: datetime) -> Bucket:
    """Return the bucket of an account without an entry."""
    if EMPTIED_AT not in state:
        return full(rule, now)
    lost_at = find_loss(state)
    return Bucket(0.0, now) if lost_at is None else refill(Bucket(0.0, lost_at), rule, now)


def _share(entry: JsonObject, rule: BucketRule) -> float:
    """Return the share of the rule in use: all of it in entries of versions up to 0.1, least if damaged."""
    try:
        share = float(entry.get("share", 1.0))
    except (TypeError, ValueError, OverflowError):
        return rule.least_share
    return min(1.0, max(rule.least_share, share)) if math.isfinite(share) else rule.least_share


def _sent(entry: JsonObject) -> tuple[datetime, ...]:
    """Return the times of the last requests. They only explain refusals: a damaged list is an empty one."""
    try:
        return tuple(read_time(at) for at in entry["sent"][-MOST_SENT:])
    except (KeyError, TypeError, ValueError, OverflowError):
        return ()


def _refusal(kept: object) -> Refusal | None:
    """Return a lasting refusal. A damaged one is dropped: the server's next answer repeats it."""
    try:
        fields: Any = kept
        variable = fields["variable"]
        return Refusal(
            ErrorCode(fields["code"]),
            read_time(fields["at"]),
            str(fields["mark"]),
            variable if isinstance(variable, str) else None,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _organizations(kept: object) -> tuple[Organization, ...]:
    pairs = kept.items() if isinstance(kept, dict) else ()
    return tuple(Organization(str(each), name if isinstance(name, str) else None) for each, name in pairs)


def _passed_s(noted: object, uptime: Uptime | None) -> float | None:
    """Return the seconds since an entry was written, ``None`` when only the wall clock can tell."""
    if uptime is None or not isinstance(noted, dict) or noted.get("boot") != uptime.boot:
        return None
    return max(0.0, uptime.seconds - float(noted["seconds"]))


def store(state: JsonObject, key: str, bucket: Bucket, uptime: Uptime | None) -> None:
    """Put the bucket of an account into the state, in place of an earlier one."""
    section = state.setdefault(SECTION, {})
    if not isinstance(section, dict):
        section = state[SECTION] = {}
    refusal = bucket.refusal
    section[key] = {
        "tokens": bucket.tokens,
        "counted_at": bucket.counted_at.isoformat(),
        "blocked_until": bucket.blocked_until.isoformat() if bucket.blocked_until else None,
        "strikes": bucket.refusals,  # see `load`
        "share": bucket.share,
        "sent": [at.isoformat() for at in bucket.sent],
        "uptime": {"boot": uptime.boot, "seconds": uptime.seconds} if uptime else None,
    }
    if refusal is not None:
        section[key]["refusal"] = {
            "code": refusal.code.value,
            "at": refusal.at.isoformat(),
            "mark": refusal.mark,
            "variable": refusal.variable,
        }
    if bucket.organizations:
        section[key]["organizations"] = {each.id: each.name for each in bucket.organizations}
