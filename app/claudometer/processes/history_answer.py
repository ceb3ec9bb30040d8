"""Answers the window's request for the history of one limit. Reads off the loop."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.usage import LimitKind
from claudometer.present.day_by_day import SHORTEST_S, day_by_day
from claudometer.present.history_card import SPANS, history_chart, span_of, with_forecast
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from claudometer.control.wire.answers import HistoryAnswer
    from claudometer.control.wire.chart import DayByDay
    from claudometer.control.wire.report import LevelName
    from claudometer.domain.history import LimitKey, LimitReset, Point, Series
    from claudometer.domain.ledger import RequestRecord
    from claudometer.domain.snapshot import Problem, Snapshot
    from claudometer.domain.usage import AccountKey
    from claudometer.processes.presenter import ViewSource

NOTHING: HistoryAnswer = {"chart": None, "days": None}


class HistoryReader(Protocol):
    """The history, as far as it is read; see ``store.history.History``. Its methods block."""

    @property
    def problems(self) -> tuple[Problem, ...]: ...
    def series(self, account: AccountKey | None = None) -> list[Series]: ...
    def points(self, key: LimitKey, since: datetime) -> list[Point]: ...
    def curve(self, key: LimitKey, since: datetime, until: datetime) -> list[Point]: ...
    def resets(
        self,
        *,
        account: AccountKey | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[LimitReset]: ...
    def requests(self, now: datetime) -> tuple[list[RequestRecord], Problem | None]: ...


class HistoryOwner(Protocol):
    """The engine, as far as answers about the history need it."""

    @property
    def history(self) -> HistoryReader | None:
        """The history, ``None`` in a program that keeps none."""
        ...

    @property
    def snapshot(self) -> Snapshot: ...


async def history_answer(
    params: Mapping[str, object], owner: HistoryOwner, views: ViewSource
) -> HistoryAnswer:
    """Return the chart of a limit of the shown account, and its days; ``None`` without a history.

    Args:
        params: as the window sent them: ``limit``, the id of a limit, and ``span``, one of ``SPANS``.
    """
    past, snapshot, view, region = owner.history, owner.snapshot, views.view(), views.region
    limit_id, span, account = params.get("limit"), params.get("span"), snapshot.account
    if past is None or account is None or not isinstance(span, str) or span not in SPANS:
        return NOTHING
    shown = {limit.id: limit for limit in view.limits}
    limits = snapshot.reading.limits if snapshot.reading else ()
    resets_at = {limit.id: limit.resets_at for limit in limits}
    now = view.now

    def read() -> HistoryAnswer:
        kept = past.series(account)
        series = next((each for each in kept if each.key.limit_id == limit_id), None)
        if series is None:
            return NOTHING
        since, until = span_of(span, series.window_s, resets_at.get(series.key.limit_id), now)
        points = past.curve(series.key, since, min(until, now))
        resets = past.resets(account=account, since=since, until=until)
        own = [each.reset for each in resets if each.series.key == series.key]
        chart = history_chart(series, points, own, span=span, times=(since, until, now), region=region)
        if until > now:
            forecast = shown[series.key.limit_id].forecast if series.key.limit_id in shown else None
            chart = with_forecast(chart, forecast, (since, until, now))
        return {"chart": chart, "days": days_of(_with_days(series, kept))}

    def days_of(series: Series | None) -> DayByDay | None:
        if series is None or (limit := shown.get(series.key.limit_id)) is None:
            return None
        ends = resets_at.get(limit.id)
        points = past.points(series.key, now - timedelta(seconds=series.window_s or 0))
        used = None if limit.is_old else limit.percent
        level: LevelName = "unknown" if limit.is_old else limit.level
        return day_by_day(series, points, used=used, level=level, resets_at=ends, now=now, region=region)

    try:
        return await off_loop_at(past, read)
    except OSError:  # a network home that does not respond
        return NOTHING


def _with_days(series: Series, kept: Sequence[Series]) -> Series | None:
    """Return the limit itself if its window is long enough for days, else the weekly limit of all models."""
    if (series.window_s or 0) >= SHORTEST_S:
        return series
    return next((each for each in kept if each.kind is LimitKind.WEEKLY), None)
