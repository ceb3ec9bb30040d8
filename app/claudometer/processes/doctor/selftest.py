"""Tests this installation with the demo account: certificates, keyring, tray and window.

Starts the demo as a process of its own and ends it again. Sends nothing; the sentences are in ``present``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.demo_plan import demo_arguments
from claudometer.system.files import make_private_folder
from claudometer.system.graphical_session import has_graphical_session
from claudometer.system.launch_command import child_command
from claudometer.system.paths import find_places
from claudometer.system.processes import start_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

START_S = 20.0
WINDOW_S = 30.0
END_S = 10.0
"""Many times what each step takes, so that a slow computer does not count as broken."""

HOST_S = 6.0
"""Longer than the app waits for a panel before it reports that there is none: 5 s."""

POLL_S = 0.1
ERRORS_NAME = "selfcheck-errors.log"


class Trial(StrEnum):
    """What is tested, in this order."""

    CERTIFICATES = "certificates"
    KEYRING = "keyring"
    TRAY = "tray"
    WINDOW = "window"
    END = "end"


class TrialResult(StrEnum):
    """How a test ended. ``LACKING``: this desktop does not have it, but the program works without."""

    OK = "ok"
    LACKING = "lacking"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Tried:
    """The result of one test. ``code`` says what is wrong, ``folder`` where the log is."""

    part: Trial
    state: TrialResult
    code: ErrorCode | None = None
    folder: str | None = None


def run_trial() -> Iterator[Tried]:
    """Yield one result for each part, as soon as it is known.

    Raises:
        ClaudometerError: ``DEMO_RUNNING``: that demo would be tested instead of this installation.
    """
    places = find_places(demo=True)
    control = ControlClient(places.socket)
    if control.ask("ping") is not None:
        raise ClaudometerError(ErrorCode.DEMO_RUNNING)
    yield _check_certificates()
    yield _check_keyring()
    if not has_graphical_session():
        yield Tried(Trial.TRAY, TrialResult.FAILED, ErrorCode.NO_DISPLAY)
        return
    make_private_folder(places.log_folder)
    yield from _check_desktop(control, places.log_folder)


def _check_certificates() -> Tried:
    from claudometer.providers.certificates import finds_certificates  # noqa: PLC0415 - brings httpx

    if finds_certificates():
        return Tried(Trial.CERTIFICATES, TrialResult.OK)
    return Tried(Trial.CERTIFICATES, TrialResult.FAILED, ErrorCode.CERTIFICATES_MISSING)


def _check_keyring() -> Tried:
    from claudometer.vault.keyring_store import KeyringStore  # noqa: PLC0415 - brings the keyring library

    try:
        KeyringStore().check()
    except ClaudometerError as error:  # only web mode uses a keyring, and works without one, too
        return Tried(Trial.KEYRING, TrialResult.LACKING, error.code)
    return Tried(Trial.KEYRING, TrialResult.OK)


def _check_desktop(control: ControlClient, log_folder: Path) -> Iterator[Tried]:
    child = start_child(child_command(*demo_arguments()), errors_to=log_folder / ERRORS_NAME)
    try:
        if not _wait(
            lambda: control.ask("ping") is not None, START_S, give_up=lambda: not child.is_running()
        ):
            yield Tried(Trial.TRAY, TrialResult.FAILED, ErrorCode.SELFCHECK_NO_TRAY, str(log_folder))
            return
        control.call("open_window")
        shown = _wait(lambda: control.call("ping")["windows"] > 0, WINDOW_S)
        # After the window, which takes seconds: the app reports a missing panel only after a while.
        hidden = ErrorCode.TRAY_HOST_MISSING if _wait(lambda: _is_hidden(control), HOST_S) else None
        yield Tried(Trial.TRAY, TrialResult.LACKING if hidden else TrialResult.OK, hidden)
        code = None if shown else ErrorCode.WINDOW_FAILED
        yield Tried(Trial.WINDOW, TrialResult.OK if shown else TrialResult.FAILED, code, str(log_folder))
        control.ask("quit")
        ended = child.wait(END_S) == 0
        code = None if ended else ErrorCode.APP_UNRESPONSIVE
        yield Tried(Trial.END, TrialResult.OK if ended else TrialResult.FAILED, code)
    finally:
        child.stop()  # also if the caller stops iterating, as after Ctrl-C


def _is_hidden(control: ControlClient) -> bool:
    stream = control.subscribe("card")
    try:
        event = next(stream, None)
    finally:
        stream.close()
    if event is None or event["event"] != "card":
        return False
    notices = [notice for account in event["accounts"] for notice in account["card"]["notices"]]
    return any(notice["code"] == ErrorCode.TRAY_HOST_MISSING for notice in notices)


def _wait(
    condition: Callable[[], bool], timeout_s: float, give_up: Callable[[], bool] = lambda: False
) -> bool:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end and not give_up():
        if condition():
            return True
        time.sleep(POLL_S)
    return False
