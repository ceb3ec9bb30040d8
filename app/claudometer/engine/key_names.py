"""The names of accounts by their session keys, kept across a key's renewal. Holds digests, never a key."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from claudometer.providers.claude.session_key import name_of
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from claudometer.domain.secret import Secret
    from claudometer.engine.parts import StateFile

log = logging.getLogger(__name__)

MOST_KEPT = 8
"""A name is of use for as long as its key may come back; the keyring holds one of the last few."""

_SECTION = "key_names"


class KeyNames:
    """Knows which account a key belongs to: a renewed key goes by the name of the first."""

    def __init__(self, state: StateFile) -> None:
        self._state = state
        self._names: dict[str, str] = {}
        self._loaded = False

    async def load(self) -> None:
        """Read, once, what earlier runs left. What is damaged is left out: its account starts anew."""
        if self._loaded:
            return
        try:
            kept = (await off_loop(self._state.read)).get(_SECTION)
        except OSError as error:
            log.warning("the kept names of accounts cannot be read: %s", error)
            return
        self._names = _checked(kept) | self._names
        self._loaded = True

    def name_of(self, key: Secret) -> str:
        """Return the name of the account that ``key`` belongs to."""
        own = name_of(key)
        return self._names.get(own, own)

    async def pass_on(self, old: Secret, new: Secret) -> None:
        """Give ``new`` the name of ``old``, across restarts too."""
        name, own = self.name_of(old), name_of(new)
        self._names[own] = name

        def edit(state: dict[str, Any]) -> None:
            kept = _checked(state.get(_SECTION))
            kept.pop(own, None)
            newest = [*kept.items(), (own, name)][-MOST_KEPT:]
            state[_SECTION] = dict(newest)

        try:
            await off_loop(self._state.change, edit)
        except OSError as error:
            log.warning("the renewed key's account is known in memory alone: %s", error)


def _checked(kept: object) -> dict[str, str]:
    pairs = kept.items() if isinstance(kept, dict) else ()
    return {own: name for own, name in pairs if isinstance(own, str) and isinstance(name, str)}
