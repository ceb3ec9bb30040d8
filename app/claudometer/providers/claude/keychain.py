"""Reads Claude Code's login from the macOS keychain, through ``/usr/bin/security``. Never writes.

Claude Code stores the item with ``security``, which is therefore trusted to read it without a prompt.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import unicodedata
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.providers.claude.login import decode_keychain

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Sequence

SERVICE = "Claude Code-credentials"
NOT_FOUND = 44
"""Exit code of ``security`` for an item that does not exist."""

_MISSING = MissingCredentials(ErrorCode.LOGIN_MISSING)
_REFUSED = MissingCredentials(ErrorCode.LOGIN_KEYCHAIN)


@dataclass(frozen=True, slots=True)
class Keychain:
    """The user's keychain. ``program`` may wait for a prompt, so it is killed after ``timeout_s`` seconds."""

    program: str = "/usr/bin/security"
    timeout_s: float = 5.0

    async def read(self, services: Sequence[str]) -> bytes | MissingCredentials:
        """Return the first value of ``services``, each read for the user's name first and then for any."""
        user = os.environ.get("USER", "")
        for service in services:
            for account in (["-a", user], []) if user else ([],):
                found = await self._run(["find-generic-password", "-s", service, *account, "-w"])
                if found != _MISSING:  # a value, or a refusal, which would only repeat itself
                    return found
        return _MISSING

    async def _run(self, arguments: Sequence[str]) -> bytes | MissingCredentials:
        try:
            process = await asyncio.create_subprocess_exec(
                self.program, *arguments, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=_plain_environment()
            )
        except OSError:
            return _REFUSED
        try:
            # It may show a dialog, and the user may be away.
            async with asyncio.timeout(self.timeout_s):
                output, _ = await process.communicate()
        except TimeoutError:
            return _REFUSED
        finally:
            await _end(process)
        return interpret(process.returncode, output)


def interpret(exit_code: int | None, output: bytes) -> bytes | MissingCredentials:
    """Return the value that ``security`` printed. An error other than "not found" is a locked keychain."""
    if exit_code == NOT_FOUND:
        return _MISSING
    if exit_code != 0:
        return _REFUSED
    return decode_keychain(output) or _MISSING


def service_names(folder: Path, default: Path, raw: str | None) -> tuple[str, ...]:
    """Return the possible names of the keychain item, the most likely first.

    For a folder other than the default, Claude Code appends a hash of ``CLAUDE_CONFIG_DIR`` exactly as it was
    set (``raw``). Only the default folder has the name without a hash.
    """
    hashed = () if folder == default and not raw else _hashed_names(folder, raw)
    return (*hashed, SERVICE) if folder == default else hashed


def _hashed_names(folder: Path, raw: str | None) -> tuple[str, ...]:
    spellings = [str(folder)]
    if raw and Path(raw) == folder:
        spellings.insert(0, raw)
    names = (f"{SERVICE}-{_short_hash(spelling)}" for spelling in spellings)
    return tuple(dict.fromkeys(names))


def _short_hash(text: str) -> str:
    data = unicodedata.normalize("NFC", text).encode("utf-8", "surrogateescape")
    return hashlib.sha256(data).hexdigest()[:8]


def _plain_environment() -> dict[str, str]:
    """Return a minimal environment. Ours may contain a session key, which no child may receive."""
    kept = ("HOME", "USER", "LOGNAME", "PATH", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


async def _end(process: Process) -> None:
    if process.returncode is None:
        # Killed, since it may wait in that dialog for ever.
        process.kill()
        await process.wait()
