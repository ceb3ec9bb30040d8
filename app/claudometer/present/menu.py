"""The tray menu as a value, top to bottom. Pure; ``ui/tray`` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.usage import LimitKind, Mode, Organization
from claudometer.present.card_amounts import credit_text, spend_text
from claudometer.present.formatters import UNKNOWN, whole_percent
from claudometer.present.menu_entries import SEPARATOR, Action, Entry, EntryPicture, Kind, Picture
from claudometer.present.messages import menu as words
from claudometer.present.messages.phrases import CREDIT, NO_LIMITS, NO_SESSION
from claudometer.present.text import one_line
from claudometer.present.update_panel import menu_text
from claudometer.present.view import ResetState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.control.wire.report import LevelName
    from claudometer.domain.update import Update
    from claudometer.present.view import AccountView, CreditView, LimitView, ProblemView, ResetView, SpendView

MOST_LINES = 4
"""Of more limits, the others are only counted: a menu is read at a glance, and the window lists them all."""

LONGEST_NAME = 24
WIDEST_LINE = 58
"""Characters: a menu is as wide as its longest line. The window has the whole of a sentence that is cut."""

FIGURE_SPACE = "\u2007"
"""As wide as a digit in any font, so that padded numbers form a column."""

IN_SETTINGS = frozenset(
    {
        ErrorCode.SESSION_KEY_REJECTED,
        ErrorCode.SESSION_KEY_REFUSED,
        ErrorCode.ORGANIZATION_NEEDED,
        ErrorCode.ORGANIZATION_REFUSED,
        ErrorCode.ONLY_ORGANIZATION_REFUSED,
        ErrorCode.ORGANIZATIONS_REFUSED,
        ErrorCode.ORGANIZATION_GONE,
        ErrorCode.ACCOUNT_GONE,
        ErrorCode.BROWSER_OFF,
    }
)
"""Problems that are solved in the settings. Any other is explained beside the numbers."""


@dataclass(frozen=True, slots=True)
class MenuOptions:
    """What the menu shows besides the view.

    Attributes:
        organization_id: the user's choice, ``None`` if Claudometer chooses.
        update: what is known of a newer version; ``None`` if nothing checks for one.
        mute: the entry that mutes alerts; ``None`` while there are none.
    """

    organization_id: str | None = None
    update: Update | None = None
    mute: Entry | None = None


def menu_for(view: AccountView, options: MenuOptions | None = None) -> tuple[Entry, ...]:
    """Return the menu: what needs the user, what is known, then what can be done. No entry is disabled."""
    options = options or MenuOptions()
    groups = (
        tuple(_problems(view, options)),
        tuple(_numbers(view)),
        tuple(_commands(view, options)),
        tuple(_settings(options)),
        (_action(words.QUIT, Action.QUIT),),
    )
    first, *others = (group for group in groups if group)
    return (*first, *(entry for group in others for entry in (SEPARATOR, *group)))


def _action(text: str, action: Action, name: str = "") -> Entry:
    return Entry(Kind.ACTION, text, action, name=name)


def _problems(view: AccountView, options: MenuOptions) -> Iterator[Entry]:
    problem = view.problem
    if problem is not None and problem.code is ErrorCode.ORGANIZATION_NEEDED and _has_choice(view):
        alert = EntryPicture(Picture.ALERT, level="critical")
        yield _organizations(view, options, words.CHOOSE_ORGANIZATION, alert)
    elif problem is not None and view.status is not Status.RATE_LIMITED:
        yield _problem(problem)
    yield from (_problem(notice) for notice in view.notices)


def _problem(problem: ProblemView) -> Entry:
    text = words.FIXES.get(problem.code) or one_line(problem.message.title, WIDEST_LINE)
    action = Action.OPEN_SETTINGS if problem.code in IN_SETTINGS else Action.OPEN_WINDOW
    # Before a source was chosen, nothing is wrong: it is how everybody starts.
    is_start = problem.code is ErrorCode.SESSION_KEY_MISSING
    picture = EntryPicture(Picture.ALERT, level="warning" if problem.waiting else "critical")
    return Entry(Kind.ACTION, text, action, name=problem.code.value, picture=None if is_start else picture)


def _numbers(view: AccountView) -> Iterator[Entry]:
    if view.demo:
        yield _action(words.DEMO_NUMBERS, Action.OPEN_WINDOW, "demo")
    limits = sorted(view.limits, key=_fullest_first)
    shown, hidden = limits[:MOST_LINES], len(limits[MOST_LINES:]) + view.left_out
    spend = view.spend
    texts = (part.text for part in (*shown, *((spend,) if spend else ()), *view.credits))
    # Over all lines that have a number, so that they form one column.
    width = max(map(len, texts), default=0)
    for limit in shown:
        text = _limit_line(limit, limit.text.rjust(width, FIGURE_SPACE))
        yield Entry(Kind.ACTION, text, Action.OPEN_WINDOW, value=limit.id, picture=_ring(limit))
    if hidden:
        yield _action(words.MORE.format(count=hidden), Action.OPEN_WINDOW, "more")
    if view.has_numbers and not limits:
        yield _action(NO_LIMITS, Action.OPEN_WINDOW, "no_limits")
    elif view.lacks_session:
        yield _action(NO_SESSION, Action.OPEN_WINDOW, "no_session")
    yield from _money(view, width)
    if not view.has_numbers and view.problem is None:
        yield _action(words.LOADING, Action.OPEN_WINDOW, "loading")


def _money(view: AccountView, width: int) -> Iterator[Entry]:
    if view.spend is not None:
        level: LevelName = "unknown" if view.spend.is_old else view.spend.level
        yield _money_entry(_spend_line(view.spend, width), "spend", view.spend.shown, level)
    for credit in view.credits:
        yield _money_entry(_credit_line(credit, width), f"credit:{credit.id}", credit.percent, "unknown")


def _money_entry(text: str, name: str, percent: float | None, level: LevelName) -> Entry:
    """Return an entry with a ring even for an unknown share: without one, its text would not line up."""
    ring = EntryPicture(Picture.RING, None if percent is None else whole_percent(percent), level)
    return Entry(Kind.ACTION, text, Action.OPEN_WINDOW, name=name, picture=ring)


def _fullest_first(limit: LimitView) -> tuple[bool, float]:
    return limit.percent is None, -(limit.percent or 0.0)


def _ring(limit: LimitView) -> EntryPicture:
    if limit.percent is None:
        return EntryPicture(Picture.RING)
    level: LevelName = "unknown" if limit.is_old else limit.level
    return EntryPicture(Picture.RING, whole_percent(limit.percent), level)


def _limit_line(limit: LimitView, percent: str) -> str:
    name = _short_name(limit)
    if limit.percent is not None and limit.is_old:
        return words.LIMIT_OLD.format(name=name, percent=percent, age=limit.origin.age)
    when = limit.reset.when
    if limit.forecast is not None and limit.forecast.is_full and when is not None:
        line = words.LIMIT_FULL if limit.kind is LimitKind.SESSION else words.WEEK_FULL
        return line.format(name=name, percent=percent, then=limit.forecast.then, time=when.moment)
    return _sentence(limit.reset).format(name=name, percent=percent, time=when.moment if when else "")


def _short_name(limit: LimitView) -> str:
    name = one_line(limit.label, LONGEST_NAME)
    return words.OF_A_MODEL.format(name=name) if limit.kind is LimitKind.WEEKLY_MODEL else name


def _sentence(reset: ResetView) -> str:
    match reset.state:
        case ResetState.UNSTARTED:
            return words.LIMIT_NOT_STARTED
        case ResetState.UNKNOWN:
            return words.LIMIT
        case ResetState.OVER:
            return words.LIMIT_HAS_RESET
        case ResetState.AHEAD:
            return words.LIMIT_RESETS


def _spend_line(spend: SpendView, width: int) -> str:
    known = "" if spend.percent is None else spend.text
    percent, amount = known.rjust(width, FIGURE_SPACE), spend_text(spend)
    if spend.is_old:
        return words.EXTRA_USAGE_OLD.format(percent=percent, amount=amount, age=spend.origin.age)
    stopped = words.STOPPED.get(spend.state)
    line = words.EXTRA_USAGE_STOPPED if stopped else words.EXTRA_USAGE
    return line.format(percent=percent, amount=amount, state=stopped)


def _credit_line(credit: CreditView, width: int) -> str:
    known = "" if credit.percent is None else credit.text
    name = CREDIT.format(name=one_line(credit.label, LONGEST_NAME))
    return words.CREDIT.format(percent=known.rjust(width, FIGURE_SPACE), name=name, text=credit_text(credit))


def _commands(view: AccountView, options: MenuOptions) -> Iterator[Entry]:
    needs_choice = view.problem is not None and view.problem.code is ErrorCode.ORGANIZATION_NEEDED
    if _has_choice(view) and not needs_choice:
        yield _organizations(view, options, words.ORGANIZATION)
    if view.status is Status.RATE_LIMITED:
        yield _pause(view)
    yield _action(words.OPEN, Action.OPEN_WINDOW)
    # A click could send nothing; the line above says until when.
    if view.status is not Status.RATE_LIMITED:
        yield _action(_refresh_text(view), Action.REFRESH)
    if options.mute is not None:
        yield options.mute


def _pause(view: AccountView) -> Entry:
    until = view.problem.until if view.problem else None
    text = words.PAUSED_UNTIL.format(time=until.moment) if until else words.PAUSED
    picture = EntryPicture(Picture.PAUSE, level="warning")
    return Entry(Kind.ACTION, text, Action.OPEN_WINDOW, name="paused", picture=picture)


def _refresh_text(view: AccountView) -> str:
    if view.refreshing:
        return words.REFRESHING
    if view.main is None:
        return words.REFRESH
    if view.is_stale:
        return words.REFRESH_LAST.format(time=view.main.when.moment)
    return words.REFRESH_AGE.format(age=view.main.age)


def _settings(options: MenuOptions) -> Iterator[Entry]:
    yield _action(words.OPEN_SETTINGS, Action.OPEN_SETTINGS)
    if options.update is not None:
        yield _action(menu_text(options.update), Action.CHECK_UPDATES)


def _has_choice(view: AccountView) -> bool:
    # Claude Code's login belongs to one organization: there is nothing to choose.
    return view.mode is Mode.WEB and len(view.organizations) > 1


def _organizations(
    view: AccountView, options: MenuOptions, text: str, picture: EntryPicture | None = None
) -> Entry:
    # While nobody chose, the mark is at the one that the numbers are of.
    chosen = options.organization_id or view.organization_id
    children = tuple(_organization(organization, chosen) for organization in view.organizations)
    return Entry(Kind.SUBMENU, text, children=children, picture=picture)


def _organization(organization: Organization, chosen: str | None) -> Entry:
    # Two organizations without a name must not look the same.
    name = one_line(organization.name or "") or f"{UNKNOWN} {organization.id[:8]}"
    return Entry(
        Kind.ACTION, name, Action.ORGANIZATION, checked=organization.id == chosen, value=organization.id
    )
