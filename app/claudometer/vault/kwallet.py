"""KDE's KWallet: starts its daemon, and tells whether its wallet is open, without any dialog.

The keyring library takes a daemon that does not run yet for none, and its backend opens KDE's dialog whenever
the wallet is closed, even during a poll. The daemon provides the Secret Service as well, seen with 5.103.

Interface: ``org.kde.KWallet.xml`` in https://invent.kde.org/frameworks/kwallet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.vault import session_bus
from claudometer.vault.session_bus import Target, has_owner, is_activatable

if TYPE_CHECKING:
    from claudometer.vault.session_bus import Connection

_NAME = "org.kde.kwalletd5"
"""The name that the keyring library uses. In Debian 13 it starts the daemon of KDE Frameworks 6."""

_WALLETS = Target(_NAME, "/modules/kwalletd5", "org.kde.KWallet")


def is_waiting(connected: Connection) -> bool:
    """Return whether the desktop can start the daemon, and has not done so; ``False`` without a bus.

    Raises:
        BusError: the bus returned an error.
    """
    try:
        with connected() as call:
            return not has_owner(call, _NAME) and is_activatable(call, _NAME)
    except (KeyError, OSError, ValueError):  # no address of a bus, no bus there, or an unsupported address
        return False


def start(connected: Connection) -> None:
    """Start the daemon. It opens no wallet.

    Raises:
        BusError: it cannot be started.
        KeyError, OSError, ValueError: there is no bus, or it cannot be reached.
    """
    with connected() as call:
        session_bus.start(call, _NAME)


def is_open(connected: Connection) -> bool:
    """Return whether the wallet that programs share is open. Opens and creates none.

    Raises:
        BusError: the daemon is gone, or returned another error.
        KeyError, OSError, ValueError: there is no bus, or it cannot be reached.
    """
    with connected() as call:
        (wallet,) = call(_WALLETS, "networkWallet")
        (is_open_now,) = call(_WALLETS, "isOpen", "s", wallet)
        return bool(is_open_now)
