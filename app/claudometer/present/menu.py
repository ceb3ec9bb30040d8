"""The tray menu as a value, top to bottom. Pure; ``ui/tray`` shows it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Status
from claudometer.domain.update import Stage
from claudometer.domain.usage import Mode, Organization
from claudometer.present.card import headline, spend_text
from claudometer.present.formatters import UNKNOWN
from claudometer.present.icon import limit_name
from claudometer.present.messages import menu as words
from claudometer.present.messages.phrases import NO_LIMITS, SOURCE_NAMES, more_limits
from claudometer.present.text import one_line
from claudometer.present.update_panel import menu_answer, menu_text
from claudometer.present.view import CheckView, ResetState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.domain.update import Update
    from claudometer.present.icon import IconModel
    from claudometer.present.messages.message import Message
    from claudometer.present.view import AccountView, LimitView, ResetView, SpendView

WIDEST_LINE = 58
"""A menu is as wide as its longest line, so long hints are broken into several lines."""

SOON_S = 24 * 3600
"""A reset within this time also has a countdown. Further away, the day and the hour say enough."""


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
        checked: whether this choice of several is the current one; ``None`` for a line that is not a choice.
        value: the organization's id, for ``Action.ORGANIZATION``.
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
    """What the menu shows besides the view.

    Attributes:
        organization_id: the user's choice, ``None`` if Claudometer chooses.
        update: what is known of a newer version; ``None`` if nothing checks for one.
    """

    organization_id: str | None = None
    update: Update | None = None


def menu_for(view: AccountView, options: MenuOptions | None = None) -> tuple[Entry, ...]:
    """Return the menu: what is known, then what can be done."""
    options = options or MenuOptions()
    lines = (_label(text) for text in _lines(view))
    return (*lines, SEPARATOR, *_commands(view, options), SEPARATOR, _action(words.QUIT, Action.QUIT))


def _label(text: str) -> Entry:
    return Entry(Kind.LABEL, text, enabled=False)


def _action(text: str, action: Action) -> Entry:
    return Entry(Kind.ACTION, text, action)


def _lines(view: AccountView) -> Iterator[str]:
    yield _header(view)
    for limit in view.shown:
        yield _limit_line(limit)
    if view.hidden:
        yield more_limits(view.hidden)
    if view.has_numbers and not view.limits:
        yield NO_LIMITS
    if view.spend is not None:
        yield _spend_line(view.spend)
    if view.problem is not None:
        yield from _message_lines(view.problem.message)
    else:
        yield _updated_line(view)
    for notice in view.notices:
        yield from _message_lines(notice.message)


def _header(view: AccountView) -> str:
    name = one_line(headline(view))
    if view.status is Status.RATE_LIMITED:
        until = view.problem.until if view.problem else None
        name = words.PAUSED_UNTIL.format(time=until.moment) if until else words.PAUSED
    return words.DEMO.format(name=name) if view.demo else name


def _limit_line(limit: LimitView) -> str:
    name = limit_name(limit)
    if limit.percent is not None and limit.is_old:
        return words.LIMIT_OLD.format(name=name, percent=limit.text, age=limit.origin.age)
    reset = limit.reset
    return _sentence(reset).format(
        name=name, percent=limit.text, time=reset.when.moment if reset.when else "", span=reset.left
    )


def _sentence(reset: ResetView) -> str:
    match reset.state:
        case ResetState.UNSTARTED:
            return words.LIMIT_NOT_STARTED
        case ResetState.UNKNOWN:
            return words.LIMIT
        case ResetState.OVER:
            return words.LIMIT_HAS_RESET
        case ResetState.AHEAD:
            return words.LIMIT_RESETS_SOON if reset.left_s < SOON_S else words.LIMIT_RESETS


def _spend_line(spend: SpendView) -> str:
    if spend.is_old:
        return words.EXTRA_USAGE_OLD.format(amount=spend_text(spend), age=spend.origin.age)
    line = words.EXTRA_USAGE_OFF if spend.enabled is False else words.EXTRA_USAGE
    return line.format(amount=spend_text(spend))


def _message_lines(message: Message) -> Iterator[str]:
    yield from textwrap.wrap(message.title, WIDEST_LINE)
    yield from textwrap.wrap(message.hint, WIDEST_LINE)


def _updated_line(view: AccountView) -> str:
    main = view.main
    if main is None:
        return words.LOADING
    time, source = main.when.moment, SOURCE_NAMES[main.source]
    if view.refreshing:
        return words.UPDATED_CHECKING.format(time=time, source=source)
    if isinstance(view.next_check, CheckView):
        next_time = view.next_check.when.clock
        return words.UPDATED_NEXT.format(time=time, source=source, next_time=next_time)
    return words.UPDATED.format(time=time, source=source)


def _commands(view: AccountView, options: MenuOptions) -> Iterator[Entry]:
    yield _action(words.REFRESH, Action.REFRESH)
    if view.mode is Mode.WEB and len(view.organizations) > 1:
        yield _organizations(view, options)
    yield _action(words.OPEN_SETTINGS, Action.OPEN_SETTINGS)
    if options.update is not None:
        yield from _update_lines(options.update)


def _update_lines(update: Update) -> Iterator[Entry]:
    enabled = update.stage is not Stage.CHECKING
    yield Entry(Kind.ACTION, menu_text(update), Action.CHECK_UPDATES, enabled=enabled)
    yield from map(_label, textwrap.wrap(menu_answer(update) or "", WIDEST_LINE))


def _organizations(view: AccountView, options: MenuOptions) -> Entry:
    chosen = options.organization_id or view.organization_id
    children = tuple(_organization(organization, chosen) for organization in view.organizations)
    return Entry(Kind.SUBMENU, words.ORGANIZATION, children=children)


def _organization(organization: Organization, chosen: str | None) -> Entry:
    name = one_line(organization.name or "") or f"{UNKNOWN} {organization.id[:8]}"
    return Entry(
        Kind.ACTION, name, Action.ORGANIZATION, checked=organization.id == chosen, value=organization.id
    )
