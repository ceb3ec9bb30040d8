"""Answers the window's question for the history of one limit. Reads off the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from claudometer.present.history_card import SPANS, history_chart, span_of, with_forecast
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from claudometer.control.wire.answers import HistoryAnswer
    from claudometer.control.wire.chart import HistoryChart
    from claudometer.domain.history import LimitKey, LimitReset, Point, Series
    from claudometer.domain.region import Region
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import AccountKey
    from claudometer.present.view import AccountView


class Past(Protocol):
    """What was read in this run and before. Its methods block."""

    def series(self, account: AccountKey | None = None) -> list[Series]: ...
    def curve(self, key: LimitKey, since: datetime, until: datetime) -> list[Point]: ...
    def resets(
        self,
        *,
        account: AccountKey | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[LimitReset]: ...


class Keeper(Protocol):
    """The engine, which keeps the history: ``None`` in a program that keeps none."""

    @property
    def history(self) -> Past | None: ...
    @property
    def snapshot(self) -> Snapshot: ...


class Views(Protocol):
    """What is shown now, with its forecasts, and how the user reads a clock."""

    @property
    def region(self) -> Region: ...
    def view(self) -> AccountView: ...


async def history_answer(params: Mapping[str, object], keeper: Keeper, views: Views) -> HistoryAnswer:
    """Return the chart of a limit of the account that is shown; ``None`` without a history of it.

    Args:
        params: as the window sent them: ``limit`` and ``span``.
    """
    past, snapshot, view, region = keeper.history, keeper.snapshot, views.view(), views.region
    limit_id, span, account = params.get("limit"), params.get("span"), snapshot.account
    if past is None or account is None or not isinstance(span, str) or span not in SPANS:
        return {"chart": None}
    limits = snapshot.reading.limits if snapshot.reading else ()
    forecast = next((limit.forecast for limit in view.limits if limit.id == limit_id), None)
    now = view.now
    resets_at = next((limit.resets_at for limit in limits if limit.id == limit_id), None)

    def read() -> HistoryChart | None:
        series = next((each for each in past.series(account) if each.key.limit_id == limit_id), None)
        if series is None:
            return None
        since, until = span_of(span, series.window_s, resets_at, now)
        points = past.curve(series.key, since, min(until, now))
        resets = past.resets(account=account, since=since, until=until)
        own = [each.reset for each in resets if each.series.key == series.key]
        chart = history_chart(series, points, own, span=span, times=(since, until, now), region=region)
        return with_forecast(chart, forecast, (since, until, now)) if until > now else chart

    try:
        return {"chart": await off_loop_at(past, read)}
    except OSError:  # a network home that does not respond
        return {"chart": None}
