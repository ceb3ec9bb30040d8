"""Tests a home folder on a network drive that is offline: commands still respond and can be stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from tests.dead_drive import dead_drive
from tests.desktop.private_home import PrivateHome

if TYPE_CHECKING:
    from collections.abc import Iterator

WITH_SHORT_TIMEOUT = """
import sys
from claudometer.system import off_loop
off_loop.FILE_TIMEOUT_S = 0.5
from claudometer.cli.entry import main
sys.exit(main(sys.argv[1:]))
"""

# At its start, Python looks for the user's packages in the home folder and would block.
NO_USER_SITE = {"PYTHONNOUSERSITE": "1", "CLAUDOMETER_OAUTH_URL": "http://127.0.0.1:9"}


@pytest.fixture
def dead_home() -> Iterator[PrivateHome]:
    home = PrivateHome.create()
    with dead_drive(home.path):
        yield home
    home.remove()


def start(home: PrivateHome, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WITH_SHORT_TIMEOUT, *words],
        env=home.env | NO_USER_SITE,
        cwd="/",  # not in the dead home
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end_of(process: subprocess.Popen[str], timeout_s: float) -> tuple[str, str]:
    try:
        return process.communicate(timeout=timeout_s)
    finally:
        process.kill()


def test_status_reports_that_the_login_cannot_be_read(dead_home: PrivateHome) -> None:
    process = start(dead_home, "status")
    out, err = end_of(process, 40)
    assert (process.returncode, err) == (77, "")
    assert message_for_code(ErrorCode.LOGIN_UNREADABLE).title in out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 0)])
def test_watch_ends_on_a_signal(dead_home: PrivateHome, number: signal.Signals, code: int) -> None:
    process = start(dead_home, "watch", "--json")
    assert process.stdout is not None
    line = process.stdout.readline()  # by now it handles signals
    process.send_signal(number)
    _, err = end_of(process, 20)
    assert (json.loads(line)["status"], process.returncode, err) == ("starting", code, "")
