"""Passes the newest card and the newest update panel from the app's stream to waiting threads."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from claudometer.control.wire.answers import Event, Place
    from claudometer.control.wire.page import AccountCard, Card, UpdatePanel

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """What the stream has brought so far.

    Attributes:
        sequence: how many cards and places.
        card: the newest one.
        ended: the app has quit, or the window is closing. Nothing more will come.
        updates: how many update panels.
        panel: the newest one.
        places: how many places.
        place: the newest place that the page is to show.
    """

    sequence: int
    card: Card | None
    ended: bool
    updates: int = 0
    panel: UpdatePanel | None = None
    places: int = 0
    place: Place | None = None


class Feed:
    """One thread publishes, and the threads of the page's calls wait. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._news = News(0, None, ended=False)

    def publish(self, card: Card) -> None:
        """Make this the newest card, and wake the waiting threads."""
        with self._changed:
            self._news = replace(self._news, sequence=self._news.sequence + 1, card=card)
            self._changed.notify_all()

    def publish_place(self, place: Place) -> None:
        """Make this the place that the page is to show, and wake the threads that wait for a card."""
        with self._changed:
            now = self._news
            self._news = replace(now, sequence=now.sequence + 1, places=now.places + 1, place=place)
            self._changed.notify_all()

    def publish_update(self, panel: UpdatePanel) -> None:
        """Make this the newest panel, and wake the waiting threads."""
        with self._changed:
            self._news = replace(self._news, updates=self._news.updates + 1, panel=panel)
            self._changed.notify_all()

    def end(self) -> None:
        """Wake the waiting threads for the last time."""
        with self._changed:
            self._news = replace(self._news, ended=True)
            self._changed.notify_all()

    def wait_for_card(self, seen: int, timeout_s: float) -> News:
        """Wait until ``sequence`` is not ``seen``, or the stream ends; return what there is then.

        After ``timeout_s`` seconds, nothing may have changed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._news.ended or self._news.sequence != seen, timeout_s)
            return self._news

    def wait_for_update(self, seen: int, timeout_s: float) -> News:
        """Do the same for the update panel, by ``updates``."""
        with self._changed:
            self._changed.wait_for(lambda: self._news.ended or self._news.updates != seen, timeout_s)
            return self._news


def follow(events: Iterable[Event | None], feed: Feed, *, come_forward: Callable[[], None]) -> None:
    """Publish the app's stream until it ends.

    Args:
        events: of the stream; ``None`` is its regular sign of life.
        come_forward: called when the user opens the window that is open already.
    """
    try:
        for event in events:
            if event is None:
                continue
            if event["event"] == "card":
                feed.publish(shown_card(event["accounts"]))
            elif event["event"] == "update":
                feed.publish_update(event["panel"])
            elif event["event"] == "focus":
                if event["place"] is not None:
                    feed.publish_place(event["place"])
                come_forward()
    except (ClaudometerError, LookupError, TypeError) as error:
        log.warning("the app's stream could not be followed: %s", type(error).__name__)
    finally:
        feed.end()


def shown_card(accounts: list[AccountCard]) -> Card:
    """Return the card of the account that the window shows.

    Raises:
        LookupError, TypeError: there is none, because the app has another version.
    """
    for account in accounts:
        if account["shown"]:
            return account["card"]
    raise LookupError("no account is shown")
