"""Waits in a test's event loop for what the test asserts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_S = 60.0  # far longer than any test takes, so that a slow machine fails none


async def until(condition: Callable[[], object]) -> None:
    """Return as soon as ``condition`` is true; raises TimeoutError if that takes too long."""
    async with asyncio.timeout(TIMEOUT_S):
        while not condition():
            await asyncio.sleep(0.005)
