"""Merges what earlier runs kept with what this run told before it could read that. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import Memory
from claudometer.domain.alerts.past_alerts import MOST_RECORDS, Kept
from claudometer.domain.alerts.windows import MOST_WINDOWS
from claudometer.domain.usage import SESSION_WINDOW_S, same_window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from claudometer.domain.alerts.model import ToldWindow
    from claudometer.domain.alerts.silence import Silence


def merged(earlier: Kept, run: Kept, mutes: Iterable[Callable[[Silence], Silence]]) -> Kept:
    """Return what earlier runs have kept together with what this run has added.

    Args:
        mutes: the user's changes of the silence in this run, in their order.
    """
    silence = earlier.silence
    for change in mutes:
        silence = change(silence)
    records = (*earlier.records, *(each for each in run.records if each not in earlier.records))
    return Kept(_memory(earlier.memory, run.memory), silence, records[-MOST_RECORDS:])


def _memory(earlier: Memory, run: Memory) -> Memory:
    both = {
        key: _windows(earlier.windows[key], windows) if key in earlier.windows else windows
        for key, windows in run.windows.items()
    }
    return Memory({**earlier.windows, **both}, earlier.logins | run.logins, earlier.ends | run.ends)


def _windows(earlier: tuple[ToldWindow, ...], run: tuple[ToldWindow, ...]) -> tuple[ToldWindow, ...]:
    """Return all instances of a limit's window, with those that this run has seen at the end."""
    left, seen = list(earlier), []
    for window in run:
        # Compared as strictly as sessions, the shortest windows: the limit's own length is not known here.
        same = [each for each in left if same_window(each.end, window.end, SESSION_WINDOW_S)]
        for each in same:
            left.remove(each)
        for each in same:
            window = _joined(each, window)  # noqa: PLW2901 - the same instance, with more known about it
        seen.append(window)
    return (*left, *seen)[-MOST_WINDOWS:]


def _joined(earlier: ToldWindow, run: ToldWindow) -> ToldWindow:
    if run.since is not None:  # a reset inside the window: what was told before does not count any more
        return run
    return replace(
        run,
        told=max(earlier.told, run.told),
        was_close=earlier.was_close or run.was_close,
        has_told_forecast=earlier.has_told_forecast or run.has_told_forecast,
        is_settled=earlier.is_settled or run.is_settled,
        doubted_at=earlier.doubted_at or run.doubted_at,
        percent=run.percent if earlier.percent is None else earlier.percent,
        plan=earlier.plan or run.plan,
        fall=earlier.fall or run.fall,
        since=earlier.since,
    )
