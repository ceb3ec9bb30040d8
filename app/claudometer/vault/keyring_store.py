"""The operating system's keyring: Secret Service, KWallet, Keychain or Credential Locker. Never a file.

The ``keyring`` library is loaded on first use: CLI mode never needs it.
"""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

SERVICE = "claudometer"
USER = "claude-session-key"

_SECURE_BACKENDS = {
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
}
"""Backends that use the system's own vault. Others (plain text files, the null keyring, chains of backends
that may end in a file) are refused, even if the user's keyring configuration names them."""

_LOCKED = {"KeyringLocked", "LockedException", "PromptDismissedException"}
_MISSING = {"NoKeyringError", "SecretServiceNotAvailableException"}


class KeyringStore:
    """Keeps the session key in the best secure keyring of this system."""

    def __init__(self, *, user: str = USER) -> None:
        self._user = user
        self._found: KeyringBackend | None = None

    def read(self, *, prompt: bool = False) -> Secret | None:
        with _conversion():
            kept = self._backend(prompt=prompt).get_password(SERVICE, self._user)
        return Secret(kept) if kept else None

    def write(self, secret: Secret, *, prompt: bool = False) -> None:
        with _conversion():
            self._backend(prompt=prompt).set_password(SERVICE, self._user, secret.reveal())

    def delete(self, *, prompt: bool = False) -> None:
        """Delete until nothing is found: a backend may report success and leave the key there."""
        with _conversion():
            backend = self._backend(prompt=prompt)
            while backend.get_password(SERVICE, self._user) is not None:
                backend.delete_password(SERVICE, self._user)

    def check(self) -> None:
        with _conversion():
            self._backend(prompt=False)

    def _backend(self, *, prompt: bool) -> KeyringBackend:
        backend = self._found or _secure_backend()
        self._found = backend
        if not prompt and type(backend).__module__ == "keyring.backends.SecretService":
            _raise_if_locked()
        return backend


def _secure_backend() -> KeyringBackend:
    from keyring.backend import get_all_keyring  # noqa: PLC0415 - only web mode needs it

    candidates = [backend for backend in get_all_keyring() if type(backend).__module__ in _SECURE_BACKENDS]
    if not candidates:
        raise ClaudometerError(ErrorCode.KEYRING_MISSING)
    return max(candidates, key=lambda backend: float(type(backend).priority))


def _raise_if_locked() -> None:
    """Ask the Secret Service whether its default collection is unlocked, without unlocking or creating one.

    The ``keyring`` backend would open the unlock dialog at any time, even during a poll.
    """
    import secretstorage  # noqa: PLC0415 - comes with keyring on Linux
    from secretstorage.defines import SS_PATH  # noqa: PLC0415 - the same

    with closing(secretstorage.dbus_init()) as connection:
        service = secretstorage.util.DBusAddressWrapper(SS_PATH, secretstorage.util.SERVICE_IFACE, connection)
        (path,) = service.call("ReadAlias", "s", "default")
        if path == "/":
            raise ClaudometerError(ErrorCode.KEYRING_LOCKED)
        if secretstorage.Collection(connection, path).is_locked():
            raise ClaudometerError(ErrorCode.KEYRING_LOCKED)


@contextmanager
def _conversion() -> Iterator[None]:
    """Turn the backends' exceptions into ours, by the class names above.

    The cause is dropped: its text may quote the secret.
    """
    try:
        yield
    except _foreign_errors() as error:
        raise ClaudometerError(_code_for(error), kind=type(error).__name__) from None


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Return what the backends raise, including errors of D-Bus and Keychain that they let through."""
    from keyring.errors import KeyringError  # noqa: PLC0415 - only web mode needs it

    known: tuple[type[Exception], ...] = (
        KeyringError,
        RuntimeError,
        OSError,
        ValueError,
        AssertionError,
        KeyError,
    )
    if sys.platform != "linux":
        return known
    from jeepney import DBusErrorResponse  # noqa: PLC0415 - comes with keyring on Linux
    from secretstorage.exceptions import SecretStorageException  # noqa: PLC0415 - the same

    return (*known, SecretStorageException, DBusErrorResponse)


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
