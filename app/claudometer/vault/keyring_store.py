"""The operating system's keyring: Secret Service, KWallet, Keychain or Credential Locker. Never a file.

The ``keyring`` library is loaded for the first key, and of its backends only this system's: CLI mode never
needs it.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.secret import Secret
from claudometer.vault.session_bus import over_jeepney

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

    from claudometer.vault.session_bus import Connection

SERVICE = "claudometer"
USER = "claude-session-key"

MAX_DELETIONS = 10
"""A keyring can have several items of one name. A backend that deletes none must not keep us in a loop."""

_SECRET_SERVICE = "keyring.backends.SecretService"  # noqa: S105 - the name of a module
_KWALLET = "keyring.backends.kwallet"
_SECURE_BACKENDS = {
    "darwin": ("keyring.backends.macOS",),
    "win32": ("keyring.backends.Windows",),
}.get(sys.platform, (_SECRET_SERVICE, _KWALLET))
"""Backends that use the system's own keyring. Others (plain text files, the null keyring, chains of backends
that may end in a file) are refused, even if the user's keyring configuration names them."""

_LOCKED = {"KeyringLocked", "LockedException", "PromptDismissedException"}
_MISSING = {"NoKeyringError", "SecretServiceNotAvailableException", "SecretServiceGoneError"}

_ERRORS = (
    ("keyring.errors", "KeyringError"),
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney", "DBusErrorResponse"),
    ("claudometer.vault.session_bus", "BusError"),
    ("claudometer.vault.secret_service", "SecretServiceGoneError"),
)
"""The libraries' own exceptions: module and name."""


class KeyringStore:
    """Keeps the session key in the best secure keyring of this system.

    Args:
        connected: how to ask the session's bus about the keyring.
    """

    def __init__(self, connected: Connection = over_jeepney) -> None:
        self._connected = connected
        self._found: KeyringBackend | None = None

    def read(self, *, prompt: bool = False) -> Secret | None:
        with _conversion():
            kept = self._backend(prompt=prompt).get_password(SERVICE, USER)
        return Secret(kept) if kept else None

    def write(self, secret: Secret, *, prompt: bool = False) -> None:
        with _conversion():
            self._backend(prompt=prompt).set_password(SERVICE, USER, secret.reveal())

    def delete(self, *, prompt: bool = False) -> None:
        """Delete until nothing is found: a backend may report success and leave the key there."""
        with _conversion():
            backend = self._backend(prompt=prompt)
            for _ in range(MAX_DELETIONS):
                if backend.get_password(SERVICE, USER) is None:
                    return
                backend.delete_password(SERVICE, USER)
        raise ClaudometerError(ErrorCode.KEYRING_FAILED)

    def check(self) -> None:
        with _conversion():
            if self._found is None and _is_secret_service_in_use(self._connected):
                _raise_if_locked(self._connected)
            else:
                self._backend(prompt=False)

    def _backend(self, *, prompt: bool) -> KeyringBackend:
        # Kept, because each backend connects to the bus to find its priority.
        if self._found is None and _is_kwallet_waiting(self._connected):
            _start_kwallet(self._connected, prompt=prompt)
        backend = self._found or _secure_backend()
        self._found = backend
        if type(backend).__module__ == _SECRET_SERVICE:
            _unlock() if prompt else _raise_if_locked(self._connected)
        elif type(backend).__module__ == _KWALLET and not prompt:
            _raise_if_closed(self._connected)
        return backend


def _secure_backend() -> KeyringBackend:
    """Return the best of this system's backends. ``keyring`` itself would load those of every system."""
    # Importing a backend registers its class with the library.
    for module in _SECURE_BACKENDS:
        import_module(module)
    from keyring.backend import KeyringBackend  # noqa: PLC0415 - only web mode needs it

    usable = [each for each in KeyringBackend.get_viable_backends() if each.__module__ in _SECURE_BACKENDS]
    if not usable:
        raise ClaudometerError(ErrorCode.KEYRING_MISSING)
    return max(usable, key=lambda backend: float(backend.priority))()


