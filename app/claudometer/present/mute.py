"""The menu entry that mutes alerts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.alerts.silence import MORNING, MuteFor, Silence, muted_until
from claudometer.present.formatters import clock, moment, nearest_minute
from claudometer.present.limit_names import name_of
from claudometer.present.menu_entries import SEPARATOR, Action, Entry, Kind
from claudometer.present.messages import mute as words
from claudometer.present.text import one_line
from claudometer.present.view import ResetState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from claudometer.domain.region import Region
    from claudometer.present.view import AccountView


def mute_entry(view: AccountView, silence: Silence, region: Region) -> Entry:
    """Return the entry with its choices; while alerts are muted it says until when, and has the way back."""
    until = silence.until if silence.is_on(view.now) else None
    limits = muted_limits(silence, view.now, region, {each.id: each.label for each in view.limits})
    children = [_unmute(each) for each in limits]
    if until is not None:
        children.insert(0, _choice(words.UNMUTE, MuteFor.OFF))
    if limits:
        children.append(SEPARATOR)
    children += _choices(view, region, after_limits=bool(limits))
    text = _title(until, limits, view.now, region)
    return Entry(Kind.SUBMENU, text, name="mute", children=tuple(children))


@dataclass(frozen=True, slots=True)
class MutedLimit:
    """A limit that is muted. ``time`` is until when, in words."""

    account: str
    limit: str
    name: str
    time: str


def muted_limits(
    silence: Silence, now: datetime, region: Region, names: Mapping[str, str]
) -> list[MutedLimit]:
    """Return which limits are muted now, the one whose reset comes first at the start.

    Args:
        names: of the limits that the account has now, by their ids.
    """
    return [
        MutedLimit(
            account,
            limit,
            one_line(names[limit]) if limit in names else name_of(limit),
            moment(nearest_minute(end), now, region),
        )
        for (account, limit), end in silence.limits_at(now)
    ]


def _title(until: datetime | None, limits: Sequence[MutedLimit], now: datetime, region: Region) -> str:
    if until is not None:
        return words.MUTED_UNTIL.format(time=moment(nearest_minute(until), now, region))
    if len(limits) > 1:
        return words.LIMITS_MUTED.format(count=len(limits))
    if limits:
        return words.LIMIT_MUTED_UNTIL.format(name=limits[0].name, time=limits[0].time)
    return words.MENU


def _unmute(limit: MutedLimit) -> Entry:
    text = words.UNMUTE_LIMIT.format(name=limit.name, time=limit.time)
    value = f"{limit.account} {limit.limit}"
    return Entry(Kind.ACTION, text, Action.UNMUTE_LIMIT, value=value, name=value)


def _choices(view: AccountView, region: Region, *, after_limits: bool) -> Iterator[Entry]:
    """Return for how long all alerts can be muted.

    Args:
        after_limits: muted limits are listed above, so that each line has to say that it is about all.
    """
    yield _choice(words.ALL_FOR_ONE_HOUR if after_limits else words.ONE_HOUR, MuteFor.ONE_HOUR)
    reset = muted_until(MuteFor.UNTIL_RESET, view.now, region.zone, _resets(view))
    if reset is not None:
        time = moment(nearest_minute(reset), view.now, region)
        text = words.ALL_UNTIL_RESET if after_limits else words.UNTIL_RESET
        yield _choice(text.format(time=time), MuteFor.UNTIL_RESET)
    morning = muted_until(MuteFor.TOMORROW, view.now, region.zone, ())
    if morning is not None:
        # In the small hours, "tomorrow" may be meant as the morning that comes next, so the day is named.
        is_night = view.now.astimezone(region.zone).time() < MORNING
        time = moment(morning, view.now, region) if is_night else clock(morning, region)
        text = words.ALL_UNTIL_TOMORROW if after_limits else words.UNTIL_TOMORROW
        yield _choice(text.format(time=time), MuteFor.TOMORROW)


def _resets(view: AccountView) -> list[datetime]:
    return [each.reset.at for each in view.limits if each.reset.state is ResetState.AHEAD and each.reset.at]


def _choice(text: str, choice: MuteFor) -> Entry:
    return Entry(Kind.ACTION, text, Action.MUTE, value=choice.value, name=choice.value)
