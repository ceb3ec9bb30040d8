"""Starts the browser process when claude.ai requires a browser: within a budget, and for 30 s at most."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Challenged
from claudometer.domain.token_bucket import BROWSER_RUNS, BROWSER_TESTS
from claudometer.providers.claude.browser_protocol import (
    MAX_LINE_BYTES,
    TIME_LIMIT_S,
    BrowserReply,
    StartMessage,
    decode_reply,
    encode_request,
    encode_start,
)
from claudometer.system.child_protocol import run_child
from claudometer.system.files import temporary_folder
from claudometer.system.graphical_session import has_graphical_session
from claudometer.system.launch_command import child_command
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from claudometer.domain.clock import Clock
    from claudometer.domain.secret import Secret
    from claudometer.engine.buckets import BucketStore
    from claudometer.system.child_protocol import ChildProtocol

log = logging.getLogger(__name__)

RUNS, TESTS = "browser", "browser:tests"
"""Names of the two token buckets: for polls and clicks, and for tests of a key that was just pasted."""


class BrowserProcess:
    """Runs browser processes, one at a time.

    Args:
        buckets: keeps the token buckets across restarts and processes.
        folder: each run creates a temporary folder in it for the files that WebKit needs on disk, none of
            which contains a secret.
        command: starts the browser process; by default this program's own ``browse`` command.
    """

    time_limit_s: float = TIME_LIMIT_S

    def __init__(
        self,
        buckets: BucketStore,
        clock: Clock,
        *,
        folder: Path,
        log_folder: Path,
        command: Sequence[str] = (),
    ) -> None:
        self._buckets = buckets
        self._clock = clock
        self._folder = folder
        self._log_folder = log_folder
        self._command = tuple(command) or tuple(child_command("browse"))
        self._one_at_a_time = asyncio.Lock()

    async def refuse(self, *, testing: bool) -> Challenged | None:
        """Take one token from the bucket; return why no browser may run now, ``None`` if it may."""
        if not has_graphical_session():
            return Challenged(ErrorCode.BROWSER_NO_DISPLAY)
        name, rule = (TESTS, BROWSER_TESTS) if testing else (RUNS, BROWSER_RUNS)
        permit = await self._buckets.request(name, rule, self._clock.now())
        if permit.refused_until is None:
            return None
        return Challenged(ErrorCode.BROWSER_RESTING, permit.refused_until)

    @asynccontextmanager
    async def run(
        self, base_url: str, key: Secret
    ) -> AsyncIterator[Callable[[str], Awaitable[BrowserReply]]]:
        """Start a browser for one account and yield a function that requests a path below ``base_url``.

        Raises:
            OSError: the process could not be started.
        """
        async with self._one_at_a_time:
            # Counted from here: the time to start WebKit is part of what the user waits for.
            deadline = asyncio.get_running_loop().time() + self.time_limit_s
            # A folder that is older than two runs belongs to a process that was killed.
            temporary = temporary_folder(self._folder, stale_after_s=2 * self.time_limit_s)
            folder = await off_loop(temporary.__enter__)
            try:
                start = StartMessage(base_url, key, str(folder))
                errors = self._log_folder / "browser-errors.log"
                async with run_child(
                    self._command, stderr_file=errors, max_line_bytes=MAX_LINE_BYTES
                ) as child:
                    yield _Run(child, start, deadline).request
            finally:
                with suppress(OSError):  # the disk does not respond; a later run removes the folder
                    await off_loop(temporary.__exit__, None, None, None)


class _Run:
    """The requests of one run, until its deadline (in the loop's time)."""

    def __init__(self, child: ChildProtocol, start: StartMessage, deadline: float) -> None:
        self._child = child
        self._start: StartMessage | None = start
        self._deadline = deadline

    async def request(self, path: str) -> BrowserReply:
        """Request a path. A process that fails or takes too long is reported as a reply, not an exception."""
        try:
            async with asyncio.timeout_at(self._deadline):
                if self._start is not None:
                    # The key goes through the pipe: other processes can read arguments and environment.
                    await self._child.write(encode_start(self._start))
                    self._start = None
                await self._child.write(encode_request(path))
                return decode_reply(await self._child.read())
        except TimeoutError:
            # Most likely Cloudflare's check is still running: a page of claude.ai itself loads in seconds.
            log.warning("the browser process reached its time limit and is killed")
            return BrowserReply(ErrorCode.TIMED_OUT)
        except (OSError, EOFError, ValueError) as error:
            # The type only: the text of a ValueError quotes what the process wrote.
            log.warning("the browser process ended early: %s", type(error).__name__)
            return BrowserReply(ErrorCode.BROWSER_FAILED)
