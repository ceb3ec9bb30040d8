"""Made-up histories for the page: a session, a week and a model, with sleep, and resets of several kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.history import LimitKey, LimitReset, Point, Reset, ResetCause, Series
from claudometer.domain.region import UTC_REGION
from claudometer.domain.usage import CLAUDE, AccountId, LimitKind, Source
from claudometer.present.day_by_day import day_by_day
from claudometer.present.forecast import forecast_view
from claudometer.present.history_card import SPANS, history_chart, span_of, with_forecast
from tests.readings import fable, session, weekly

if TYPE_CHECKING:
    from claudometer.control.wire.chart import DayByDay, HistoryChart
    from claudometer.domain.usage import Limit
    from claudometer.present.forecast_view import ForecastView

HOUR = timedelta(hours=1)
STEP = timedelta(minutes=20)
ASLEEP = range(1, 7)
KINDS = (session(81.0), weekly(29.0), fable(66.0))


def charts_at(now: datetime) -> dict[str, HistoryChart]:
    """Return the chart of every limit of a usual reading over every time, by both names."""
    return {f"{limit.id} {span}": chart_at(limit, span, now) for limit in KINDS for span in SPANS}


def chart_at(limit: Limit, span: str, now: datetime) -> HistoryChart:
    """Return the chart of one limit, whose number at noon is the limit's."""
    series = _series(limit)
    since, until = span_of(span, limit.window_s, limit.resets_at, now)
    points = list(_points(limit, since, now))
    times = since, until, now
    chart = history_chart(series, points, list(_resets(points)), span=span, times=times, region=UTC_REGION)
    return with_forecast(chart, _forecast(limit, now), times) if until > now else chart


def days_at(now: datetime) -> dict[str, DayByDay | None]:
    """Return the days of the present week, by the limit that is selected. The model's has a night unknown."""
    week, model = KINDS[1], KINDS[2]
    all_models = _days(week, now, range(0))
    return {KINDS[0].id: all_models, week.id: all_models, model.id: _days(model, now, range(1, 26))}


def _days(limit: Limit, now: datetime, unread_h: range) -> DayByDay | None:
    """Return the days of a limit, of which nothing is known in these hours of the window."""
    if limit.resets_at is None or limit.window_s is None:
        return None
    begins = limit.resets_at - timedelta(seconds=limit.window_s)
    points: list[Point] = []
    for point in _points(limit, begins, now):
        if (point.at - begins) // HOUR in unread_h:
            continue
        is_joined = point.joined and bool(points) and point.at - points[-1].until <= STEP
        points.append(replace(point, joined=is_joined))
    series = _series(limit)
    ends, used = limit.resets_at, limit.percent
    return day_by_day(series, points, used=used, level="ok", resets_at=ends, now=now, region=UTC_REGION)


def resets_at(now: datetime) -> list[LimitReset]:
    """Return resets of four days, oldest first: most as promised, and some of every other kind."""
    found = [
        LimitReset(_series(limit), reset)
        for limit in KINDS
        for reset in _resets(_points(limit, now - timedelta(days=4), now))
    ]
    found.sort(key=lambda each: each.reset.seen_after)
    odd = [
        ResetCause.EARLY,
        ResetCause.LATE,
        ResetCause.GRANTED,
        ResetCause.PLAN_CHANGE,
        ResetCause.SERVER_WIDE,
    ]
    for cause, place in zip(odd, range(len(found) - 6, 0, -3), strict=False):
        reset = replace(found[place].reset, cause=cause)
        found[place] = replace(found[place], reset=reset)
    found[-3] = replace(found[-3], reset=replace(found[-3].reset, promised_at=None, cause=ResetCause.GRANTED))
    return found


def _series(limit: Limit) -> Series:
    key = LimitKey(CLAUDE, AccountId("account-1"), limit.id)
    return Series(key, limit.kind, limit.label, limit.window_s, "Max 5x")


def _forecast(limit: Limit, now: datetime) -> ForecastView | None:
    """Return that a session becomes full before its reset, and that a week lasts."""
    if limit.resets_at is None or limit.window_s is None:
        return None
    at = now.timestamp()
    full = Outlook(at + 3600, at + 2400, at + 6600, None, 92.0, 100.0)
    likely = full if limit.kind is LimitKind.SESSION else Outlook(None, None, None, 81.0, 70.0, 90.0)
    return forecast_view(likely, limit.window_s, limit.resets_at, now, UTC_REGION)


def _points(limit: Limit, since: datetime, now: datetime) -> list[Point]:
    window = timedelta(seconds=limit.window_s or 18000)
    last_end = limit.resets_at or now
    points: list[Point] = []
    at = since
    while at < now:
        if at.hour not in ASLEEP or limit.kind is not LimitKind.SESSION:
            end = last_end - ((last_end - at - STEP / 20) // window) * window
            passed = 1 - (end - at) / window
            full = (limit.percent or 0) / (1 - (last_end - now) / window) ** 1.4
            number = (last_end - end) // window
            percent = min(100.0, full * passed**1.4 * (1, 0.6, 0.35, 0.8)[number % 4])
            is_joined = bool(points) and at - points[-1].until <= STEP
            points.append(Point(at, at + STEP / 2, round(percent, 1), end, Source.OAUTH, is_joined))
        at += STEP
    points.append(Point(now, now, limit.percent or 0, last_end, Source.OAUTH, joined=True))
    return points


def _resets(points: list[Point]) -> list[Reset]:
    resets = []
    for before, after in pairwise(points):
        if after.resets_at != before.resets_at:
            cause = ResetCause.ON_TIME if after.joined else ResetCause.UNKNOWN
            resets.append(
                Reset(
                    promised_at=before.resets_at,
                    seen_before=before.until,
                    seen_after=after.at,
                    percent_before=before.percent,
                    percent_after=after.percent,
                    next_at=after.resets_at,
                    cause=cause,
                )
            )
    return resets
