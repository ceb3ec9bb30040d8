"""A store that lasts as long as the program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudometer.domain.secret import Secret


class MemoryStore:
    """Keeps the secret in this process only. Memory is never locked, so ``prompt`` does nothing."""

    def __init__(self, secret: Secret | None = None) -> None:
        self._secret = secret

    def read(self, *, prompt: bool = False) -> Secret | None:  # noqa: ARG002 - the protocol's signature
        return self._secret

    def write(self, secret: Secret, *, prompt: bool = False) -> None:  # noqa: ARG002 - the protocol's signature
        self._secret = secret

    def delete(self, *, prompt: bool = False) -> None:  # noqa: ARG002 - the protocol's signature
        self._secret = None

    def check(self) -> None:
        """Memory can always be used."""
