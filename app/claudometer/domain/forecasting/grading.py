"""How often the forecasts of a limit were right: each is kept, and graded at its window's end. Pure.

Times are seconds since 1970. A window counts as right if its forecasts were right for at least half of the
time for which they were made. So changing the forecast every minute does not improve the record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claudometer.domain.forecasting.outlook import Outlook
    from claudometer.domain.forecasting.windows import SeenWindow

COUNTED = 10
"""How many windows are counted: the latest."""

LEAST_COUNTED = 5
"""A bad record of fewer windows silences no forecast: it may be bad luck."""

RIGHT_WITHIN_S = 1800.0
WEEK_RIGHT_WITHIN_S = 12 * 3600.0
RIGHT_WITHIN_POINTS = 10.0
"""A forecast is right if the limit was full within these times of the forecast one (a window of more than a
day: the second), or ended within these percentage points of the forecast percent."""

_DAY_S = 86400.0
_SAME_S, _SAME_WEEK_S, _SAME_POINTS = 600.0, 43200.0, 2.0
"""A forecast that differs from the last one by less is the same one."""

_LEAST_SAID_S = 300.0
"""A forecast that only one reading made counts as if it had stood until the next one."""

_WRITTEN_EVERY_S = 1800.0
"""How often the last moment of a standing forecast is written: a kill costs at most so much of it."""

_UNWATCHED = 0.1
"""The outcome is known if the last reading came within this share of the window before its end."""


@dataclass(frozen=True, slots=True)
class SaidForecast:
    """A forecast, and for how long it was made.

    Attributes:
        said_at, until: the first and the last reading that led to it.
        resets_at: the end of the window that it is about.
        full_at: when the limit was to be full; ``None`` if it was to last.
        percent: if it was to last, its percent at the reset; else ``None``.
        shown: whether it was shown, or kept back because of a bad record.
        right: ``None`` until the window is over, and if no reading shows how it ended.
    """

    said_at: float
    until: float
    resets_at: float
    full_at: float | None
    percent: float | None
    shown: bool
    right: bool | None = None


class Tally(NamedTuple):
    """In how many of the last windows the forecasts were right."""

    right: int
    of: int

    @property
    def is_bad(self) -> bool:
        """Whether fewer than half were right, of enough windows to tell. Then no forecast is shown."""
        return self.of >= LEAST_COUNTED and 2 * self.right < self.of


class ForecastRecord:
    """The forecasts of one limit.

    Args:
        window_s: the length of its windows, in seconds.
        said: the forecasts that earlier runs kept, in any order.
    """

    def __init__(self, window_s: float, said: Iterable[SaidForecast] = ()) -> None:
        self._window_s = window_s
        self._said = {each.said_at: each for each in sorted(said, key=lambda each: each.said_at)}
        self._changed: dict[float, SaidForecast] = {}
        self._written: dict[float, float] = {}

    @property
    def tally(self) -> Tally:
        """The last windows whose end was seen."""
        verdicts = [verdict for group in self._windows() if (verdict := _verdict(group)) is not None]
        last = verdicts[-COUNTED:]
        return Tally(sum(last), len(last))

    def note(self, at: float, window: SeenWindow, outlook: Outlook) -> None:
        """Keep what a reading at ``at`` made likely."""
        # Later ones are of a clock that was ahead. They must not keep this one out.
        last = next((each for each in reversed(self._said.values()) if each.said_at <= at), None)
        if last is not None and at <= last.until:
            return
        made = SaidForecast(
            at, at, window.end, outlook.full_at, outlook.percent_at_reset, shown=not self.tally.is_bad
        )
        if last is None or not self._is_same(last, made):
            self._keep(made)
            return
        self._said[last.said_at] = replace(last, until=at)
        if at - self._written.get(last.said_at, last.said_at) >= _WRITTEN_EVERY_S:
            self._keep(self._said[last.said_at])

    def close(self, window: SeenWindow) -> None:
        """Grade what was said of a window that is over."""
        # A full window stays full. Of any other, the end must have been seen.
        is_seen = window.percent >= 100 or window.end - window.times[-1] <= _UNWATCHED * self._window_s
        if window.is_cut or not is_seen:
            return
        for each in list(self._said.values()):
            if each.right is None and self._is_of(each, window.end):
                self._keep(replace(each, right=self._is_right(each, window)))

    @property
    def has_changed(self) -> bool:
        """Whether something is new or graded since the last call of :meth:`take_changed`."""
        return bool(self._changed)

    def take_changed(self) -> list[SaidForecast]:
        """Return what is new or graded since the last call."""
        changed, self._changed = list(self._changed.values()), {}
        return changed

    def _keep(self, said: SaidForecast) -> None:
        is_last = not self._said or said.said_at >= next(reversed(self._said))
        self._said[said.said_at] = self._changed[said.said_at] = said
        if not is_last:
            self._said = dict(sorted(self._said.items()))
        self._written[said.said_at] = said.until
        windows = self._windows()
        # Twice as many as are counted: not every window is watched to its end.
        for group in windows[: -2 * COUNTED]:
            for each in group:
                del self._said[each.said_at]
                self._written.pop(each.said_at, None)

    def _windows(self) -> list[list[SaidForecast]]:
        groups: list[list[SaidForecast]] = []
        for each in self._said.values():
            if groups and self._is_of(each, groups[-1][0].resets_at):
                groups[-1].append(each)
            else:
                groups.append([each])
        return groups

    def _is_of(self, said: SaidForecast, end: float) -> bool:
        return abs(said.resets_at - end) < self._window_s / 4

    def _is_same(self, last: SaidForecast, made: SaidForecast) -> bool:
        if not self._is_of(made, last.resets_at) or last.shown is not made.shown or last.right is not None:
            return False
        if last.full_at is not None and made.full_at is not None:
            step = _SAME_WEEK_S if self._window_s > _DAY_S else _SAME_S
            return abs(last.full_at - made.full_at) < step
        both = last.percent is not None and made.percent is not None
        return both and abs((last.percent or 0.0) - (made.percent or 0.0)) < _SAME_POINTS

    def _is_right(self, said: SaidForecast, window: SeenWindow) -> bool:
        full_at = window.full_at
        if said.full_at is not None:
            within = WEEK_RIGHT_WITHIN_S if self._window_s > _DAY_S else RIGHT_WITHIN_S
            return full_at is not None and abs(full_at - said.full_at) <= within
        return full_at is None and abs(window.percent - (said.percent or 0.0)) <= RIGHT_WITHIN_POINTS


def _verdict(group: list[SaidForecast]) -> bool | None:
    graded = [
        (each.until - each.said_at + _LEAST_SAID_S, each.right) for each in group if each.right is not None
    ]
    if not graded:
        return None
    right = sum(length for length, is_right in graded if is_right)
    return 2 * right >= sum(length for length, _ in graded)
