"""The browser's process: started when claude.ai wants a browser, not too often, and ended after 30 s."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from claudometer.domain.budget import BROWSER_RUNS, BROWSER_TESTS
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Challenged
from claudometer.providers.claude.browser_protocol import (
    MAX_LINE_BYTES,
    TIME_LIMIT_S,
    Opening,
    Told,
    decode_told,
    encode_opening,
    encode_question,
)
from claudometer.system.dialogue import talk_to
from claudometer.system.files import temporary_folder
from claudometer.system.off_loop import off_loop
from claudometer.system.program import child_command
from claudometer.system.session import has_graphical_session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from claudometer.domain.clock import Clock
    from claudometer.domain.secret import Secret
    from claudometer.engine.buckets import BucketStore
    from claudometer.system.dialogue import Dialogue

log = logging.getLogger(__name__)

RUNS, TESTS = "browser", "browser:tests"


class BrowserProcess:
    """Runs the browser, one at a time.

    Args:
        book: the token buckets that say how often, across restarts and processes.
        folder: holds a folder for each run, for what WebKit must have on disk. Removed with the run; never a
            secret.
        command: starts the browser's process.
    """

    time_limit_s: float = TIME_LIMIT_S

    def __init__(
        self,
        book: BucketStore,
        clock: Clock,
        *,
        folder: Path,
        log_folder: Path,
        command: Sequence[str] = (),
    ) -> None:
        self._book = book
        self._clock = clock
        self._folder = folder
        self._log_folder = log_folder
        self._command = tuple(command) or tuple(child_command("browse"))
        self._one_at_a_time = asyncio.Lock()

    async def refuse(self, *, testing: bool) -> Challenged | None:
        """Return why no browser may run now; ``None`` when one may: a token is then taken for it."""
        if not has_graphical_session():
            return Challenged(ErrorCode.BROWSER_NO_DISPLAY)
        name, rule = (TESTS, BROWSER_TESTS) if testing else (RUNS, BROWSER_RUNS)
        permit = await self._book.request(name, rule, self._clock.now())
        if permit.refused_until is None:
            return None
        return Challenged(ErrorCode.BROWSER_RESTING, permit.refused_until)

    @asynccontextmanager
    async def run(self, base_url: str, key: Secret) -> AsyncIterator[Callable[[str], Awaitable[Told]]]:
        """Start a browser for one account; it answers paths below ``base_url`` until the context is left."""
        async with self._one_at_a_time:
            deadline = asyncio.get_running_loop().time() + self.time_limit_s
            place = temporary_folder(self._folder, stale_after_s=2 * self.time_limit_s)
            folder = await off_loop(place.__enter__)
            try:
                opening = Opening(base_url, key, str(folder))
                errors = self._log_folder / "browser-errors.log"
                async with talk_to(self._command, errors_to=errors, longest_line=MAX_LINE_BYTES) as dialogue:
                    yield _Run(dialogue, opening, deadline).ask
            finally:
                with suppress(OSError):  # it does not answer: the next start removes it
                    await off_loop(place.__exit__, None, None, None)


class _Run:
    """The questions of one run, until its time is up."""

    def __init__(self, dialogue: Dialogue, opening: Opening, deadline: float) -> None:
        self._dialogue = dialogue
        self._opening: Opening | None = opening
        self._deadline = deadline

    async def ask(self, path: str) -> Told:
        """Ask for a path. That the process could not do it is an answer, too."""
        try:
            async with asyncio.timeout_at(self._deadline):
                if self._opening is not None:
                    await self._dialogue.say(encode_opening(self._opening))
                    self._opening = None
                await self._dialogue.say(encode_question(path))
                return decode_told(await self._dialogue.hear())
        except TimeoutError:
            log.warning("the browser's time is up; it is ended")
            return Told(ErrorCode.BROWSER_CHALLENGED)
        except (OSError, EOFError, ValueError) as error:
            log.warning("the browser ended early: %s", type(error).__name__)
            return Told(ErrorCode.BROWSER_FAILED)
