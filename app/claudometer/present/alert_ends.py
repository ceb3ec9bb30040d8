"""Alerts about what ends or does not work any more: the login, the session key and credits. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode
from claudometer.present import formatters
from claudometer.present.messages import alerts as words
from claudometer.present.text import one_line

if TYPE_CHECKING:
    from claudometer.domain.alerts.model import Alert
    from claudometer.domain.region import Region
    from claudometer.present.view import AccountView, CreditView


def login_words(alert: Alert, view: AccountView, region: Region) -> tuple[str, str]:
    """Return title and text for a login, or a session key, that no longer works."""
    time = formatters.moment(alert.ends_at or alert.at, alert.at, region)
    if view.mode is Mode.WEB:
        return words.KEY_NEEDED, words.KEY_STOPPED.format(time=time)
    return words.LOGIN_NEEDED, words.LOGIN_STOPPED.format(time=time)


def credit_words(alert: Alert, view: AccountView, region: Region) -> tuple[str, str]:
    """Return title and text for a credit that ends; the text is "" if nobody knows how much of it is used."""
    credit: CreditView | None = next((each for each in view.credits if each.id == alert.subject), None)
    name = one_line(credit.label if credit else alert.subject)
    title = words.CREDIT_ENDS[_days_left(alert, region)].format(name=name)
    if credit is None or credit.used is None:
        return title, ""
    time = formatters.spoken_moment(alert.ends_at or alert.at, alert.at, region)
    return title, words.CREDIT_ENDS_BODY.format(amounts=credit.amounts, time=time)


def key_words(alert: Alert, region: Region) -> tuple[str, str]:
    """Return title and text for a session key that ends."""
    time = formatters.spoken_moment(alert.ends_at or alert.at, alert.at, region)
    return words.KEY_ENDS[_days_left(alert, region)], words.KEY_ENDS_BODY.format(time=time)


def _days_left(alert: Alert, region: Region) -> int:
    """Return in how many days of the local calendar it ends, 0 to 3: a key of the titles."""
    end, now = (alert.ends_at or alert.at).astimezone(region.zone), alert.at.astimezone(region.zone)
    return min(3, max(0, (end.date() - now.date()).days))
