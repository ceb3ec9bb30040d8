"""Usage without the tray app: one poll for ``status``, or polling for ``watch``, under the same budget."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from claudometer.domain.events import SnapshotChanged
from claudometer.processes.assembly import assemble, read_setting
from claudometer.system.logs import start_logging
from claudometer.system.off_loop import finish_calls, run_abandonable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from claudometer.domain.snapshot import Snapshot

log = logging.getLogger(__name__)

LOG_NAME = "terminal"


def poll_once(*, demo: bool) -> Snapshot:
    """Send one request, if the budget allows it, and return the snapshot after it.

    Raises:
        ClaudometerError: the environment cannot be used.
    """
    setting = read_setting(demo=demo)
    start_logging(setting.places.log_folder, name=LOG_NAME, level=setting.environment.log_level)

    async def poll() -> Snapshot:
        engine = await assemble(setting)
        return await engine.poll_once()

    try:
        return asyncio.run(poll())
    finally:
        finish_calls()


def watch_alone(*, demo: bool, on_snapshot: Callable[[Snapshot], None], stop: threading.Event) -> None:
    """Poll until ``stop`` is set, and call ``on_snapshot`` with every new snapshot, on the calling thread.

    Raises:
        ClaudometerError: the environment cannot be used.
    """
    setting = read_setting(demo=demo)
    start_logging(setting.places.log_folder, name=LOG_NAME, level=setting.environment.log_level)

    async def watch() -> None:
        engine = await assemble(setting)
        engine.bus.subscribe(SnapshotChanged, lambda event: on_snapshot(event.snapshot))
        engine.tasks.start("polling", engine.run)
        try:
            await run_abandonable(stop.wait, timeout_s=None)
        finally:
            await engine.tasks.stop()

    try:
        asyncio.run(watch())
    finally:
        stop.set()  # if polling ended by itself, the thread that waits must end too
        finish_calls()
