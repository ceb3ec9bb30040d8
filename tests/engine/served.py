"""An engine with the real sources and a simulated server: real HTTP requests, real login files."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.registry import SourcesConfig, sources_for
from claudometer.system.login_folder import ClaudeFolder
from tests.clocks import FakeClock
from tests.engine.sources import Bench
from tests.providers.ledger import Ledger
from tests.simulator.account import ACCESS_TOKEN, CHAT_ORGANIZATION, write_login
from tests.waiting import TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from claudometer.domain.usage import Mode
    from claudometer.engine.engine import Engine
    from claudometer.providers.base import KeyRenewals, SessionKeyReader, UsageSource
    from claudometer.vault.base import SecretStore
    from tests.simulator import Simulator


class ServedBench(Bench):
    """A bench on which only the clock, the keyring and the servers are simulated."""

    def __init__(self, folder: Path, simulator: Simulator, *, store: SecretStore | None = None) -> None:
        super().__init__(folder, store=store)
        self.simulator = simulator
        self.clock = FakeClock(datetime.now(UTC))
        simulator.now = self.clock.now
        self.login_folder = folder / "claude"
        self.claude_folder = ClaudeFolder(str(self.login_folder))

    def log_in(
        self, token: str = ACCESS_TOKEN, *, organization: str = CHAT_ORGANIZATION, hours: float = 8.0
    ) -> Path:
        """Write a login file as Claude Code does; it expires in ``hours`` by the bench's clock."""
        ends = self.clock.now() + timedelta(hours=hours)
        expires_at = int(ends.timestamp() * 1000)  # the file has milliseconds
        return write_login(self.login_folder, token, organization=organization, expiresAt=expires_at)

    def _sources(
        self,
        session_key: SessionKeyReader,
        organization_id: Callable[[], str | None],
        *,
        renewals: KeyRenewals,
        ask_through_browser: Callable[[], bool],
        fresh_key: bool,
    ) -> dict[Mode, UsageSource]:
        return sources_for(
            SourcesConfig(
                clock=self.clock,
                note=Ledger().note,
                session_key=session_key,
                renewals=renewals,
                ask_through_browser=ask_through_browser,
                organization_id=organization_id,
                login=LoginReader(self.claude_folder.login, keychain=None),
                web_url=self.simulator.web_url,
                oauth_url=self.simulator.oauth_url,
                fresh_key=fresh_key,
            )
        )


@asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[None]:
    """Run the engine until the block ends; raises TimeoutError when that takes too long."""
    task = asyncio.create_task(engine.run())
    try:
        async with asyncio.timeout(TIMEOUT_S):
            yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
