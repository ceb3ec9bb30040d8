"""The session key in a real Secret Service."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desktop.waiting import LONGEST_S

if TYPE_CHECKING:
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop

ROOT = Path(__file__).parent.parent.parent


def use(desktop: DesktopSession, home: PrivateHome, task: str, **env: str) -> str:
    """Run a task of the keyring script in this session, with ``env`` added; return its output."""
    command = [sys.executable, "-m", "tests.desktop.keyring_script", task]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=desktop.env_for(home) | env,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=True,
    )
    assert "sk-ant" not in done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("task", ["contract", "contract over Gio"])
def test_the_keyring_fulfills_the_contract_of_a_store(
    desktop: DesktopSession, home: PrivateHome, task: str
) -> None:
    assert use(desktop, home, task) == "done"


def test_a_key_outlives_its_process_in_a_single_entry_of_our_own(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    assert use(desktop, home, "write") == "done"
    assert use(desktop, home, "read") == "found"
    (attributes,) = desktop.secrets.attributes_of_all()
    assert attributes["service"] == "claudometer"
    assert attributes["username"] == "claude-session-key"


def test_looking_whether_the_keyring_can_be_used_loads_none_of_its_libraries(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    """It is done whenever the window opens, also in CLI mode, and a loaded library stays in memory."""
    assert use(desktop, home, "libraries over Gio") == ""


TASKS = ["check", "check over Gio", "read", "read over Gio", "write"]


@pytest.mark.parametrize("task", TASKS)
def test_a_locked_keyring_is_an_error_at_once_without_a_prompt(
    desktop: DesktopSession, home: PrivateHome, task: str
) -> None:
    if task.startswith("read"):
        use(desktop, home, "write")
    desktop.secrets.lock()
    assert use(desktop, home, task) == "keyring_locked"
    assert desktop.secrets.is_locked


@pytest.mark.parametrize("task", TASKS)
def test_without_a_secret_service_the_keyring_is_missing(
    desktop: DesktopSession, home: PrivateHome, task: str
) -> None:
    desktop.secrets.stop()
    assert use(desktop, home, task) == "keyring_missing"
