"""The tray menu as a value, top to bottom. Pure; `ui/tray` only prints it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Status
from claudometer.domain.policy import Poll
from claudometer.domain.snapshot import Snapshot, is_old, shown_percent
from claudometer.domain.update import Stage
from claudometer.domain.usage import Limit, Mode, Organization, Spend, fullest, has_reset, origin_of
from claudometer.present.card import headline, spend_text
from claudometer.present.formatters import UNKNOWN, age, clock, moment, nearest_minute, percent, span
from claudometer.present.icon import limit_name
from claudometer.present.messages import menu as words
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.phrases import (
    MOST_LIMITS,
    NO_LIMITS,
    SOURCE_NAMES,
    more_limits,
)
from claudometer.present.provenance import main_origin
from claudometer.present.text import one_line
from claudometer.present.update_panel import menu_answer, menu_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from claudometer.domain.region import Region
    from claudometer.domain.snapshot import Problem
    from claudometer.domain.update import Update

WIDEST_LINE = 58
"""A menu is as wide as its longest line: hints are broken into several."""

SOON_S = 24 * 3600


class Action(StrEnum):
    """What a click asks for."""

    REFRESH = "refresh"
    OPEN_SETTINGS = "open_settings"
    CHECK_UPDATES = "check_updates"
    QUIT = "quit"
    ORGANIZATION = "organization"


class Kind(StrEnum):
    """What an entry is to the toolkit."""

    LABEL = "label"
    ACTION = "action"
    SEPARATOR = "separator"
    SUBMENU = "submenu"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu.

    Attributes:
        checked: ``None`` for a line without a mark, else whether this one of several is chosen.
        value: what the action is about: an organization's id.
    """

    kind: Kind
    text: str = ""
    action: Action | None = None
    enabled: bool = True
    checked: bool | None = None
    value: str | None = None
    children: tuple[Entry, ...] = ()


SEPARATOR = Entry(Kind.SEPARATOR)


@dataclass(frozen=True, slots=True)
class MenuOptions:
    """What the menu shows besides the snapshot.

    Attributes:
        organization_id: the stored choice, ``None`` when Claudometer chooses by itself.
        update: what is known of a newer version; ``None`` where nobody looks after that.
    """

    organization_id: str | None = None
    update: Update | None = None


def menu_for(
    snapshot: Snapshot, now: datetime, region: Region, options: MenuOptions | None = None
) -> tuple[Entry, ...]:
    """Return the menu: what is known, then what can be done."""
    options = options or MenuOptions()
    lines = (_label(text) for text in _lines(snapshot, now, region))
    return (*lines, SEPARATOR, *_commands(snapshot, options), SEPARATOR, _action(words.QUIT, Action.QUIT))


def _label(text: str) -> Entry:
    return Entry(Kind.LABEL, text, enabled=False)


def _action(text: str, action: Action) -> Entry:
    return Entry(Kind.ACTION, text, action)


def _lines(snapshot: Snapshot, now: datetime, region: Region) -> Iterator[str]:
    yield _header(snapshot, now, region)
    reading = snapshot.reading
    if reading is not None:
        shown = fullest(reading.limits, MOST_LIMITS)
        for limit in shown:
            yield _limit_line(limit, now, region, old_since=_old_since(limit, snapshot, now))
        if len(shown) < len(reading.limits) + reading.left_out:
            yield more_limits(len(reading.limits) + reading.left_out - len(shown))
        if not reading.limits:
            yield NO_LIMITS
        if reading.spend is not None:
            yield _spend_line(reading.spend, now, old_since=_old_since(reading.spend, snapshot, now))
    if snapshot.problem is not None:
        yield from _problem_lines(snapshot.problem, region)
    else:
        yield _updated_line(snapshot, now, region)
    for notice in snapshot.notices:
        yield from _problem_lines(notice, region)


def _header(snapshot: Snapshot, now: datetime, region: Region) -> str:
    name = one_line(headline(snapshot))
    if snapshot.status is Status.RATE_LIMITED:
        until = snapshot.problem.until if snapshot.problem else None
        name = words.PAUSED_UNTIL.format(time=moment(until, now, region)) if until else words.PAUSED
    return words.DEMO.format(name=name) if snapshot.demo else name


