"""A computer in virtual time with the real engine, the real sources and a real login file."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from claudometer.domain.clock import CorrectedClock
from claudometer.domain.events import AlertsChanged, SnapshotChanged
from claudometer.domain.next_poll import decide_next
from claudometer.domain.region import UTC_REGION
from claudometer.domain.secret import Secret
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.usage import Mode
from claudometer.engine.bus import Bus
from claudometer.engine.dependencies import CHECK_EVERY_S, Dependencies, LocalSources, Overrides
from claudometer.engine.engine import Engine
from claudometer.processes.alerts import Alerts
from claudometer.processes.presenter import Presenter
from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.claude.oauth import OAuthSource
from claudometer.providers.claude.web import WebSource
from claudometer.providers.client import Client
from claudometer.providers.registry import CLAUDE_RULES
from claudometer.settings.store import SettingsStore
from claudometer.store.alerts import KeptAlerts
from claudometer.store.history import History
from claudometer.system.login_folder import ClaudeFolder
from claudometer.vault.memory import MemoryStore
from tests.accelerated.account import HOUR_S
from tests.settings_with import settings_with
from tests.simulator.account import SESSION_KEY, write_login

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.domain.ledger import RequestRecord
    from claudometer.domain.outcome import MissingCredentials
    from claudometer.domain.token_bucket import BucketRule
    from claudometer.engine.dependencies import StateFile
    from claudometer.engine.schedule import Policy
    from claudometer.present.alerts import Bubble
    from claudometer.providers.base import KeyRenewals, SessionKeyReader, UsageSource
    from tests.accelerated.endpoint import Endpoint
    from tests.accelerated.virtual_time import VirtualTime

TOKEN_LIFE_S = 8 * HOUR_S  # as Claude Code's access tokens


class MemoryState:
    """A state file in memory, since a disk is too slow for weeks. Its content passes through JSON too."""

    is_spare = False
    fault: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        self._text = "{}"

    def read(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads(self._text)
        return kept

    def change(self, edit: Callable[[dict[str, Any]], None], *, durable: bool = True) -> None:
        state = self.read()
        edit(state)
        self._text = json.dumps(state)


class Machine:
    """A computer on which the program can be started and stopped any number of times."""

    check_every_s = CHECK_EVERY_S
    """How often the poller checks the login, in seconds. A longer time makes the simulation faster."""

    def __init__(self, folder: Path, endpoint: Endpoint, state: StateFile, *, mode: Mode = Mode.CLI) -> None:
        self.folder = folder
        self.endpoint = endpoint
        self.time: VirtualTime = endpoint.time
        self.clock = CorrectedClock(self.time)
        self.state = state
        self.mode = mode
        self.interval_s: int | None = None
        self.policy: Policy = decide_next
        self.budget = OAUTH_BUDGET
        self.local = LocalSources()
        self.history_file: Path | None = None
        """Where the history is; ``None`` for a program without history, forecasts and alerts."""
        self.alerts: Alerts | None = None
        self.bus = Bus()
        """Has the events of every run."""
        self.records: list[RequestRecord] = []
        self.bubbles: list[tuple[float, Bubble]] = []
        """What the desktop was given, and at which true time in seconds."""
        self.token_ends_s = 0.0
        self._renewals = 0
        self._running: list[asyncio.Task[None]] = []
        self._engine: Engine | None = None

    def renew_login(self) -> None:
        """Write a login file with a new token for eight hours, as Claude Code does when it is used."""
        self._renewals += 1
        self.token_ends_s = self.time.elapsed_s + TOKEN_LIFE_S
        expires_at = int(self.time.truth(self.token_ends_s).timestamp() * 1000)
        write_login(self.folder, f"sk-ant-oat01-simulated-{self._renewals:06}", expiresAt=expires_at)

    def has_login(self, at_s: float) -> bool:
        """Return whether there are valid credentials; the session key never expires in the simulation."""
        return self.mode is Mode.WEB or at_s < self.token_ends_s

    def start(self) -> Engine:
        """Start the program, which does not know the server's time yet."""
        self.clock = CorrectedClock(self.time)
        bus = Bus()  # a new one, so that nothing of the run before hears of this one
        bus.subscribe(SnapshotChanged, self.bus.publish)
        bus.subscribe(AlertsChanged, self.bus.publish)
        history = History(self.history_file) if self.history_file else None
        self._engine = engine = Engine(self._dependencies(bus, history))
        if history is None:
            self._running = [asyncio.create_task(engine.run())]
            return engine
        engine.start_polling()
        presenter = Presenter(engine, self.clock, region=UTC_REGION)
        self.alerts = Alerts(engine, presenter, self.clock, show=self._show, store=KeptAlerts(history))
        self._running = [asyncio.create_task(self.alerts.run())]
        return engine

    async def stop(self) -> None:
        """Stop the program at any point of its work."""
        for task in self._running:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._engine is not None:
            await self._engine.tasks.stop()

    async def _show(self, bubble: Bubble) -> bool:
        self.bubbles.append((self.time.elapsed_s, bubble))
        return True

    def _dependencies(self, bus: Bus, history: History | None) -> Dependencies:
        return Dependencies(
            clock=self.clock,
            bus=bus,
            history=history,
            make_sources=self._sources,
            store=MemoryStore(),
            settings=settings_with(mode=self.mode, interval_seconds=self.interval_s),
            settings_file=SettingsStore(self.folder / "settings.json"),
            state=self.state,
            login=_login_found,
            claude_folder=ClaudeFolder(str(self.folder)),
            autostart=None,
            fitting_mode=self._fitting_mode,
            rules=CLAUDE_RULES,
            version="0",
            local=self.local,
            check_every_s=self.check_every_s,
            policy=self.policy,
            overrides=Overrides(session_key=Secret(SESSION_KEY)),
            boot_id="one boot",
        )

    def _sources(
        self,
        session_key: SessionKeyReader,
        organization_id: Callable[[], str | None],
        *,
        renewals: KeyRenewals,
        ask_through_browser: Callable[[], bool],
        fresh_key: bool,
    ) -> dict[Mode, UsageSource]:
        login = LoginReader(lambda: self.folder, keychain=None)
        return {
            Mode.CLI: _Source(self.budget, client=self._client("oauth"), login=login, clock=self.clock),
            Mode.WEB: WebSource(
                client=self._client("web"),
                session_key=session_key,
                renewals=renewals,
                organization_id=organization_id,
                clock=self.clock,
                fresh_key=fresh_key,
            ),
        }

    def _client(self, name: str) -> Client:
        url = f"https://{name}.example.org/api"
        clock = self.clock
        return Client(url, clock=clock, note=self._note, observe_time=clock.observe, exchange=self.endpoint)

    async def _note(self, record: RequestRecord) -> None:
        self.records.append(record)

    async def _fitting_mode(self) -> Mode:
        return self.mode


class _Source(OAuthSource):
    """The real source with any budget."""

    def __init__(
        self, rule: BucketRule, *, client: Client, login: LoginReader, clock: CorrectedClock
    ) -> None:
        super().__init__(client=client, login=login, clock=clock)
        self._rule = rule

    @property
    def budget(self) -> BucketRule | None:
        return self._rule


async def _login_found() -> MissingCredentials | None:
    return None
