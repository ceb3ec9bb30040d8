"""Virtual time for asyncio: when every task waits, time jumps to the next timer."""

from __future__ import annotations

import asyncio
import math
import selectors
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")

MONDAY = datetime(2026, 8, 17, 0, 0, tzinfo=UTC)
BOOTED_S = 1000.0  # the machine's uptime at the start


class VirtualTime:
    """The clocks of a machine that may be suspended and whose wall clock may be wrong.

    ``elapsed_s`` and ``truth`` are the true time.
    """

    skew_s = 0.0
    is_verified = True

    def __init__(self, start: datetime = MONDAY) -> None:
        self.start = start
        self.awake_s = BOOTED_S
        self.asleep_s = 0.0
        self.wrong_s = 0.0
        self._woke_s = -math.inf

    @property
    def since_wake_s(self) -> float:
        """Seconds since the machine woke up, ``inf`` if it was never suspended."""
        return self.awake_s - self._woke_s

    @property
    def elapsed_s(self) -> float:
        """True seconds since the start, including suspends."""
        return self.awake_s - BOOTED_S + self.asleep_s

    def truth(self, elapsed_s: float | None = None) -> datetime:
        """Return the true wall time, now or at ``elapsed_s``."""
        return self.start + timedelta(seconds=self.elapsed_s if elapsed_s is None else elapsed_s)

    def now(self) -> datetime:
        """Return the time of the machine's wall clock."""
        return self.truth() + timedelta(seconds=self.wrong_s)

    def monotonic(self) -> float:
        """Return the monotonic clock in seconds, which stops during a suspend as on Linux."""
        return self.awake_s

    def boottime(self) -> float:
        """Return the boot time clock in seconds, which continues during a suspend."""
        return self.awake_s + self.asleep_s

    def suspend(self, seconds: float) -> None:
        """Suspend the machine for ``seconds``; it is awake again when the call returns."""
        self.asleep_s += seconds
        self._woke_s = self.awake_s

    def set_wrong(self, seconds: float) -> None:
        """Set the wall clock ``seconds`` ahead of the true time; negative is behind."""
        self.wrong_s = seconds


class _Jump(selectors.SelectSelector):
    """A selector that never waits: it advances the virtual time by the timeout."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("deadlock: every task waits and there is no timer")
        self._time.awake_s += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time. Calls for a thread pool run synchronously, so that runs are alike."""

    def __init__(self, time: VirtualTime) -> None:
        self._virtual = time
        super().__init__(_Jump(time))

    def time(self) -> float:
        return self._virtual.awake_s

    def run_in_executor(  # type: ignore[override]
        self,
        executor: Any,  # noqa: ANN401 - no pool is used
        func: Callable[..., T],
        *args: Any,  # noqa: ANN401 - passed on unchanged
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - stored in the future, as a pool does
            future.set_exception(error)
        return future


def run_virtually(time: VirtualTime, main: Coroutine[Any, Any, T]) -> T:
    """Run ``main`` to its end in virtual time."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(time)) as runner:
        return runner.run(main)


async def until(time: VirtualTime, elapsed_s: float) -> None:
    """Wait until ``elapsed_s`` of true time; after a suspend that skips this time, return late."""
    while (left_s := elapsed_s - time.elapsed_s) > 1e-6:  # rounding may leave a rest that never elapses
        await asyncio.sleep(left_s)
