"""A locked keyring: the button that unlocks it, and the keyring's own window, in which a person types."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.answers import SAVED_TESTED
from tests.desktop.accessible import Role
from tests.desktop.claudometer import installed
from tests.desktop.secret_service import PASSWORD
from tests.desktop.test_keyring import use
from tests.desktop.waiting import wait_for
from tests.sentences import title
from tests.simulator.account import SESSION_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.claudometer import Claudometer
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.desktop.windows import Window
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

PROMPTER = "org.gnome.keyring.SystemPrompter"
PROMPTER_CLASS = "gcr-prompter"


@pytest.fixture
def app(bare_desktop: DesktopSession, home: PrivateHome, simulator: Simulator) -> Iterator[Claudometer]:
    """Claudometer with a session key in the keyring, on a desktop that can ask for the keyring's password."""
    bare_desktop.session_bus.allow([PROMPTER])
    bare_desktop.session_bus.tell_services(bare_desktop.bus, bare_desktop.env)
    bare_desktop.panel.start()
    bare_desktop.secrets.start()
    with installed(bare_desktop, home, simulator.environment() | {"CLAUDOMETER_MODE": "web"}) as program:
        page = program.start().open_settings()
        page.check("Remember the key", on=True, role=Role.TOGGLE_BUTTON)
        page.fill("Session key", SESSION_KEY, Role.PASSWORD_TEXT)
        page.click("Test & save")
        page.wait_for_text(SAVED_TESTED)
        program.wait_for_status("ok")
        yield program


def prompt_of(app: Claudometer) -> Window:
    """Wait for the keyring's window, give it the keyboard focus, and return it."""

    def asked() -> Window | None:
        windows = app.desktop.windows.all()
        return next((each for each in windows if PROMPTER_CLASS in each.wm_class[0].lower()), None)

    found = wait_for(asked, what="the keyring's window")
    found.focus()
    return found


def test_the_button_opens_the_keyrings_window_and_the_numbers_come_back(app: Claudometer) -> None:
    app.stop()
    app.desktop.secrets.lock()
    app.start()
    assert app.wait_for_status("missing_credentials")
    page = app.open_settings()
    page.click("Check this computer What works, and how to fix what does not", Role.BUTTON)
    page.wait_for_text(title(ErrorCode.KEYRING_LOCKED))

    page.click("Unlock… (Keyring)", Role.BUTTON)
    window = prompt_of(app)
    app.desktop.screenshots.save("unlock-keyring", window.frame_box)
    app.desktop.devices.press("Escape")
    page.wait_for_text("1 thing needs you.")
    assert app.desktop.secrets.is_locked
    assert app.report()["status"] == "missing_credentials"

    page.click("Unlock… (Keyring)", Role.BUTTON)
    prompt_of(app)
    app.desktop.devices.type(PASSWORD.decode())
    app.desktop.devices.press("Return")
    page.wait_for_text("gnome-keyring-daemon is unlocked.")
    page.wait_for_text("Everything works.")
    app.wait_for_status("ok")


def test_unlocking_in_a_terminal_ends_the_pause_of_the_running_app(app: Claudometer) -> None:
    app.stop()
    app.desktop.secrets.lock()
    app.start()
    assert app.wait_for_status("missing_credentials")
    with ThreadPoolExecutor() as beside:
        doctor = beside.submit(app.run, "doctor", "--unlock")
        prompt_of(app)
        app.desktop.devices.press("Escape")
        assert "still locked" in doctor.result().stdout
        assert app.report()["status"] == "missing_credentials"
        doctor = beside.submit(app.run, "doctor", "--unlock")
        prompt_of(app)
        app.desktop.devices.type(PASSWORD.decode())
        app.desktop.devices.press("Return")
        assert "Everything works." in doctor.result().stdout
    app.wait_for_status("ok")


def test_a_terminal_names_the_line_that_opens_it(app: Claudometer) -> None:
    app.desktop.secrets.lock()
    report = app.run_json("doctor")
    (keyring,) = (each for each in report["checks"] if each["id"] == "keyring")
    assert keyring["action"]["command"].endswith(" doctor --unlock")
    assert keyring["action"]["button"] == "unlock-keyring"


def test_a_keyring_that_ends_while_it_asks_is_an_error_at_once(app: Claudometer) -> None:
    app.stop()
    app.desktop.secrets.lock()
    with ThreadPoolExecutor() as beside:
        reading = beside.submit(use, app.desktop, app.home, "read with a dialog")
        prompt_of(app)
        app.desktop.secrets.stop()
        assert reading.result() == "keyring_failed"
