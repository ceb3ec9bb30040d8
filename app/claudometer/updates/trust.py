"""Whose signatures count, and what a refused one is called for the user."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.update import Trouble
from claudometer.updates.signature import PublicKey, Refusal, RefusedError, parse_public_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

Keys = tuple[PublicKey, ...]

_REFUSALS = {
    Refusal.UNREADABLE: Trouble.SIGNATURE_UNREADABLE,
    Refusal.WRONG_KEY: Trouble.WRONG_KEY,
    Refusal.TAMPERED: Trouble.TAMPERED,
    Refusal.OTHER_FILE: Trouble.OTHER_FILE,
    Refusal.OTHER_VERSION: Trouble.OTHER_VERSION,
}


def read_keys(file: Path) -> Keys:
    """Return the publisher's keys, none where the file is missing or no such file. Blocks."""
    try:
        return parse_public_keys(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ()


def refusal_of(look: Callable[[], None]) -> Trouble | None:
    """Have a signature looked at; return why it does not count, ``None`` when it does."""
    try:
        look()
    except RefusedError as error:
        log.warning("the new version is refused: %s", error.refusal.value)
        return _REFUSALS[error.refusal]
    return None
