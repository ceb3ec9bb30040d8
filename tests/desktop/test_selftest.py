"""The self-test on real desktops: a complete one, and one with neither panel nor keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.desktop.claudometer import PROGRAM
from tests.sentences import title

if TYPE_CHECKING:
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop


def test_on_a_complete_desktop_every_part_is_ok(desktop: DesktopSession, home: PrivateHome) -> None:
    tested = desktop.run([PROGRAM, "--selftest"], home)
    assert tested.wait_until_ended() == 0, tested.output
    # Below the heading, the line of each part begins with its name; the others begin with a capital letter.
    parts = [line.split() for line in tested.output.splitlines()[1:] if line[:1].islower()]
    assert {words[0]: words[1] for words in parts} == {
        "certificates": "ok",
        "keyring": "ok",
        "tray": "ok",
        "window": "ok",
        "end": "ok",
    }


def test_what_a_bare_desktop_lacks_is_reported_and_is_no_failure(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    tested = bare_desktop.run([PROGRAM, "--selftest"], home)
    assert tested.wait_until_ended() == 0, tested.output
    assert f"tray          missing  {title(ErrorCode.TRAY_HOST_MISSING)}" in tested.output
    assert "keyring       missing  " in tested.output
    assert "window        ok" in tested.output


def test_with_a_demo_running_it_says_what_to_do_first(desktop: DesktopSession, home: PrivateHome) -> None:
    demo = desktop.run([PROGRAM, "--demo"], home)
    desktop.tray("claudometer").wait_until_shown()
    tested = desktop.run([PROGRAM, "--selftest"], home)
    try:
        assert tested.wait_until_ended() == 69
        assert "claudometer --demo quit" in tested.output
        assert demo.is_running
    finally:
        demo.stop()
