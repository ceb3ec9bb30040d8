"""Sources with scripted outcomes, and a bench that builds an engine around them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Fetched, MissingCredentials, Outcome, Unauthorized
from claudometer.domain.usage import CLAUDE, AccountId, Mode
from claudometer.engine.bus import Bus
from claudometer.engine.dependencies import CHECK_EVERY_S, Dependencies, LocalSources, Overrides
from claudometer.engine.engine import Engine
from claudometer.providers.registry import CLAUDE_RULES
from claudometer.settings.store import SettingsStore
from claudometer.system.login_folder import ClaudeFolder
from claudometer.system.state import JsonState
from claudometer.vault.memory import MemoryStore
from tests.clocks import FakeClock
from tests.readings import reading
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.clock import CorrectedClock
    from claudometer.domain.next_poll import Why
    from claudometer.domain.secret import Secret
    from claudometer.domain.settings import Settings
    from claudometer.domain.snapshot import Problem
    from claudometer.domain.token_bucket import BucketRule
    from claudometer.domain.usage import LocalReading
    from claudometer.engine.dependencies import StateFile
    from claudometer.providers.base import KeyRenewals, SessionKeyReader, UsageSource
    from claudometer.vault.base import SecretStore


class ScriptedSource:
    """Returns the outcomes of a queue, and its last one again and again.

    Set ``hold`` to an event to make the next fetch wait for it. ``is_asked`` is set once a fetch has begun.
    """

    provider = CLAUDE

    def __init__(self, *answers: Outcome, budget: BucketRule | None = None) -> None:
        self.answers = deque(answers or [Fetched(reading())])
        self.budget = budget
        self.account: AccountId | MissingCredentials | Unauthorized = AccountId("account-1")
        self.stamp: Hashable = 0
        self.requests = 0
        self.reasons: list[Why] = []
        self.on_fetch: Callable[[], None] | None = None
        self.hold: asyncio.Event | None = None
        self.is_asked = asyncio.Event()

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        return self.account

    async def fetch(self, why: Why) -> Outcome:
        self.requests += 1
        self.reasons.append(why)
        if self.on_fetch is not None:
            self.on_fetch()
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        hold, self.hold = self.hold, None  # only this fetch waits
        self.is_asked.set()
        if hold is not None:
            await hold.wait()
        return answer

    async def credentials_stamp(self) -> Hashable:
        return self.stamp

    async def credentials_mark(self) -> str:
        return f"mark-{self.stamp}"


class KeyedSource(ScriptedSource):
    """A web source that records the session keys it reads and returns the outcomes of ``script``."""

    def __init__(self, session_key: SessionKeyReader, script: ScriptedSource, seen: list[Secret]) -> None:
        super().__init__()
        self._session_key = session_key
        self._script = script
        self._seen = seen

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        key = await self._session_key()
        if isinstance(key, MissingCredentials):
            return key
        self._seen.append(key)
        return self._script.account

    async def fetch(self, why: Why) -> Outcome:
        return await self._script.fetch(why)


class ScriptedLocalSource:
    """A local source with no reading until a test leaves one.

    ``checks`` counts how often its stamp was read, ``looks`` how often the reading was.
    """

    def __init__(self) -> None:
        self.reading: LocalReading | None = None
        self.checks = 0
        self.looks = 0
        self.hold: asyncio.Event | None = None
        self._stamp = 0

    def leave(self, reading: LocalReading | None) -> None:
        self.reading = reading
        self._stamp += 1

    async def stamp(self) -> Hashable:
        self.checks += 1
        return self._stamp

    async def read(self) -> LocalReading | None:
        self.looks += 1
        hold, self.hold = self.hold, None
        if hold is not None:
            await hold.wait()
        return self.reading


class ScriptedHits:
    """What the hook left: nothing until a test leaves the time of a hit."""

    def __init__(self) -> None:
        self.hit_at: datetime | None = None

    async def stamp(self) -> Hashable:
        return self.hit_at

    async def read(self) -> datetime | None:
        return self.hit_at


class FakeAutostart:
    """Autostart in memory. It raises OSError while ``refuses``, and counts in ``switches`` every attempt."""

    def __init__(self) -> None:
        self.on = False
        self.refuses = False
        self.switches = 0

    def is_enabled(self) -> bool:
        return self.on

    def enable(self) -> None:
        self._switch(on=True)

    def disable(self) -> None:
        self._switch(on=False)

    def _switch(self, *, on: bool) -> None:
        self.switches += 1
        if self.refuses:
            raise OSError("refused")
        self.on = on


class Bench:
    """Builds engines, and gives the test every part of them. Its files are real, below ``folder``."""

    def __init__(self, folder: Path, *, mode: Mode = Mode.CLI, store: SecretStore | None = None) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.bus = Bus()
        self.cli = ScriptedSource()
        self.web = ScriptedSource()
        self.status_line = ScriptedLocalSource()
        self.hits = ScriptedHits()
        self.login_written_at: datetime | None = None
        self.keys_seen: list[Secret] = []
        self.wants_browser: Callable[[], bool] = lambda: False
        self.store = store or MemoryStore()
        self.autostart: FakeAutostart = FakeAutostart()
        self.settings_store = SettingsStore(folder / "settings.json")
        self.state: StateFile = JsonState(folder / "state" / "state.json")
        self.mode = mode
        self.overrides = Overrides()
        self.notices: tuple[Problem, ...] = ()
        self.claude_folder = ClaudeFolder("/home/somebody/.claude")
        self.boot_id = "the first boot"
        self.check_every_s = CHECK_EVERY_S
        self.corrected: CorrectedClock | None = None

    def engine(self) -> Engine:
        """Build an engine, as each start of the program does."""
        return Engine(self.parts())

    def parts(self) -> Dependencies:
        """Return the dependencies for an engine."""
        return Dependencies(
            clock=self.corrected or self.clock,
            bus=self.bus,
            make_sources=self._sources,
            store=self.store,
            settings=self.settings_store.load().settings,
            settings_file=self.settings_store,
            state=self.state,
            login=_login_found,
            claude_folder=self.claude_folder,
            autostart=self.autostart,
            fitting_mode=self._fitting_mode,
            rules=CLAUDE_RULES,
            version="1.2.3",
            boot_id=self.boot_id,
            local=LocalSources((self.status_line,), self._login_written_at, self.hits),
            overrides=self.overrides,
            notices=self.notices,
            check_every_s=self.check_every_s,
        )

    def _sources(
        self,
        session_key: SessionKeyReader,
        organization_id: Callable[[], str | None],  # the scripted source has no organizations
        *,
        renewals: KeyRenewals,
        ask_through_browser: Callable[[], bool],
        fresh_key: bool,
    ) -> dict[Mode, UsageSource]:
        self.wants_browser = ask_through_browser
        return {Mode.CLI: self.cli, Mode.WEB: KeyedSource(session_key, self.web, self.keys_seen)}

    async def _login_written_at(self) -> datetime | None:
        return self.login_written_at

    async def _fitting_mode(self) -> Mode:
        return self.mode

    def saved(self) -> Settings:
        return self.settings_store.load().settings

    async def until_checked(self) -> None:
        """Wait until the poller has checked clocks and files: what has not happened by then will not happen.

        Set ``check_every_s`` to a fraction of a second for it.
        """
        # One check may be under way and have read the clocks already, and a poll at its end makes another.
        enough = self.status_line.checks + 4
        await until(lambda: self.status_line.checks >= enough)


async def _login_found() -> MissingCredentials | None:
    return None
