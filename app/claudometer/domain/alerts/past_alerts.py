"""What was told, for the list of past alerts. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import Memory
from claudometer.domain.alerts.silence import Fate, Silence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from claudometer.domain.alerts.model import AccountLimit

MOST_RECORDS = 200
"""How many are kept: those of months, also for a busy user."""


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One alert that was due.

    Attributes:
        at: when it was due, aware UTC.
        kind: the value of its ``AlertKind``.
        subject: the id of the limit or credit, "" for none.
        threshold: the percent that was crossed, ``None`` for other kinds.
        window_end: the end of the window instance it is about, aware UTC, ``None`` where none was known.
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


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept about alerts: what was seen and told, what is muted, and the latest, oldest first."""

    memory: Memory = field(default_factory=Memory)
    silence: Silence = field(default_factory=Silence)
    records: tuple[AlertRecord, ...] = ()


def with_told(
    records: Iterable[AlertRecord], held: Sequence[AlertRecord], due: Iterable[AlertRecord]
) -> tuple[AlertRecord, ...]:
    """Return the latest records, with ``due`` added and ``held`` marked as shown."""
    told = (replace(each, fate=Fate.SHOWN) if each in held else each for each in records)
    return (*told, *due)[-MOST_RECORDS:]


def ends_of(
    limits: Iterable[str], records: Iterable[AlertRecord], account: str, resets: Mapping[str, datetime]
) -> dict[AccountLimit, datetime]:
    """Return when the windows of these limits end, aware UTC, by account and limit.

    Each is of the account that the limit's last alert was about: a notification may be clicked after a change
    of the account.

    Args:
        account, resets: whose limits are shown now, and when their windows end, by limit.
    """
    told = {each.subject: each for each in records}  # the last one of each
    ends: dict[AccountLimit, datetime] = {}
    for limit in limits:
        record = told.get(limit)
        if record is not None and record.account != account:
            owner, end = record.account, record.window_end
        else:
            owner, end = account, resets.get(limit)
        if end is not None:
            ends[owner, limit] = end
    return ends