def _is_secret_service_in_use(connected: Connection) -> bool:
    """Return whether a key would go to the Secret Service, as far as that is known without loading a backend.

    KDE's KWallet has a backend of its own, which needs dbus-python and has precedence on the KDE desktop.

    Raises:
        ClaudometerError: ``KEYRING_MISSING``: there is neither of the two.
    """
    if _SECRET_SERVICE not in _SECURE_BACKENDS or find_spec("jeepney") is None:
        return False
    has_kwallet = find_spec("dbus") is not None
    if has_kwallet and "KDE" in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":"):
        return False
    from claudometer.vault.secret_service import is_available  # noqa: PLC0415 - only Linux has it

    if is_available(connected):
        return True
    if has_kwallet or _is_kwallet_waiting(connected):
        return False
    raise ClaudometerError(ErrorCode.KEYRING_MISSING)


def _is_kwallet_waiting(connected: Connection) -> bool:
    """Return whether KWallet is this desktop's only keyring, and its daemon does not run yet."""
    if _KWALLET not in _SECURE_BACKENDS or find_spec("jeepney") is None:
        return False
    from claudometer.vault.kwallet import is_waiting  # noqa: PLC0415 - only Linux has it
    from claudometer.vault.secret_service import is_available  # noqa: PLC0415 - likewise

    return not is_available(connected) and is_waiting(connected)


def _start_kwallet(connected: Connection, *, prompt: bool) -> None:
    """Start the daemon for a call that may open a dialog. For any other, its wallet is as good as locked."""
    from claudometer.vault.kwallet import start  # noqa: PLC0415 - only Linux has it

    if not prompt:
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)
    start(connected)


def _raise_if_closed(connected: Connection) -> None:
    from claudometer.vault.kwallet import is_open  # noqa: PLC0415 - likewise

    if not is_open(connected):
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)


def _raise_if_locked(connected: Connection) -> None:
    from claudometer.vault.secret_service import is_unlocked  # noqa: PLC0415 - only Linux has it

    if not is_unlocked(connected):
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)


def _unlock() -> None:
    """Let the service ask the user, if it is locked. The library would wait for one that has ended."""
    from claudometer.vault.secret_service import (  # noqa: PLC0415 - jeepney comes on Linux only
        SecretServiceGoneError,
    )
    from claudometer.vault.secret_service_prompt import unlock  # noqa: PLC0415 - likewise

    try:
        is_unlocked = unlock({"service": SERVICE, "username": USER})
    except SecretServiceGoneError:
        raise ClaudometerError(ErrorCode.KEYRING_FAILED, ended="yes") from None
    if not is_unlocked:
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)


@contextmanager
def _conversion() -> Iterator[None]:
    """Convert the backends' exceptions into ours, by the class names above.

    The cause is dropped, because its text may quote the secret.
    """
    try:
        yield
    except ClaudometerError:
        raise
    except _foreign_errors() as error:
        raise ClaudometerError(_code_for(error), kind=type(error).__name__) from None


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Return what the backends raise, including errors of D-Bus and Keychain that they let through.

    A library that was not loaded has raised nothing.
    """
    loaded = (sys.modules.get(module) for module, _ in _ERRORS)
    theirs = (getattr(module, name) for module, (_, name) in zip(loaded, _ERRORS, strict=True) if module)
    # SecretStorage asserts the form of each reply, and without DBUS_SESSION_BUS_ADDRESS there is a KeyError.
    return (RuntimeError, OSError, ValueError, AssertionError, KeyError, *theirs)


def _code_for(error: BaseException) -> ErrorCode:
    names = {kind.__name__ for link in _causes(error) for kind in type(link).__mro__}
    if names & _LOCKED:
        return ErrorCode.KEYRING_LOCKED
    return ErrorCode.KEYRING_MISSING if names & _MISSING else ErrorCode.KEYRING_FAILED


def _causes(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__
