"""The publisher's keys, and the failure to report when a signature is refused."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.update import UpdateFailure
from claudometer.updates.signature import PublicKey, RefusedError, SignatureFault, parse_public_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

Keys = tuple[PublicKey, ...]

_REFUSALS = {
    SignatureFault.UNREADABLE: UpdateFailure.SIGNATURE_UNREADABLE,
    SignatureFault.WRONG_KEY: UpdateFailure.WRONG_KEY,
    SignatureFault.TAMPERED: UpdateFailure.TAMPERED,
    SignatureFault.OTHER_FILE: UpdateFailure.OTHER_FILE,
    SignatureFault.OTHER_VERSION: UpdateFailure.OTHER_VERSION,
}


def read_keys(file: Path) -> Keys:
    """Return the publisher's keys; none if the file is missing or holds no key. Blocks."""
    try:
        return parse_public_keys(file.read_text(encoding="ascii"))  # minisign's files are ASCII
    except (OSError, ValueError):
        return ()


def run_verification(verify: Callable[[], None]) -> UpdateFailure | None:
    """Run a verification of a signature; return why it is refused, or ``None`` if it is valid."""
    try:
        verify()
    except RefusedError as error:
        log.warning("the new version is refused: %s", error.refusal.value)
        return _REFUSALS[error.refusal]
    return None
