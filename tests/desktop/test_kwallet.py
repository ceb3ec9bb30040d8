"""The session key in KDE's real KWallet, on a desktop that has no other keyring."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jeepney import DBusAddress

from tests.desktop.claudometer import installed
from tests.desktop.test_keyring import use
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.claudometer import Claudometer
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.simulator import Simulator

pytestmark = [pytest.mark.desktop, pytest.mark.panels("kwalletd5")]

NAME = "org.kde.kwalletd5"
WALLETS = DBusAddress("/modules/kwalletd5", NAME, "org.kde.KWallet")
BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
WALLET = "kdewallet"
AS_KDE = {"XDG_CURRENT_DESKTOP": "KDE"}
HASH = b"k" * 56
"""In place of the hash that KDE's PAM module makes of the password at login: of as many bytes."""


@pytest.fixture
def kde(bare_desktop: DesktopSession) -> Iterator[DesktopSession]:
    """A desktop that can start KWallet's daemon, as KDE's bus can, and on which it does not run yet."""
    settings = Path(bare_desktop.env["XDG_CONFIG_HOME"]) / "kwalletrc"
    settings.write_text("[Wallet]\nFirst Use=false\nPrompt on Open=false\n", encoding="utf-8")
    bare_desktop.session_bus.allow([NAME])
    bare_desktop.session_bus.tell_services(bare_desktop.bus, bare_desktop.env)
    assert not bare_desktop.bus.has_owner(NAME)
    yield bare_desktop
    if bare_desktop.bus.has_owner(NAME):
        os.kill(bare_desktop.bus.call(BUS, "GetConnectionUnixProcessID", "s", NAME), signal.SIGKILL)
        wait_for(lambda: not bare_desktop.bus.has_owner(NAME), what="the end of KWallet")


def open_wallet(desktop: DesktopSession) -> None:
    """Open the wallet as KDE does at login, without a dialog."""
    desktop.bus.call(WALLETS, "pamOpen", "sayi", WALLET, HASH, 0)
    wait_for(lambda: desktop.bus.call(WALLETS, "isOpen", "s", WALLET), what="the open wallet")


def test_a_daemon_that_does_not_run_yet_is_a_locked_keyring_and_not_a_missing_one(
    kde: DesktopSession, home: PrivateHome
) -> None:
    for task in ("check", "check over Gio", "read", "read over Gio", "write"):
        assert use(kde, home, task, **AS_KDE) == "keyring_locked"
    for task in ("check", "check over Gio"):  # on any desktop that has no other
        assert use(kde, home, task) == "keyring_locked"
    assert not kde.bus.has_owner(NAME)


def test_a_key_is_kept_read_and_removed_and_no_poll_opens_a_dialog(
    kde: DesktopSession, home: PrivateHome
) -> None:
    open_wallet(kde)
    for task in ("contract", "contract over Gio"):
        assert use(kde, home, task, **AS_KDE) == "done"
    assert use(kde, home, "write", **AS_KDE) == "done"
    assert use(kde, home, "read", **AS_KDE) == "found"
    kde.bus.call(WALLETS, "closeAllWallets")
    for task in ("check", "check over Gio", "read", "read over Gio", "write", "delete"):
        assert use(kde, home, task, **AS_KDE) == "keyring_locked"
    assert kde.windows.all() == []
    open_wallet(kde)
    assert use(kde, home, "read", **AS_KDE) == "found"
    assert use(kde, home, "delete", **AS_KDE) == "done"
    assert use(kde, home, "read", **AS_KDE) == "nothing"


def test_the_check_of_this_computer_names_it_open_and_closed(
    kde: DesktopSession, home: PrivateHome, simulator: Simulator
) -> None:
    env = simulator.environment() | AS_KDE | {"CLAUDOMETER_MODE": "web"}
    with installed(kde, home, env) as app:
        open_wallet(kde)
        assert keyring_of(app)["sentence"] == "kwalletd5 is unlocked."
        kde.bus.call(WALLETS, "closeAllWallets")
        assert keyring_of(app)["action"]["button"] == "unlock-keyring"


def keyring_of(app: Claudometer) -> dict[str, Any]:
    (found,) = (each for each in app.run_json("doctor")["checks"] if each["id"] == "keyring")
    return dict(found)
