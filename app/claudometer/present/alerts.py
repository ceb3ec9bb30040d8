"""Alerts as notifications: title, text, buttons and urgency. Pure; ``ui/tray`` sends them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import AlertKind
from claudometer.domain.alerts.past_alerts import AlertRecord
from claudometer.domain.usage import LimitKind
from claudometer.present import formatters
from claudometer.present.alert_ends import credit_words, key_words, login_words
from claudometer.present.alert_icon import alert_icon
from claudometer.present.at_limit import full_shared, paying
from claudometer.present.menu_entries import Action
from claudometer.present.messages import alerts as words
from claudometer.present.messages.card import SPENT_OF_CAP
from claudometer.present.messages.forecast import THEN_FULL_SOON
from claudometer.present.text import one_line
from claudometer.present.units import joined
from claudometer.present.view import ResetState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claudometer.control.wire.report import LevelName
    from claudometer.domain.alerts.model import Alert
    from claudometer.domain.alerts.silence import Fate
    from claudometer.domain.region import Region
    from claudometer.present.icon import IconModel
    from claudometer.present.view import AccountView, LimitView, When

FULL = 100.0


class Urgency(StrEnum):
    """How much a desktop makes of it, least first. Critical ones stay until they are closed."""

    LOW = "low"
    NORMAL = "normal"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class BubbleButton:
    """A button. ``value`` is what its action is about: a limit's id, or several with spaces in between."""

    label: str
    action: Action
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """One notification.

    Attributes:
        tag: a later bubble with the same tag takes its place.
        body: lines of plain text.
        icon: its picture, ``None`` for the program's own icon.
    """

    tag: str
    title: str
    body: str
    urgency: Urgency = Urgency.NORMAL
    buttons: tuple[BubbleButton, ...] = ()
    icon: IconModel | None = None


@dataclass(frozen=True, slots=True)
class AlertText:
    """An alert in words, and the level of its limit: ``None`` without a limit or without its number."""

    alert: Alert
    title: str
    body: str
    level: LevelName | None = None

    def record(self, fate: Fate) -> AlertRecord:
        """Return it for the list of past alerts."""
        alert = self.alert
        return AlertRecord(
            at=alert.at,
            kind=alert.kind.value,
            account=alert.account,
            subject=alert.subject,
            threshold=alert.threshold,
            window_end=alert.window_end,
            title=self.title,
            body=self.body,
            fate=fate,
        )


def say(alert: Alert, view: AccountView, region: Region) -> AlertText:
    """Return the alert in words, as of now."""
    match alert.kind:
        case AlertKind.LOGIN:
            title, body = login_words(alert, view, region)
        case AlertKind.CREDIT_ENDS:
            title, body = credit_words(alert, view, region)
        case AlertKind.KEY_ENDS:
            title, body = key_words(alert, region)
        case AlertKind.RESET:
            title, body = _reset(alert, view, region)
        case AlertKind.FORECAST:
            title, body = _forecast(alert, view)
        case AlertKind.THRESHOLD:
            title, body = _threshold(alert, view)
    limit = _find(alert, view)
    return AlertText(alert, title, body, limit.level if limit and limit.percent is not None else None)


def bubble_for(said: Sequence[AlertText], *, remaining: bool = False) -> Bubble:
    """Return one notification for all alerts that are due together: the most urgent one, then the others."""
    first, *others = sorted(said, key=lambda each: _sort_key(each.alert))
    lines = [first.body, *(each.title for each in others)]
    limits = [each.alert.subject for each in (first, *others) if _can_be_muted(each.alert)]
    opened = first.alert.subject if first.alert.kind in _ABOUT_LIMITS else None
    is_about_key = first.alert.kind is AlertKind.KEY_ENDS
    buttons = [BubbleButton(words.OPEN, Action.OPEN_SETTINGS if is_about_key else Action.OPEN_WINDOW, opened)]
    if limits:
        buttons.append(BubbleButton(words.MUTE, Action.MUTE_LIMITS, " ".join(limits)))
    return Bubble(
        tag=_tag(first.alert) if not others else "several",
        title=joined(first.title),
        body=joined("\n".join(line for line in lines if line)),
        urgency=max((_urgency(each.alert) for each in said), key=list(Urgency).index),
        buttons=tuple(buttons),
        icon=alert_icon(first.alert, remaining=remaining, level=first.level),
    )


def sample_bubble() -> Bubble:
    """Return the notification that the user asks for to see one."""
    return Bubble(
        "test", words.TEST, words.TEST_BODY, buttons=(BubbleButton(words.OPEN, Action.OPEN_WINDOW),)
    )


def _tag(alert: Alert) -> str:
    return f"{alert.account}/{alert.subject or alert.kind.value}"


def _can_be_muted(alert: Alert) -> bool:
    """Return whether it has a reset, and more may come before that: of a full limit nothing more does."""
    is_full = alert.percent is not None and alert.percent >= FULL
    is_near = alert.kind in {AlertKind.THRESHOLD, AlertKind.FORECAST}
    return is_near and alert.window_end is not None and not is_full


_ABOUT_LIMITS = frozenset({AlertKind.THRESHOLD, AlertKind.FORECAST, AlertKind.RESET})

