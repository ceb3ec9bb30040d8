"""Checks this computer for the window: runs ``claudometer doctor`` as a child, and reads its report.

The checks load libraries, and may leave threads behind on a dead drive. Neither may stay in the tray process.
"""

from __future__ import annotations

import asyncio
import json
import logging
from subprocess import SubprocessError
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.demo_plan import demo_arguments
from claudometer.system.launch_command import child_command
from claudometer.system.off_loop import run_abandonable
from claudometer.system.processes import HAS_SESSION_KEY, read_output

if TYPE_CHECKING:
    from claudometer.control.wire.checkup import CheckReport, DoctorAnswer

log = logging.getLogger(__name__)

LIMIT_S = 45.0
"""The slowest check takes 12 s; on a busy computer, Python may take long to start."""

UNLOCKING_S = 65.0
"""How much longer it may take with the keyring's unlock dialog, which waits 60 s for the password."""

UNLOCK_KEYRING = "unlock-keyring"
COMMANDS = {
    "install-status-line": ("statusline", "--install"),
    "install-hook": ("hook", "--install"),
}
"""The command line of each button on the page; to unlock the keyring is an option of the check itself."""


class CheckupProcess:
    """Runs one checkup at a time; a second request waits for the first, and then gets a new checkup.

    Args:
        has_session_key: whether the environment has a session key. Children get only this fact, not the key.
    """

    def __init__(self, *, demo: bool, has_session_key: bool) -> None:
        self._options = demo_arguments() if demo else ()
        self._added = {HAS_SESSION_KEY: "1"} if has_session_key else {}
        self._running = asyncio.Lock()

    async def run(self, what: str | None) -> DoctorAnswer:
        """Run the command of a button, if ``what`` names one; then check everything.

        Raises:
            ClaudometerError: ``INTERNAL``: the checks did not end in 45 s, or printed no report.
        """
        async with self._running:
            if what in COMMANDS:
                await self._output(*COMMANDS[what])  # the check then says whether it worked
            if what == UNLOCK_KEYRING:
                output = await self._output("doctor", "--json", "--unlock", limit_s=LIMIT_S + UNLOCKING_S)
            else:
                output = await self._output("doctor", "--json")
        from claudometer.present.checkup import rest_of  # noqa: PLC0415 - most trays never need it
        from claudometer.present.checkup_text import copyable  # noqa: PLC0415 - as above

        try:
            report: CheckReport = json.loads(output)
            return {"report": report, "rest": rest_of(report), "text": copyable(report)}
        except (ValueError, KeyError, TypeError) as error:
            log.warning("the check of this computer gave no report: %s", type(error).__name__)
            raise ClaudometerError(ErrorCode.INTERNAL) from None

    async def _output(self, *words: str, limit_s: float | None = None) -> bytes:
        command = child_command(*self._options, *words)
        try:
            allowed_s = LIMIT_S if limit_s is None else limit_s
            return await run_abandonable(
                lambda: read_output(command, timeout_s=allowed_s, added=self._added), timeout_s=allowed_s + 5
            )
        except (OSError, SubprocessError) as error:
            log.warning("%s did not end well: %s", words[0], error)
            return b""
