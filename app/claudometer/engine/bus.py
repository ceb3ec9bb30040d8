"""The event bus: news by type, delivered in order on the loop's thread. Commands do not travel here."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from claudometer.domain.events import Event

log = logging.getLogger(__name__)

E = TypeVar("E")
Unsubscribe = Callable[[], None]


class Bus:
    """Typed publish and subscribe. Not thread-safe by design: the loop's thread alone uses it."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[type[object], list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[E], callback: Callable[[E], None]) -> Unsubscribe:
        """Call ``callback`` with every event of ``kind`` until the returned function is called."""
        subscribers = self._subscribers[kind]
        subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in subscribers:
                subscribers.remove(callback)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Deliver to every subscriber; one that fails is logged and does not keep it from the others."""
        for callback in tuple(self._subscribers[type(event)]):
            try:
                callback(event)
            except Exception:  # barrier
                log.exception("a subscriber to %s failed", type(event).__name__)
