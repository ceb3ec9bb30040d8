"""The request ledger: what is remembered of a request, as one line of JSON. Pure; no secret, no id.

It imports little, since ``claudometer requests`` loads it at its start.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.domain.times import read_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, tzinfo

    from claudometer.domain.next_poll import Why

RATE_LIMITED = "rate_limited"
UNFINISHED = "unfinished"
"""The outcome of a request that was abandoned: the program ended, or a newer request replaced it."""

LONGEST_TEXT = 300
LONGEST_WORD = 40
LONGEST_S = 10**9  # 30 years: longer than any pause that makes sense


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request that was sent.

    Attributes:
        at: when it was sent, aware UTC.
        path: with ``{id}`` in place of every id.
        outcome: what the answer meant, a word of ``domain.outcome.Status`` or ``UNFINISHED``.
        http_status: ``None`` when no answer came.
        duration_s: until the answer was complete, or the request was abandoned.
        reason: why it was sent just then, a word of ``domain.next_poll``.
        retry_after_s: how long the server asked us to wait, if it did.
        via: ``browser`` if the hidden browser sent it; ``None`` for the program itself.
        account: a digest of the account, from :func:`account_mark`; ``None`` for a request about none.
            It does not count when records are compared.
    """

    at: datetime
    host: str
    path: str
    outcome: str
    http_status: int | None
    duration_s: float
    reason: Why | str
    retry_after_s: float | None = None
    via: str | None = None
    account: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DaySummary:
    """The requests of one day: how many, to which hosts (most first), and how many were answered with 429."""

    count: int
    hosts: tuple[tuple[str, int], ...]
    refused: int
    last_refused: RequestRecord | None


def account_mark(account: str) -> str:
    """Return a digest that only distinguishes the requests of one account from those of others.

    Args:
        account: an ``AccountKey`` as text. What follows a colon, a chosen organization, does not count.
    """
    name = account.partition(":")[0]
    # Short: it tells the accounts of one user apart, and the file must hold no id.
    return hashlib.blake2s(name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def record_to_wire(record: RequestRecord) -> dict[str, str | float | None]:
    """Return a record as ``requests --json`` prints it; the time is RFC 3339 in UTC with ``Z``."""
    stamp = record.at.astimezone(UTC).isoformat(timespec="milliseconds")
    return {
        "at": stamp.replace("+00:00", "Z"),
        "host": record.host,
        "path": record.path,
        "outcome": record.outcome,
        "http_status": record.http_status,
        "duration_s": round(record.duration_s, 3),
        "reason": str(record.reason),
        "retry_after_s": record.retry_after_s,
        "via": record.via,
    }


def encode_record(record: RequestRecord) -> bytes:
    """Return a record as one line, its end included."""
    wire = record_to_wire(record) | ({"account": record.account} if record.account else {})
    return json.dumps(wire, separators=(",", ":")).encode() + b"\n"


def decode_record(line: bytes) -> RequestRecord | None:
    """Return the record of a line, ``None`` for a line that is incomplete, damaged or not ours."""
    try:
        return record_from_wire(json.loads(line))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def record_from_wire(wire: Mapping[str, object]) -> RequestRecord:
    """Return the record that a line of the file holds.

    Raises:
        ValueError, TypeError, KeyError, OverflowError: it is damaged, or not ours.
    """
    return record_at(_time(wire["at"]), wire)


def record_at(at: datetime, wire: Mapping[str, object]) -> RequestRecord:
    """Return the record of a request that was sent ``at`` this time, aware UTC, and is kept as ``wire``.

    Raises:
        ValueError, TypeError, KeyError, OverflowError: see :func:`record_from_wire`.
    """
    return RequestRecord(
        at=at,
        host=_text(wire["host"], LONGEST_TEXT),
        path=_text(wire["path"], LONGEST_TEXT),
        outcome=_text(wire["outcome"], LONGEST_WORD),
        http_status=None if wire["http_status"] is None else int(_number(wire["http_status"])),
        duration_s=_number(wire["duration_s"]),
        reason=_text(wire["reason"], LONGEST_WORD),
        retry_after_s=None if wire["retry_after_s"] is None else _number(wire["retry_after_s"]),
        via=None if wire.get("via") is None else _text(wire["via"], LONGEST_WORD),  # older lines have none
        account=None if wire.get("account") is None else _text(wire["account"], LONGEST_WORD),
    )


def summarize(records: Iterable[RequestRecord], day: date, zone: tzinfo | None) -> DaySummary:
    """Sum up the requests of one day as ``zone`` (``None``: the machine's own) counts days."""
    those = [record for record in records if record.at.astimezone(zone).date() == day]
    hosts = Counter(record.host for record in those)
    refused = [record for record in those if record.outcome == RATE_LIMITED]
    return DaySummary(
        count=len(those),
        # Equal counts by name, so that their order is the same each time.
        hosts=tuple(sorted(hosts.items(), key=lambda each: (-each[1], each[0]))),
        refused=len(refused),
        last_refused=max(refused, key=lambda record: record.at, default=None),
    )


def _time(value: object) -> datetime:
    return read_time(_text(value, LONGEST_WORD))


def _text(value: object, longest: int) -> str:
    # Control characters could change what a terminal shows: `claudometer requests` prints these texts.
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise ValueError("not a short printable text")
    return sys.intern(value)  # most requests have the same texts, and a list may have 15,000 requests


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    if not 0 <= value <= LONGEST_S or not math.isfinite(value):
        raise ValueError("out of bounds")
    return value
