"""Puts an outlook into words with rounded times: ten minutes of a session, half a day of a week. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.present.forecast_view import ForecastView, RecordView
from claudometer.present.formatters import moment, nearest_minute, percent, percent_left
from claudometer.present.messages import forecast as words
from claudometer.present.messages.phrases import WEEKDAYS_IN_FULL

if TYPE_CHECKING:
    from claudometer.domain.forecasting.grading import Tally
    from claudometer.domain.forecasting.outlook import Outlook
    from claudometer.domain.region import Region

_DAY_S = 24 * 3600
_TEN_MINUTES = timedelta(minutes=10)
_HALF_DAY = timedelta(hours=12)


def forecast_view(
    outlook: Outlook, window_s: int, resets_at: datetime, now: datetime, region: Region
) -> ForecastView | None:
    """Return an outlook in words, ``None`` if it says nothing.

    Args:
        window_s: length of the limit window in seconds. Of one longer than a day, half days are told apart.
        resets_at: when the window ends, after ``now``; both aware UTC.
    """
    if outlook.full_at is None or outlook.earliest is None or outlook.latest is None:
        return _lasting(outlook)
    full_at = datetime.fromtimestamp(outlook.full_at, UTC)
    is_long = window_s > _DAY_S

    def to_minute(at: float) -> datetime:
        near = nearest_minute(datetime.fromtimestamp(at, UTC))
        # What is full at the reset is so to the second: ``resets_at`` itself may be a second off its minute.
        return resets_at if near >= nearest_minute(resets_at) else min(resets_at, max(now, near))

    # It should be full by now, and the reading is older: it is as likely to become full as before, but no
    # later time is put in the place of that one. The next reading knows better.
    is_due = full_at <= now
    near = _rounded(full_at, region, is_long=is_long)
    shown = None if is_due else _between(near, now, resets_at, region, is_long=is_long)
    time = None if shown is None else _words(shown, now, region, is_long=is_long)
    return ForecastView(
        # Not rounded like the words: half a day off, a rule would take ten minutes for half a day.
        full_at=to_minute(outlook.full_at),
        earliest=to_minute(min(outlook.earliest, outlook.full_at)),
        latest=to_minute(max(outlook.latest, outlook.full_at)),
        said_at=shown,
        percent_at_reset=None,
        low=outlook.low,
        high=outlook.high,
        sentence=words.FULL_SOON if time is None else words.FULL.format(time=time),
        then=words.THEN_FULL_SOON if time is None else words.THEN_FULL.format(time=time),
    )


def with_remaining(forecast: ForecastView | None) -> ForecastView | None:
    """Return the forecast in the words of people who read what is left; only "Lasts" names a share."""
    if forecast is None or forecast.percent_at_reset is None:
        return forecast
    text = percent_left(forecast.percent_at_reset)
    return replace(
        forecast,
        sentence=words.LASTS_LEFT.format(percent=text),
        then=words.THEN_LASTS_LEFT.format(percent=text),
    )


def record_view(tally: Tally, window_s: int) -> RecordView:
    """Return in words how often earlier forecasts were right.

    Args:
        tally: of at least one forecast.
        window_s: length of the limit window in seconds.
    """
    if tally.of == 1:
        sentence = words.LAST_WAS_RIGHT if tally.right else words.LAST_WAS_WRONG
    elif tally.right == 1:
        sentence = words.RECORD_BAD_ONE if tally.is_bad else words.RECORD_ONE
    else:
        sentence = words.RECORD_BAD if tally.is_bad else words.RECORD
    return RecordView(
        right=tally.right,
        of=tally.of,
        is_bad=tally.is_bad,
        sentence=sentence.format(right=tally.right, of=tally.of),
        meaning=words.RIGHT_OF_A_WEEK if window_s > _DAY_S else words.RIGHT_OF_A_SESSION,
    )


def _lasting(outlook: Outlook) -> ForecastView | None:
    if outlook.percent_at_reset is None:
        return None
    shown = float(int(outlook.percent_at_reset + 0.5))
    text = percent(shown)
    return ForecastView(
        full_at=None,
        earliest=None,
        latest=None,
        said_at=None,
        percent_at_reset=shown,
        low=outlook.low,
        high=outlook.high,
        sentence=words.LASTS.format(percent=text),
        then=words.THEN_LASTS.format(percent=text),
    )


def _rounded(at: datetime, region: Region, *, is_long: bool) -> datetime:
    """Return the nearest full ten minutes of the local clock; if ``is_long``, local noon or midnight."""
    step = _HALF_DAY if is_long else _TEN_MINUTES
    local = at.astimezone(region.zone).replace(tzinfo=None)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    steps = int((local - midnight) / step + 0.5)
    nearest = midnight + steps * step
    if not is_long:
        # Not by way of the local time: when clocks are set back, that means two different moments.
        return at + (nearest - local)
    return _of_local(nearest, region)


def _of_local(local: datetime, region: Region) -> datetime:
    # Without a zone of its own, ``astimezone`` takes a time without one as the machine's.
    return local.replace(tzinfo=region.zone).astimezone(UTC)


def _between(
    shown: datetime, now: datetime, resets_at: datetime, region: Region, *, is_long: bool
) -> datetime | None:
    """Return the rounded time, or its neighbor if it is not between now and the reset, if that is."""
    step = _HALF_DAY if is_long else _TEN_MINUTES
    for at in (shown, shown + step, shown - step):
        again = _rounded(at, region, is_long=is_long)  # half a day later is noon also when clocks change
        if now < again < resets_at:
            return again
    return None


def _words(at: datetime, now: datetime, region: Region, *, is_long: bool) -> str:
    """Return "13:00", or "noon", "tomorrow night", "Friday noon"."""
    if not is_long:
        return moment(at, now, region)
    local = at.astimezone(region.zone)
    is_noon = local.hour == 12
    # Midnight belongs to the day that ends: "Friday night" is what everybody calls it.
    day = local.date() if is_noon else local.date() - timedelta(days=1)
    ahead = (day - now.astimezone(region.zone).date()).days
    if ahead <= 0:
        return words.TODAY_NOON if is_noon else words.TONIGHT
    if ahead == 1:
        return words.TOMORROW_NOON if is_noon else words.TOMORROW_NIGHT
    name = WEEKDAYS_IN_FULL[day.weekday()]
    return (words.NOON_OF if is_noon else words.NIGHT_OF).format(day=name)
