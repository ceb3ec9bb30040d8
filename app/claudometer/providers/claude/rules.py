"""Claude's rules for merging readings and naming session keys, as the engine uses them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.providers.claude.coverage import coverage_of
from claudometer.providers.claude.merging import merge
from claudometer.providers.claude.session_key import name_of, parse_session_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.domain.policy import Coverage
    from claudometer.domain.secret import Secret
    from claudometer.domain.usage import LocalLogin, LocalReading, Reading


class ClaudeRules:
    """Implements ``providers.base.ProviderRules``."""

    def merge(
        self, answer: Reading | None, local: Sequence[LocalReading], login: LocalLogin, now: datetime
    ) -> Reading | None:
        return merge(answer, local, login, now)

    def coverage(
        self, answer: Reading | None, local: Sequence[LocalReading], login: LocalLogin, now: datetime
    ) -> Coverage | None:
        return coverage_of(answer, local, login, now)

    def parse_key(self, pasted: str) -> Secret:
        return parse_session_key(pasted)

    def name_of_key(self, key: Secret) -> str:
        return name_of(key)
