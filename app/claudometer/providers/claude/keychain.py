"""Asks the macOS keychain for Claude Code's login through ``/usr/bin/security``. Reads only.

``security`` is what Claude Code stores the item with, so asking through it raises no prompt of its own.
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

_MISSING = MissingCredentials(ErrorCode.LOGIN_MISSING)
_REFUSED = MissingCredentials(ErrorCode.LOGIN_KEYCHAIN)


@dataclass(frozen=True, slots=True)
class Keychain:
    """The user's keychain. ``program`` may hang on a prompt, so it is killed after ``timeout_s`` seconds."""

    program: str = "/usr/bin/security"
    timeout_s: float = 5.0

    async def read(self, services: Sequence[str]) -> bytes | MissingCredentials:
        """Return the first value found under one of ``services``, for the user's account name, then any."""
        user = os.environ.get("USER", "")
        for service in services:
            for account in (["-a", user], []) if user else ([],):
                found = await self._run(["find-generic-password", "-s", service, *account, "-w"])
                if found != _MISSING:
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
            async with asyncio.timeout(self.timeout_s):
                output, _ = await process.communicate()
        except TimeoutError:
            return _REFUSED
        finally:
            await _end(process)
        return interpret(process.returncode, output)


def interpret(exit_code: int | None, output: bytes) -> bytes | MissingCredentials:
    """Say what ``security`` answered. Anything but "not found" is a locked keychain, not a log-out."""
    if exit_code == NOT_FOUND:
        return _MISSING
    if exit_code != 0:
        return _REFUSED
    return decode_keychain(output) or _MISSING


def service_names(folder: Path, default: Path, raw: str | None) -> tuple[str, ...]:
    """Return the item's possible names, likeliest first.

    With a folder of its own, Claude Code adds the hash of ``CLAUDE_CONFIG_DIR`` exactly as it was written
    (``raw``); the plain name belongs to the default folder alone.
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
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogateescape")).hexdigest()[
        :8
    ]


def _plain_environment() -> dict[str, str]:
    """Ours may hold a session key, which no child gets to see."""
    kept = ("HOME", "USER", "LOGNAME", "PATH", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
