"""The true account of the fortnight, and the answers of Claude's server about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
"""Its clocks go back on the first Sunday of this fortnight."""

FIRST_DAY = date(2026, 10, 19)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORKS_FOR_S = 3 * 3600.0

SESSION, WEEKLY, FABLE = "Session", "Weekly", "Fable"


def at(day: int, hour: float) -> datetime:
    """Return a local time of the fortnight, in UTC: day 0 is the first Monday."""
    local = datetime.combine(FIRST_DAY + day * DAY, time()) + hour * HOUR
    return local.replace(tzinfo=ZONE).astimezone(UTC)


@dataclass(frozen=True)
class Work:
    """A session: it begins with the first message, and its use grows evenly to `percent` in three hours.

    ``week`` and ``model`` are what it adds to the two weekly limits.
    """

    begins: datetime
    percent: float
    week: float
    model: float

    def share(self, now: datetime) -> float:
        """Return the part of the work that is done, 0 to 1."""
        return min(1.0, max(0.0, (now - self.begins).total_seconds() / WORKS_FOR_S))


@dataclass(frozen=True)
class Window:
    """A window of a limit. ``ends`` is what the server promises, ``over`` when it is over in truth."""

    limit: str
    begins: datetime
    ends: datetime
    over: datetime


@dataclass(frozen=True)
class Seen:
    """A limit in an answer: ``window`` is ``None`` for a session that has not begun."""

    limit: str
    percent: int
    window: Window | None


@dataclass(frozen=True)
class Served:
    """One answer with numbers."""

    at: datetime
    limits: tuple[Seen, ...]


@dataclass
class Account:
    """What is used. Each answer is noted in ``served``.

    Attributes:
        weeks: the windows of both weekly limits: when each begins, when it is promised to end and when it is
            over.
        credit_ends: when a credit of $250 expires.
    """

    works: tuple[Work, ...]
    weeks: tuple[tuple[datetime, datetime, datetime], ...]
    credit_ends: datetime
    served: list[Served] = field(default_factory=list)
    _random: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - jitter, not a secret

    def numbers(self, now: datetime) -> Served:
        """Return what an answer would say, without noting it."""
        return Served(now, (self._session(now), self._week(now, WEEKLY), self._week(now, FABLE)))

    def body(self, now: datetime) -> dict[str, Any]:
        """Return the server's answer."""
        served = self.numbers(now)
        self.served.append(served)
        session, weekly, fable = map(self._entry, served.limits)
        named = {"limit_dollars": None, "used_dollars": None, "remaining_dollars": None}
        return {
            "five_hour": named | session,
            "seven_day": named | weekly,
            "limits": [
                _listed("session", session),
                _listed("weekly_all", weekly),
                _listed("weekly_scoped", fable, model=FABLE),
            ],
            "cinder_cove": {
                "utilization": 20.6,
                "resets_at": self.credit_ends.isoformat(),
                "limit_dollars": 250.0,
                "used_dollars": 51.5,
                "remaining_dollars": 198.5,
                "locked_reason": None,
            },
        }

    def _session(self, now: datetime) -> Seen:
        for work in self.works:
            end = work.begins + 5 * HOUR
            if work.begins <= now < end:
                window = Window(SESSION, work.begins, end, end)
                return Seen(SESSION, int(work.percent * work.share(now)), window)
        return Seen(SESSION, 0, None)

    def _week(self, now: datetime, limit: str) -> Seen:
        begins, ends, over = next(week for week in self.weeks if week[0] <= now < week[2])
        used = sum(
            (work.week if limit == WEEKLY else work.model) * (work.share(now) - work.share(begins))
            for work in self.works
        )
        return Seen(limit, int(used), Window(limit, begins, ends, over))

    def _entry(self, seen: Seen) -> dict[str, Any]:
        end = None
        if seen.window is not None:  # the server's times jitter from answer to answer
            end = (seen.window.ends + timedelta(seconds=self._random.uniform(-2, 2))).isoformat()
        return {"utilization": float(seen.percent), "resets_at": end}


def _listed(kind: str, entry: dict[str, Any], *, model: str | None = None) -> dict[str, Any]:
    scope = {"model": {"id": None, "display_name": model}, "surface": None} if model else None
    group = "session" if kind == "session" else "weekly"
    return {
        "kind": kind,
        "group": group,
        "percent": int(entry["utilization"]),
        "severity": "normal",
        "resets_at": entry["resets_at"],
        "scope": scope,
        "is_active": False,
    }