_KINDS = (
    AlertKind.LOGIN,
    AlertKind.THRESHOLD,
    AlertKind.FORECAST,
    AlertKind.KEY_ENDS,
    AlertKind.CREDIT_ENDS,
    AlertKind.RESET,
)
"""The most urgent first."""


def _sort_key(alert: Alert) -> tuple[int, float]:
    """The most urgent kind first, and of one kind the fullest limit."""
    return _KINDS.index(alert.kind), -(alert.percent or 0.0)


def _urgency(alert: Alert) -> Urgency:
    if alert.kind is AlertKind.LOGIN or (alert.threshold or 0) >= FULL:
        return Urgency.CRITICAL
    return Urgency.LOW if alert.kind in {AlertKind.CREDIT_ENDS, AlertKind.KEY_ENDS} else Urgency.NORMAL


def _find(alert: Alert, view: AccountView) -> LimitView | None:
    return next((limit for limit in view.limits if limit.id == alert.subject), None)


def _name(alert: Alert, limit: LimitView | None) -> str:
    return one_line(limit.label if limit else alert.subject)


def _share(alert: Alert, view: AccountView) -> str:
    """Return "76 % used" or "24 % left"."""
    return formatters.said_share(alert.percent, remaining=view.remaining)


def _threshold(alert: Alert, view: AccountView) -> tuple[str, str]:
    limit = _find(alert, view)
    name = _name(alert, limit)
    if (alert.percent or 0.0) >= FULL:
        return _reached(limit, name, view)
    title = words.LIMIT_AT.format(name=name, percent=_share(alert, view))
    if limit is None or limit.reset.state is not ResetState.AHEAD or limit.reset.when is None:
        return title, words.RESET_UNKNOWN
    when = limit.reset.when
    body = words.RESETS_AT if when.clock == when.moment else words.RESETS_ON
    return title, body.format(time=when.moment, left=limit.reset.left)


def _reached(limit: LimitView | None, name: str, view: AccountView) -> tuple[str, str]:
    when = _reset_of(limit) if limit is not None else None
    kind = limit.kind if limit is not None else LimitKind.OTHER
    resets = words.RESETS.format(time=when.moment) if when else words.RESET_UNKNOWN
    others = [each for each in full_shared(view) if limit is None or each.id != limit.id]
    if kind is LimitKind.WEEKLY_MODEL:
        title = words.MODEL_REACHED.format(name=name)
        if others:  # then other models do not work, either
            return title, resets
        return title, words.OTHER_MODELS.format(time=when.moment) if when else words.OTHER_MODELS_WORK
    if kind not in {LimitKind.SESSION, LimitKind.WEEKLY}:  # also a kind that comes later: by its own name
        return words.OTHER_REACHED.format(name=name), resets
    title = words.SESSION_REACHED if kind is LimitKind.SESSION else words.WEEKLY_REACHED
    spend = paying(view)
    if spend is not None and spend.used_text:
        amount = spend.used_text
        if spend.cap_text:
            amount = SPENT_OF_CAP.format(used=spend.used_text, cap=spend.cap_text)
        return title, words.EXTRA_USAGE_PAYS.format(amount=amount)
    # Only the last of the limits to reset lets the user go on.
    ends = [when, *map(_reset_of, others)]
    known = [each for each in ends if each is not None]
    if len(known) < len(ends):
        return title, resets
    last = max(known, key=lambda each: each.at)
    go_on = words.GO_ON_AT if last.clock == last.moment else words.GO_ON_ON
    return title, go_on.format(time=last.moment)


def _reset_of(limit: LimitView) -> When | None:
    return limit.reset.when if limit.reset.state is ResetState.AHEAD else None


def _forecast(alert: Alert, view: AccountView) -> tuple[str, str]:
    limit = _find(alert, view)
    name, percent = _name(alert, limit), _share(alert, view)
    forecast = limit.forecast if limit is not None else None
    then = THEN_FULL_SOON if forecast is None or forecast.full_at is None else forecast.then
    title = words.FULL_THEN.format(name=name, forecast=then)
    # Of a week, there may be no half day before the reset that could be named.
    if forecast is None or forecast.said_at is None or alert.window_end is None:
        return title, words.FULL_NOW.format(percent=percent)
    left_s = (formatters.nearest_minute(alert.window_end) - forecast.said_at).total_seconds()
    if left_s < 60:
        return title, words.FULL_NOW.format(percent=percent)
    return title, words.FULL_BEFORE.format(span=formatters.span(left_s), percent=percent)


def _reset(alert: Alert, view: AccountView, region: Region) -> tuple[str, str]:
    limit = _find(alert, view)
    kind = limit.kind if limit is not None else LimitKind.OTHER
    titles = {LimitKind.SESSION: words.SESSION_HAS_RESET, LimitKind.WEEKLY: words.WEEK_HAS_RESET}
    title = titles.get(kind) or words.LIMIT_HAS_RESET.format(name=_name(alert, limit))
    if alert.ends_at is None:
        return title, words.NEXT_STARTS if kind is LimitKind.SESSION else ""
    end = formatters.nearest_minute(alert.ends_at)
    time = formatters.spoken_moment(end, alert.at, region)
    return title, words.USED_NOW.format(percent=_share(alert, view), time=time)
