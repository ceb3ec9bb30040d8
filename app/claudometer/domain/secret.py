"""A string that does not show itself: not in logs, tracebacks, reprs or pickles."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Holds a key or token. Only :meth:`reveal` returns it, so every use can be found by that name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself, for a request header or the keyring and nothing else."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"  # also what the repr of a dataclass or of an exception's arguments contains

    def __reduce__(self) -> NoReturn:
        # Pickling would copy it into a file, or into the pipe to another process.
        raise TypeError("a secret is never pickled")