def _old_since(part: Limit | Spend, snapshot: Snapshot, now: datetime) -> datetime | None:
    if snapshot.reading is None or not is_old(part, snapshot, now):
        return None
    return origin_of(part, snapshot.reading).fetched_at


def _limit_line(limit: Limit, now: datetime, region: Region, *, old_since: datetime | None) -> str:
    value, name = shown_percent(limit, now), limit_name(limit)
    if value is not None and old_since is not None:
        return words.LIMIT_OLD.format(name=name, percent=percent(value), age=age(old_since, now))
    if limit.resets_at is None:
        line = words.LIMIT_NOT_STARTED if limit.percent == 0 else words.LIMIT
        return line.format(name=name, percent=percent(value))
    left_s = (limit.resets_at - now).total_seconds()
    return _reset_line(limit, now, left_s).format(
        name=name,
        percent=percent(value),
        time=moment(nearest_minute(limit.resets_at), now, region),
        span=span(left_s),
    )


def _reset_line(limit: Limit, now: datetime, left_s: float) -> str:
    if has_reset(limit, now):
        return words.LIMIT_HAS_RESET
    return words.LIMIT_RESETS_SOON if left_s < SOON_S else words.LIMIT_RESETS


def _spend_line(spend: Spend, now: datetime, *, old_since: datetime | None) -> str:
    if old_since is not None:
        return words.EXTRA_USAGE_OLD.format(amount=spend_text(spend), age=age(old_since, now))
    line = words.EXTRA_USAGE_OFF if spend.enabled is False else words.EXTRA_USAGE
    return line.format(amount=spend_text(spend))


def _problem_lines(problem: Problem, region: Region) -> Iterator[str]:
    message = message_for(problem, region)
    yield from textwrap.wrap(message.title, WIDEST_LINE)
    yield from textwrap.wrap(message.hint, WIDEST_LINE)


def _updated_line(snapshot: Snapshot, now: datetime, region: Region) -> str:
    reading = snapshot.reading
    if reading is None:
        return words.LOADING
    origin = main_origin(reading)
    time, source = moment(origin.fetched_at, now, region), SOURCE_NAMES[origin.source]
    if snapshot.refreshing:
        return words.UPDATED_CHECKING.format(time=time, source=source)
    if isinstance(snapshot.next_poll, Poll):
        next_time = clock(max(snapshot.next_poll.at, now), region)
        return words.UPDATED_NEXT.format(time=time, source=source, next_time=next_time)
    return words.UPDATED.format(time=time, source=source)


def _commands(snapshot: Snapshot, options: MenuOptions) -> Iterator[Entry]:
    yield _action(words.REFRESH, Action.REFRESH)
    if snapshot.mode is Mode.WEB and len(snapshot.organizations) > 1:
        yield _organizations(snapshot, options)
    yield _action(words.OPEN_SETTINGS, Action.OPEN_SETTINGS)
    if options.update is not None:
        yield from _update_lines(options.update)


def _update_lines(update: Update) -> Iterator[Entry]:
    enabled = update.stage is not Stage.CHECKING
    yield Entry(Kind.ACTION, menu_text(update), Action.CHECK_UPDATES, enabled=enabled)
    yield from map(_label, textwrap.wrap(menu_answer(update) or "", WIDEST_LINE))


def _organizations(snapshot: Snapshot, options: MenuOptions) -> Entry:
    used = snapshot.reading.account.organization_id if snapshot.reading else None
    chosen = options.organization_id or used
    children = tuple(_organization(one, chosen) for one in snapshot.organizations)
    return Entry(Kind.SUBMENU, words.ORGANIZATION, children=children)


def _organization(organization: Organization, chosen: str | None) -> Entry:
    name = one_line(organization.name or "") or f"{UNKNOWN} {organization.id[:8]}"
    return Entry(
        Kind.ACTION, name, Action.ORGANIZATION, checked=organization.id == chosen, value=organization.id
    )
