"""The newest snapshot, for threads that wait for a newer one. Must not know the page or any word."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claudometer.domain.codec import snapshot_from_wire
from claudometer.domain.errors import ClaudometerError
from claudometer.domain.update import update_from_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from claudometer.control.protocol import Message
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.update import Update

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """What is known now. ``ended`` is final: the app has quit, or the window is closing.

    ``updates`` counts the changes of ``update`` as ``sequence`` does those of ``snapshot``.
    """

    sequence: int
    snapshot: Snapshot | None
    ended: bool
    updates: int = 0
    update: Update | None = None


class Feed:
    """One thread publishes, the bridge's threads wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._news = News(0, None, ended=False)

    def publish(self, snapshot: Snapshot) -> None:
        """Make this the newest, and wake all who wait."""
        with self._changed:
            self._news = replace(self._news, sequence=self._news.sequence + 1, snapshot=snapshot)
            self._changed.notify_all()

    def publish_update(self, update: Update) -> None:
        """Make this what is known of a newer version, and wake all who wait."""
        with self._changed:
            self._news = replace(self._news, updates=self._news.updates + 1, update=update)
            self._changed.notify_all()

    def end(self) -> None:
        """Let everybody go; nothing follows."""
        with self._changed:
            self._news = replace(self._news, ended=True)
            self._changed.notify_all()

    def wait_beyond(self, seen: int, timeout_s: float) -> News:
        """Return the newest as soon as it is not the one seen, at the end, or after ``timeout_s``."""
        with self._changed:
            self._changed.wait_for(lambda: self._news.ended or self._news.sequence != seen, timeout_s)
            return self._news

    def wait_for_update(self, seen: int, timeout_s: float) -> News:
        """Return as :meth:`wait_beyond` does, for what is known of a newer version."""
        with self._changed:
            self._changed.wait_for(lambda: self._news.ended or self._news.updates != seen, timeout_s)
            return self._news


def follow(messages: Iterable[Message | None], feed: Feed, *, come_forward: Callable[[], None]) -> None:
    """Feed the app's stream until it ends. ``come_forward`` is called when the window is asked for again."""
    try:
        for message in messages:
            match message:
                case {"event": "snapshot", "snapshot": dict(wire)}:
                    feed.publish(snapshot_from_wire(wire))
                case {"event": "update", "update": dict(wire)}:
                    feed.publish_update(update_from_wire(wire))
                case {"event": "focus"}:
                    come_forward()
                case _:
                    pass  # nothing for a second, or news of a later version
    except (ClaudometerError, KeyError, TypeError, ValueError) as error:
        log.warning("the app's stream could not be followed: %s", type(error).__name__)
    finally:
        feed.end()
