"""The menu entry that mutes alerts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.alerts.silence import MuteFor, Silence, muted_until
from claudometer.present.formatters import clock, moment, nearest_minute
from claudometer.present.menu_entries import Action, Entry, Kind
from claudometer.present.messages import mute as words
from claudometer.present.view import ResetState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from claudometer.domain.region import Region
    from claudometer.present.view import AccountView


def mute_entry(view: AccountView, silence: Silence, region: Region) -> Entry:
    """Return the entry with its choices; while alerts are muted it says until when, and has the way back."""
    until = silence.until if silence.is_on(view.now) else None
    text = words.MENU if until is None else words.MUTED_UNTIL.format(time=moment(until, view.now, region))
    children = tuple(_choices(view, region))
    if until is not None:
        children = (_choice(words.UNMUTE, MuteFor.OFF), *children)
    return Entry(Kind.SUBMENU, text, name="mute", children=children)


def _choices(view: AccountView, region: Region) -> Iterator[Entry]:
    yield _choice(words.ONE_HOUR, MuteFor.ONE_HOUR)
    reset = muted_until(MuteFor.UNTIL_RESET, view.now, region.zone, _resets(view))
    if reset is not None:
        time = moment(nearest_minute(reset), view.now, region)
        yield _choice(words.UNTIL_RESET.format(time=time), MuteFor.UNTIL_RESET)
    morning = muted_until(MuteFor.TOMORROW, view.now, region.zone, ())
    if morning is not None:
        time = clock(morning, region)
        yield _choice(words.UNTIL_TOMORROW.format(time=time), MuteFor.TOMORROW)


def _resets(view: AccountView) -> list[datetime]:
    return [each.reset.at for each in view.limits if each.reset.state is ResetState.AHEAD and each.reset.at]


def _choice(text: str, choice: MuteFor) -> Entry:
    return Entry(Kind.ACTION, text, Action.MUTE, value=choice.value, name=choice.value)
