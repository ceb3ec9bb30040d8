"""What was told, for the list of past alerts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from claudometer.domain.alerts.silence import Fate

if TYPE_CHECKING:
    from claudometer.domain.json_object import JsonObject


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One alert that was due.

    Attributes:
        at: when it was due, aware UTC.
        kind: the value of its ``AlertKind``.
        subject: the id of the limit or credit, "" for none.
        threshold: the percent that was crossed, ``None`` for other kinds.
        window_end: the end of the window instance it is about, aware UTC.
        title, body: as the user was told.
        fate: what became of it; a held one becomes ``SHOWN`` with the summary.
        taken: whether the desktop took the notification; ``None`` while that is not known, and for one that
            was not sent.
    """

    at: datetime
    kind: str
    account: str
    subject: str
    threshold: int | None
    window_end: datetime | None
    title: str
    body: str
    fate: Fate
    taken: bool | None = None


def record_to_json(record: AlertRecord) -> JsonObject:
    """Return the record as an object that :func:`record_from_json` reads."""
    return {
        "at": record.at.isoformat(),
        "kind": record.kind,
        "account": record.account,
        "subject": record.subject,
        "threshold": record.threshold,
        "window_end": record.window_end.isoformat() if record.window_end else None,
        "title": record.title,
        "body": record.body,
        "fate": record.fate.value,
        "taken": record.taken,
    }


def record_from_json(kept: object) -> AlertRecord:
    """Return the record.

    Raises:
        KeyError, TypeError, ValueError: it cannot be read.
    """
    if not isinstance(kept, dict):
        raise TypeError("not an object")
    end, threshold, taken = kept["window_end"], kept["threshold"], kept["taken"]
    return AlertRecord(
        at=_time(kept["at"]),
        kind=str(kept["kind"]),
        account=str(kept["account"]),
        subject=str(kept["subject"]),
        threshold=None if threshold is None else int(threshold),
        window_end=None if end is None else _time(end),
        title=str(kept["title"]),
        body=str(kept["body"]),
        fate=Fate(kept["fate"]),
        taken=taken if isinstance(taken, bool) else None,
    )


def _time(text: object) -> datetime:
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at
