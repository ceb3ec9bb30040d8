"""Snapshots without end: those of the running app, and of a poller of our own while none runs."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from claudometer.domain.codec import snapshot_from_wire
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.alone import Terminal
from claudometer.system.instance import is_starting
from claudometer.system.paths import find_places
from claudometer.system.runtime import socket_path

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from claudometer.control.protocol import Message
    from claudometer.domain.snapshot import Snapshot

TICK_S = 3.0
"""How late a countdown's minute, or an app that was just started, may be noticed."""

_STOP_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class News:
    """A new snapshot, and who polls for it."""

    snapshot: Snapshot
    terminal: Terminal


def follow(*, demo: bool) -> Generator[News | None, None, None]:
    """Yield each new snapshot, and ``None`` after every ``TICK_S`` without one. Never ends by itself.

    Raises:
        ClaudometerError: the app does not answer, is of another version, or we cannot poll either.
    """
    client = ControlClient(socket_path(demo=demo))
    while True:
        for message in _messages_of_app(client, demo=demo):
            snapshot = _snapshot_in(message)
            yield News(snapshot, Terminal.APP) if snapshot else None
        yield from _poll_until_app_runs(client, demo=demo)


def _messages_of_app(client: ControlClient, *, demo: bool) -> Iterator[Message | None]:
    """Yield what the app sends. Nothing from an app that is only starting: we poll until it answers."""
    try:
        yield from client.subscribe(tick_s=TICK_S)
    except ClaudometerError as error:
        if error.code is not ErrorCode.APP_UNRESPONSIVE or not is_starting(find_places(demo=demo).lock_file):
            raise


def _snapshot_in(message: Message | None) -> Snapshot | None:
    if message is None or message.get("event") != "snapshot":
        return None
    try:
        return snapshot_from_wire(message["snapshot"])
    except (KeyError, TypeError, ValueError) as error:
        raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH) from error


def _poll_until_app_runs(client: ControlClient, *, demo: bool) -> Iterator[News | None]:
    news: queue.SimpleQueue[Snapshot | ClaudometerError] = queue.SimpleQueue()
    poller = _Poller(news, demo=demo)
    poller.start()
    try:
        while not _is_running(client):
            found: Snapshot | ClaudometerError | None
            try:
                found = news.get(timeout=TICK_S)
            except queue.Empty:
                found = poller.ending()
            if isinstance(found, ClaudometerError):
                raise found
            yield News(found, Terminal.WATCH) if found else None
    finally:
        poller.stop.set()
        poller.join(_STOP_TIMEOUT_S)


def _is_running(client: ControlClient) -> bool:
    try:
        return client.ask("ping") is not None
    except ClaudometerError:
        return False  # just starting, or past help: our own numbers go on


class _Poller(threading.Thread):
    """Polls on a loop of its own, so that this thread can paint and hear signals."""

    def __init__(self, news: queue.SimpleQueue[Snapshot | ClaudometerError], *, demo: bool) -> None:
        super().__init__(name="claudometer-poller", daemon=True)
        self.stop = threading.Event()
        self._news = news
        self._demo = demo

    def run(self) -> None:
        from claudometer.headless import watch_alone

        try:
            watch_alone(demo=self._demo, on_snapshot=self._news.put, stop=self.stop)
        except ClaudometerError as error:
            self._news.put(error)

    def ending(self) -> ClaudometerError | None:
        """Return an error if the thread has ended by one that nobody expected; it is in the log."""
        return None if self.is_alive() else ClaudometerError(ErrorCode.INTERNAL)
