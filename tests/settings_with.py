"""Settings with a single account, for tests that care about a few of their values."""

from __future__ import annotations

from typing import Any

from claudometer.domain.settings import AccountSettings, Settings


def settings_with(
    *,
    interval_seconds: int | None = None,
    check_daily: bool = False,
    **of_account: Any,  # noqa: ANN401 - a member of AccountSettings has one of several types
) -> Settings:
    """Return settings whose only account has the given members, and is shown."""
    return Settings(
        accounts=(AccountSettings(**of_account),), interval_seconds=interval_seconds, check_daily=check_daily
    )
