"""Names the account that the app polls, so that a command knows whether the app's answer is about its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode

if TYPE_CHECKING:
    from claudometer.control.wire.report import Watched
    from claudometer.engine.engine import Engine
    from claudometer.processes.run_context import RunContext


def watched_by(engine: Engine, context: RunContext) -> Watched:
    """Return the account that the engine polls now, and the servers' addresses."""
    account, environment = engine.snapshot.account, context.environment
    is_web = engine.snapshot.mode is Mode.WEB
    return {
        "id": engine.settings.shown,
        "mode": engine.snapshot.mode.value,
        "folder": engine.login_folder,
        # An account of claude.ai is named by its key, and by an organization if one was chosen.
        "key": account.account.partition(":")[0] if is_web and account is not None else None,
        "web_url": environment.web_url,
        "oauth_url": environment.oauth_url,
    }
