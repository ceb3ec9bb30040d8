"""The interface of a store for a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from claudometer.domain.secret import Secret


class SecretStore(Protocol):
    """Keeps one secret, the session key. Every method may block; call it off the loop.

    All methods raise ``ClaudometerError`` with ``KEYRING_LOCKED``, ``KEYRING_MISSING`` or ``KEYRING_FAILED``.
    With ``prompt`` the system may ask the user to unlock the store, and the call waits for that; without it,
    a locked store raises at once.
    """

    def read(self, *, prompt: bool = False) -> Secret | None:
        """Return the secret, ``None`` if there is none."""
        ...

    def write(self, secret: Secret, *, prompt: bool = False) -> None:
        """Store ``secret`` in place of any earlier one."""
        ...

    def delete(self, *, prompt: bool = False) -> None:
        """Delete the secret. Having none is not an error; one that is still there afterwards is."""
        ...

    def check(self) -> None:
        """Raise if the store cannot be used now. Never prompts."""
        ...
