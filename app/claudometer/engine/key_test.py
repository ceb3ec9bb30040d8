"""The session key that the user has typed, while it is tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.secret import Secret
    from claudometer.engine.session_key_in_use import SessionKeys


class KeyTest:
    """Tests a typed key. The server may replace it with a newer one in the response that accepts it.

    The newer one is remembered if saving fails later: the user will type the old one again, which may have
    expired.
    """

    def __init__(self, typed: Secret | None, keys: SessionKeys) -> None:
        self.typed = self.newest = typed
        self._keys = keys

    async def read(self) -> Secret | MissingCredentials:
        return self.newest or MissingCredentials(ErrorCode.SESSION_KEY_MISSING)

    def name_of(self, key: Secret) -> str:
        return self._keys.name_of(key)

    async def renew(self, old: Secret, new: Secret) -> None:
        await self._keys.pass_on(old, new)
        self.newest = new

    async def note_end(self, key: Secret, ends_at: datetime | None) -> None:
        await self._keys.note_end(key, ends_at)
