"""Where the numbers of a merged reading came from and how old each is, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.snapshot import Snapshot, is_old, is_stale
from claudometer.domain.usage import Limit, Origin, Reading, Spend, origin_of
from claudometer.present.formatters import age, clock
from claudometer.present.messages import card as words
from claudometer.present.messages.phrases import EXTRA_USAGE, SOURCE_NAMES, told_line
from claudometer.present.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from claudometer.domain.region import Region


def main_origin(reading: Reading) -> Origin:
    """Return where the whole came from: the answer, unless every limit is known better by now."""
    origins = [limit.origin for limit in reading.limits if limit.origin is not None]
    if origins and len(origins) == len(reading.limits):
        return min(origins, key=lambda origin: origin.fetched_at)
    return Origin(reading.source, reading.fetched_at)


def told_lines(reading: Reading, now: datetime) -> list[str]:
    """Return a line for each other source: which numbers are its, and their age."""
    main = main_origin(reading)
    told: dict[tuple[str, str], list[str]] = {}
    for name, part in _parts(reading):
        origin = origin_of(part, reading)
        if origin.source is not main.source:
            told.setdefault((age(origin.fetched_at, now), origin.source.value), []).append(name)
    return [told_line(names, when, source) for (when, source), names in told.items()]


def origin_words(part: Limit | Spend, now: datetime) -> str | None:
    """Return "From Claude Code's status line, 2 min ago", ``None`` for a number of the answer itself."""
    if part.origin is None:
        return None
    source = SOURCE_NAMES[part.origin.source.value]
    return words.ORIGIN.format(source=source, age=age(part.origin.fetched_at, now))


def age_words(part: Limit | Spend, snapshot: Snapshot, now: datetime, region: Region) -> str | None:
    """Return "As of 11:40, 20 min ago" for a number that is old while others are not."""
    reading = snapshot.reading
    if reading is None or is_stale(snapshot, now) or not is_old(part, snapshot, now):
        return None
    at = origin_of(part, reading).fetched_at
    return words.AS_OF.format(time=clock(at, region), age=age(at, now))


def _parts(reading: Reading) -> Iterator[tuple[str, Limit | Spend]]:
    yield from ((one_line(limit.label), limit) for limit in reading.limits)
    if reading.spend is not None:
        yield EXTRA_USAGE, reading.spend
