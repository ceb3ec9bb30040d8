"""The live view is written again only when its content or the size of the terminal changes."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import Mode
from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.terminal import Terminal
from claudometer.processes.presenter import account_report
from tests.views import view

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

import termios  # after the skip: Windows does not have it

from claudometer.cli.live import LiveView

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTING = Snapshot(mode=Mode.CLI)
OFFLINE = replace(STARTING, problem=Problem(ErrorCode.OFFLINE))


class Pane:
    """A pseudo-terminal with a live view in it."""

    def __init__(self) -> None:
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self.resize(80)
        self.stream = os.fdopen(slave, "w", encoding="utf-8")
        self.view = LiveView(self.stream)

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def show(self, snapshot: Snapshot) -> str:
        """Show a snapshot; return what was written to the terminal."""
        self.view.show(account_report(view(snapshot), Terminal.APP))
        try:
            return os.read(self._master, 65536).decode()
        except BlockingIOError:
            return ""

    def close(self) -> None:
        self.stream.close()
        os.close(self._master)


@pytest.fixture
def pane() -> Iterator[Pane]:
    made = Pane()
    yield made
    made.close()


def test_unchanged_content_is_not_written_again(pane: Pane) -> None:
    assert "Claude" in pane.show(STARTING)
    assert pane.show(STARTING) == ""


def test_changed_content_is_written_once(pane: Pane) -> None:
    pane.show(STARTING)
    assert message_for_code(ErrorCode.OFFLINE).title in pane.show(OFFLINE)
    assert pane.show(OFFLINE) == ""


def test_after_a_resize_the_same_content_is_written_again(pane: Pane) -> None:
    pane.show(STARTING)
    pane.resize(90)
    assert "Claude" in pane.show(STARTING)
