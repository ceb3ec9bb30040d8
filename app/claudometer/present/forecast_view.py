"""What is shown of a forecast, and of how good earlier ones were. Pure; no layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class ForecastView:
    """What is likely to come of a limit's window: it becomes full before its reset, or it lasts.

    Times are aware UTC. Rules and scripts go by ``full_at``, words by ``said_at``.

    Attributes:
        full_at: when it is full, to the minute, from now to the reset; ``None`` if it lasts.
        earliest, latest: four of five such limits are full between these; ``full_at`` is, too.
        said_at: ``full_at`` as the words name it, rounded to ten local minutes, or half a day for a week;
            ``None`` if it lasts, if it should be full by now, or if no such time is before the reset.
        percent_at_reset: if it lasts, the percent at its reset, a whole number.
        low, high: four of five such limits end between these percents.
        sentence: "Full about 13:00", or "Lasts, about 81 % by then".
        then: the same behind a name, "full about 13:00".
    """

    full_at: datetime | None
    earliest: datetime | None
    latest: datetime | None
    said_at: datetime | None
    percent_at_reset: float | None
    low: float
    high: float
    sentence: str
    then: str

    @property
    def is_full(self) -> bool:
        """Whether the limit is likely to be full before its reset."""
        return self.full_at is not None


@dataclass(frozen=True, slots=True)
class RecordView:
    """How often earlier forecasts of a limit were right.

    Attributes:
        right, of: in so many of the last windows, ten at most.
        is_bad: fewer than half were right, so no forecast is shown.
        sentence: "8 of the last 10 forecasts were right", or that forecasts are paused.
        meaning: what counts as right.
    """

    right: int
    of: int
    is_bad: bool
    sentence: str
    meaning: str
