"""Snapshots dated around the actual time, because the command line reads the machine's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import Mode
from tests import readings

if TYPE_CHECKING:
    from claudometer.domain.errors import ErrorCode
    from claudometer.domain.outcome import Status


def fresh(session: float | None = 81.0, *, age_s: float = 3.0, label: str = "Fable") -> Snapshot:
    """Return a snapshot fetched ``age_s`` ago, with windows that end in hours and days."""
    now = datetime.now(UTC)
    limits = (
        readings.session(session, now + timedelta(hours=2, minutes=10, seconds=30)),
        readings.weekly(29.0, now + timedelta(days=5, hours=5, minutes=30)),
        replace(readings.fable(66.0, now + timedelta(days=5, hours=5, minutes=30)), label=label),
    )
    fetched_at = now - timedelta(seconds=age_s)
    return readings.snapshot(readings.reading(*limits, fetched_at=fetched_at, spend=readings.spend()))


def failed(status: Status, code: ErrorCode, *, age_s: float | None = None) -> Snapshot:
    """Return a snapshot whose last attempt failed; with ``age_s``, the numbers of an earlier one."""
    kept = None if age_s is None else fresh(age_s=age_s).reading
    return Snapshot(mode=Mode.CLI, status=status, reading=kept, problem=Problem(code))
