"""Connects the alerts, which run on the loop, to the tray, which shows them on the main thread."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.processes.alerts import Alerts
from claudometer.store.alerts import KeptAlerts
from claudometer.store.history import History

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.engine.engine import Engine
    from claudometer.present.alerts import Bubble
    from claudometer.processes.presenter import Presenter
    from claudometer.processes.run_context import RunContext

    OnTaken = Callable[[bool], None]
    Show = Callable[[Bubble, OnTaken], None]

ANSWER_TIMEOUT_S = 20.0
"""Longer than the desktop's three answers may take, 5 s each (``ui.tray.notifications``)."""


def make_alerts(
    context: RunContext, engine: Engine, presenter: Presenter, show: Callable[[Bubble, OnTaken], None]
) -> Alerts:
    """Return the alerts of the running app.

    Args:
        show: shows a notification, from any thread; calls back, on any thread, with whether the desktop took
            it.
    """

    async def shown(bubble: Bubble) -> bool:
        loop = asyncio.get_running_loop()
        taken: asyncio.Future[bool] = loop.create_future()

        def settle(is_taken: bool) -> None:
            if not taken.done():
                taken.set_result(is_taken)

        def answered(is_taken: bool) -> None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, is_taken)

        show(bubble, answered)
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                return await taken
        return False

    return Alerts(
        engine,
        presenter,
        context.clock,
        show=shown,
        store=None if context.demo or not isinstance(engine.history, History) else KeptAlerts(engine.history),
        is_silent=context.demo,
    )
