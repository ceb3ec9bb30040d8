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
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.phrases import (
    EXTRA_USAGE,
    MOST_LIMITS,
    NO_LIMITS,
    SOURCE_NAMES,
    SWITCHED_OFF,
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
    from claudometer.present.icon import IconModel

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
        value: what the action is about: an organization's ID.
        icon: a small picture beside the text, where the desktop's menus show pictures.
        alert: whether desktops that mark important lines mark this line.
    """

    kind: Kind
    text: str = ""
    action: Action | None = None
    enabled: bool = True
    checked: bool | None = None
    value: str | None = None
    children: tuple[Entry, ...] = ()
    icon: IconModel | None = None
    alert: bool = False


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
    return (*lines, SEPARATOR, *_commands(snapshot, options), SEPARATOR, _action("Quit", Action.QUIT))


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
        name = f"Claude: rate limited until {moment(until, now, region)}" if until else "Claude: rate limited"
    return f"{name} (demo)" if snapshot.demo else name


def _old_since(part: Limit | Spend, snapshot: Snapshot, now: datetime) -> datetime | None:
    if snapshot.reading is None or not is_old(part, snapshot, now):
        return None
    return origin_of(part, snapshot.reading).fetched_at


def _limit_line(limit: Limit, now: datetime, region: Region, *, old_since: datetime | None) -> str:
    value, name = shown_percent(limit, now), limit_name(limit)
    if value is not None and old_since is not None:
        return f"{name}: was {percent(value)}   {age(old_since, now)}"
    when = _reset_words(limit, now, region)
    return f"{name}: {percent(value)}   {when}" if when else f"{name}: {percent(value)}"


def _reset_words(limit: Limit, now: datetime, region: Region) -> str:
    if limit.resets_at is None:
        return "not started" if limit.percent == 0 else ""
    if has_reset(limit, now):
        return f"reset {moment(nearest_minute(limit.resets_at), now, region)}"
    words = f"resets {moment(nearest_minute(limit.resets_at), now, region)}"
    left_s = (limit.resets_at - now).total_seconds()
    return f"{words}, in {span(left_s)}" if left_s < SOON_S else words


def _spend_line(spend: Spend, now: datetime, *, old_since: datetime | None) -> str:
    if old_since is not None:
        return f"{EXTRA_USAGE}: was {spend_text(spend)}   {age(old_since, now)}"
    off = f"   {SWITCHED_OFF.lower()}" if spend.enabled is False else ""
    return f"{EXTRA_USAGE}: {spend_text(spend)}{off}"


def _problem_lines(problem: Problem, region: Region) -> Iterator[str]:
    message = message_for(problem, region)
    yield from textwrap.wrap(message.title, WIDEST_LINE)
    yield from textwrap.wrap(message.hint, WIDEST_LINE)


def _updated_line(snapshot: Snapshot, now: datetime, region: Region) -> str:
    reading = snapshot.reading
    if reading is None:
        return "Asking Claude for the first numbers…"
    origin = main_origin(reading)
    updated = f"Updated {moment(origin.fetched_at, now, region)} via {SOURCE_NAMES[origin.source]}"
    return updated + _next_words(snapshot, now, region)


def _next_words(snapshot: Snapshot, now: datetime, region: Region) -> str:
    if snapshot.refreshing:
        return ", checking now…"
    if isinstance(snapshot.next_poll, Poll):
        return f", next {clock(max(snapshot.next_poll.at, now), region)}"
    return ""


def _commands(snapshot: Snapshot, options: MenuOptions) -> Iterator[Entry]:
    yield _action("Refresh now", Action.REFRESH)
    if snapshot.mode is Mode.WEB and len(snapshot.organizations) > 1:
        yield _organizations(snapshot, options)
    yield _action("Open Settings…", Action.OPEN_SETTINGS)
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
    return Entry(Kind.SUBMENU, "Organization", children=children)


def _organization(organization: Organization, chosen: str | None) -> Entry:
    name = one_line(organization.name or "") or f"{UNKNOWN} {organization.id[:8]}"
    return Entry(
        Kind.ACTION, name, Action.ORGANIZATION, checked=organization.id == chosen, value=organization.id
    )
