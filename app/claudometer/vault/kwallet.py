"""KDE's KWallet: starts its daemon, and tells whether its wallet is open, without any dialog.

The keyring library takes a daemon that does not run yet for none, and its backend opens KDE's dialog whenever
the wallet is closed, even during a poll. The daemon provides the Secret Service as well, seen with 5.103.

Interface: ``org.kde.KWallet.xml`` in https://invent.kde.org/frameworks/kwallet.
"""

from __future__ import annotations

from contextlib import closing

from jeepney import DBusAddress, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from claudometer.vault.secret_service import ask

_NAME = "org.kde.kwalletd5"
"""The name that the keyring library uses. In Debian 13 it starts the daemon of KDE Frameworks 6."""

_WALLETS = DBusAddress("/modules/kwalletd5", _NAME, "org.kde.KWallet")


def is_waiting() -> bool:
    """Return whether the desktop can start the daemon, and has not done so; ``False`` without a bus."""
    try:
        connection = open_dbus_connection()
    except (KeyError, OSError, ValueError):  # no address of a bus, no bus there, or an unsupported address
        return False
    with closing(connection):
        (runs,) = ask(connection, message_bus.NameHasOwner(_NAME))
        return not runs and _NAME in ask(connection, message_bus.ListActivatableNames())[0]


def start() -> None:
    """Start the daemon. It opens no wallet.

    Raises:
        DBusErrorResponse: it cannot be started.
        KeyError, OSError, ValueError: there is no bus, or it cannot be reached.
    """
    with closing(open_dbus_connection()) as connection:
        ask(connection, message_bus.StartServiceByName(_NAME))


def is_open() -> bool:
    """Return whether the wallet that programs share is open. Opens and creates none.

    Raises:
        DBusErrorResponse: the daemon is gone, or returned another error.
        KeyError, OSError, ValueError: there is no bus, or it cannot be reached.
    """
    with closing(open_dbus_connection()) as connection:
        (wallet,) = ask(connection, new_method_call(_WALLETS, "networkWallet"))
        (is_open_now,) = ask(connection, new_method_call(_WALLETS, "isOpen", "s", (wallet,)))
        return bool(is_open_now)
