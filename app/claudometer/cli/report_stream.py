"""An endless series of reports: from the running app, or from a poller of our own while no app runs."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.cli.environment_account import differing_variable
from claudometer.control.client import ControlClient, shown_report
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.paths import find_places
from claudometer.system.runtime import socket_path
from claudometer.system.single_instance import is_starting

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from claudometer.cli.environment_account import NamedAccount
    from claudometer.control.wire.answers import Event
    from claudometer.control.wire.report import AccountReport

TICK_S = 3.0
"""How long it may take to notice that an app was started, in seconds."""

_STOP_TIMEOUT_S = 2.0


def follow(
    *, demo: bool, named: NamedAccount | None = None, wanted: str | None = None
) -> Generator[AccountReport | None, None, None]:
    """Yield each new report, and ``None`` after every ``TICK_S`` without one. Never ends.

    The reports are the app's while it watches the account that is named, if any.

    Args:
        wanted: the account that our own poller requests; ``None`` for that of the environment or settings.

    Raises:
        ClaudometerError: the app is busy, does not answer or is of another version.
        BaseException: whatever our own poller raises, in its thread.
    """
    client = ControlClient(socket_path(demo=demo))
    while True:
        for event in _events_of_app(client, demo=demo):
            account = _report_in(event)
            if account is not None and differing_variable(named, account) is not None:
                break
            yield account
        yield from _poll_until_app_watches(client, named, _Poller(demo=demo, wanted=wanted))


def _events_of_app(client: ControlClient, *, demo: bool) -> Iterator[Event | None]:
    """Yield what the app sends until it ends. From one that is still starting, nothing: we poll meanwhile."""
    try:
        yield from client.subscribe("report", tick_s=TICK_S)
    except ClaudometerError as error:
        if error.code is not ErrorCode.APP_UNRESPONSIVE or not is_starting(find_places(demo=demo).lock_file):
            raise


def _report_in(event: Event | None) -> AccountReport | None:
    return shown_report(event["accounts"]) if event is not None and event["event"] == "report" else None


def _poll_until_app_watches(
    client: ControlClient, named: NamedAccount | None, poller: _Poller
) -> Iterator[AccountReport | None]:
    poller.start()
    try:
        while not _is_watched(client, named):
            found: AccountReport | BaseException | None = None
            with suppress(queue.Empty):  # nothing new for a while
                found = poller.news.get(timeout=TICK_S)
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        # Otherwise two processes would poll the same account from now on.
        poller.stop.set()
        poller.join(_STOP_TIMEOUT_S)


def _is_watched(client: ControlClient, named: NamedAccount | None) -> bool:
    """Return whether an app runs that watches the account that is named."""
    try:
        account = client.report()
        return account is not None and differing_variable(named, account) is None
    except ClaudometerError:
        return False  # it is starting, busy or hung: keep polling


class _Poller(threading.Thread):
    """Polls on an event loop of its own, so that the main thread is free to draw and to handle signals."""

    def __init__(self, *, demo: bool, wanted: str | None) -> None:
        super().__init__(name="claudometer-poller", daemon=True)
        self.stop = threading.Event()
        self.news: queue.SimpleQueue[AccountReport | BaseException] = queue.SimpleQueue()
        self._demo = demo
        self._wanted = wanted

    def run(self) -> None:
        from claudometer.processes.headless import watch_alone

        try:
            watch_alone(demo=self._demo, wanted=self._wanted, on_report=self.news.put, stop=self.stop)
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread, which logs a bug
            self.news.put(error)
