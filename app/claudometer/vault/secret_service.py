"""Checks whether the Secret Service is available and unlocked, without the keyring library and any dialog.

The window needs this each time it opens, even in CLI mode, which needs no key. The keyring library, with
SecretStorage and cryptography, would keep 3.4 MB in the tray's process from then on, and its own backend
would open the unlock dialog at any time, even during a poll.

Interface: https://specifications.freedesktop.org/secret-service-spec/0.2/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.vault.session_bus import BusError, Target, has_owner, is_activatable

if TYPE_CHECKING:
    from claudometer.vault.session_bus import Connection

NAME = "org.freedesktop.secrets"
SERVICE = Target(NAME, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")
COLLECTION = "org.freedesktop.Secret.Collection"

# The bus's errors for a service that nobody provides, that cannot be started, or that ended before its reply.
NOT_THERE = frozenset(
    f"org.freedesktop.DBus.Error.{name}" for name in ("ServiceUnknown", "Spawn.ExecFailed", "NoReply")
)


def is_available(connected: Connection) -> bool:
    """Return whether the service runs, or can be started over the bus; ``False`` without a bus.

    Raises:
        BusError: the bus returned an error.
    """
    try:
        with connected() as call:
            return has_owner(call, NAME) or is_activatable(call, NAME)
    except (KeyError, OSError, ValueError):  # no address of a bus, no bus there, or an unsupported address
        return False


def is_unlocked(connected: Connection) -> bool:
    """Return whether there is a default collection and it is unlocked. Neither unlocks nor creates one.

    Raises:
        SecretServiceGoneError: the service has ended, or cannot be started.
        BusError: the service returned another error.
        KeyError, OSError, ValueError: there is no bus, or it cannot be reached.
    """
    with connected() as call:
        try:
            (path,) = call(SERVICE, "ReadAlias", "s", "default")
            if path == "/":
                return False
            properties = Target(NAME, path, "org.freedesktop.DBus.Properties")
            ((_, locked),) = call(properties, "Get", "ss", COLLECTION, "Locked")
        except BusError as error:
            if error.name in NOT_THERE:
                raise SecretServiceGoneError from None
            raise
        return not locked


class SecretServiceGoneError(Exception):
    """No program on the bus provides the Secret Service."""
