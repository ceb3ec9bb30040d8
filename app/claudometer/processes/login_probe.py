"""Checks whether Claude Code's login can be read, for the settings form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.outcome import MissingCredentials

if TYPE_CHECKING:
    from claudometer.engine.dependencies import LoginProbe
    from claudometer.providers.claude.login_reader import LoginReader


def login_probe(login: LoginReader) -> LoginProbe:
    """Return a function that returns what is wrong with the login, ``None`` if it can be read."""

    async def probe() -> MissingCredentials | None:
        found = await login.read()
        return found if isinstance(found, MissingCredentials) else None

    return probe


async def demo_login() -> MissingCredentials | None:
    """Return ``None``: the demo reads no login, and needs none."""
    return None
