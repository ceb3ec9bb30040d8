"""The readings of one limit, sorted into its windows. Pure. Times are seconds since 1970."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

GRANTED_DROP = 3.0
"""A fall by more percentage points within a window is a granted reset. Sources differ by less."""


class Sample(NamedTuple):
    """One reading: percent (0 and up) at a time, and when the server said that the window ends."""

    at: float
    percent: float
    resets_at: float


@dataclass(slots=True)
class SeenWindow:
    """One window of a limit, with what was seen of it.

    Attributes:
        start, end: seconds since 1970, by the server's reset time and the window's length.
        times, percents: the readings in order; the percents never fall.
        began: when its percents began at 0: ``start``, or the last reading before a granted reset.
        is_cut: a granted reset emptied it, or it ended early: its percents are not those of a whole window.
    """

    start: float
    end: float
    times: list[float] = field(default_factory=list)
    percents: list[float] = field(default_factory=list)
    began: float = 0.0
    is_cut: bool = False

    def __post_init__(self) -> None:
        """Let its percents begin at its start, unless a later time was given."""
        self.began = max(self.began, self.start)

    @property
    def percent(self) -> float:
        """The last percent that was seen, 0 if none was."""
        return self.percents[-1] if self.percents else 0.0

    @property
    def full_at(self) -> float | None:
        """When 100 % was first seen."""
        if self.percent < 100:
            return None
        return next(at for at, percent in zip(self.times, self.percents, strict=True) if percent >= 100)

    def add(self, at: float, percent: float) -> None:
        """Add a reading that is not older than the last one. Of equal ones, first and last are kept."""
        if len(self.percents) > 1 and max(percent, self.percent) == self.percents[-1] == self.percents[-2]:
            self.times[-1] = at
            return
        self.times.append(at)
        self.percents.append(max(percent, self.percent))

    def percent_at(self, at: float) -> float:
        """Return the percent that was last seen at ``at``, 0 before the first reading."""
        place = bisect_right(self.times, at)
        return self.percents[place - 1] if place else 0.0

    def spread_at(self, at: float) -> float:
        """Return the percent at ``at`` if it grew evenly between readings, also before the first."""
        place = bisect_right(self.times, at)
        if place == len(self.times):
            return self.percent
        since, before = (self.times[place - 1], self.percents[place - 1]) if place else (self.began, 0.0)
        if at <= since:
            return before
        return before + (self.percents[place] - before) * (at - since) / (self.times[place] - since)

    def growth(self, since: float) -> Iterator[tuple[float, float, float]]:
        """Yield what was used between readings: begin, end and points.

        What the first reading shows was used since the window's start, or since the last reading before it.
        """
        before, used = max(self.began, since), 0.0
        for at, percent in zip(self.times, self.percents, strict=True):
            if at > before:
                yield before, at, percent - used
            before, used = max(at, before), percent

    def until(self, at: float) -> SeenWindow:
        """Return the window as it was known at ``at``."""
        place = bisect_right(self.times, at)
        return SeenWindow(
            self.start, self.end, self.times[:place], self.percents[:place], self.began, self.is_cut
        )


class WindowSorter:
    """Sorts readings of one limit into its windows, as they come.

    The reset time jitters, so only a difference of a quarter of the length is another window. A percent that
    falls with the same reset time is a granted reset. A reading of a window that has not begun is skipped.

    Args:
        length_s: how long a window of the limit is, in seconds.
    """

    def __init__(self, length_s: float) -> None:
        self._length_s = length_s
        self.current: SeenWindow | None = None

    def add(self, point: Sample) -> SeenWindow | None:
        """Take a reading, the oldest first; return the window that it ended, if it did."""
        # A window begins before it is read, so one of these times is wrong: the server's, or ours.
        if point.resets_at - point.at > 1.25 * self._length_s:
            return None
        current = self.current
        if current is None:
            self.current = self._begin(point)
            return None
        if point.at < current.times[-1]:
            is_older = point.resets_at < current.end - self._length_s / 4
            if is_older or current.times[-1] <= current.end:
                return None  # the clock was set back, or the reading came from an older source
            # A reading later than its window's end came while the clock was ahead. It must not keep out those
            # that come after the clock was set right.
            current = self.current = current.until(point.at)
            if not current.times:
                self.current = self._begin(point)
                return None
        is_same = abs(point.resets_at - current.end) < self._length_s / 4
        is_granted = is_same and point.percent < current.percent - GRANTED_DROP
        if is_same and not is_granted:
            current.add(point.at, point.percent)
            return None
        current.is_cut = current.is_cut or is_granted or point.at < current.end - self._length_s / 100
        self.current = self._begin(point, current.times[-1] if is_granted else 0.0, is_cut=is_granted)
        return current

    def _begin(self, point: Sample, began: float = 0.0, *, is_cut: bool = False) -> SeenWindow:
        window = SeenWindow(point.resets_at - self._length_s, point.resets_at, began=began, is_cut=is_cut)
        window.add(point.at, point.percent)
        return window
