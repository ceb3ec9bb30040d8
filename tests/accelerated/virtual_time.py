"""Time that passes only when everybody waits. Nothing here sleeps."""

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
BOOTED_S = 1000.0


class VirtualTime:
    """A machine's clocks. ``elapsed_s`` is the truth; the machine may be asleep, or its wall clock wrong."""

    skew_s = 0.0

    def __init__(self, start: datetime = MONDAY) -> None:
        self.start = start
        self.awake_s = BOOTED_S
        self.asleep_s = 0.0
        self.wrong_s = 0.0
        self._woke_s = -math.inf

    @property
    def since_wake_s(self) -> float:
        """Seconds since the machine last woke up, without end if it never slept."""
        return self.awake_s - self._woke_s

    @property
    def elapsed_s(self) -> float:
        """True seconds since the start, sleep included."""
        return self.awake_s - BOOTED_S + self.asleep_s

    def truth(self, elapsed_s: float | None = None) -> datetime:
        """Return the true wall time, now or at ``elapsed_s``."""
        return self.start + timedelta(seconds=self.elapsed_s if elapsed_s is None else elapsed_s)

    def now(self) -> datetime:
        """Return what the machine takes for the wall time."""
        return self.truth() + timedelta(seconds=self.wrong_s)

    def monotonic(self) -> float:
        """Return seconds that stand still in sleep, as on Linux."""
        return self.awake_s

    def boottime(self) -> float:
        """Return seconds that go on in sleep."""
        return self.awake_s + self.asleep_s

    def suspend(self, seconds: float) -> None:
        """Let the machine sleep; it wakes with this call's return."""
        self.asleep_s += seconds
        self._woke_s = self.awake_s

    def set_wrong(self, seconds: float) -> None:
        """Set the wall clock ahead of the truth, or behind it."""
        self.wrong_s = seconds


class _Jump(selectors.SelectSelector):
    """Waits for nothing: time jumps to when the loop wanted to be woken."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits for something that never comes")
        self._time.awake_s += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time. Calls for a thread pool run at once, so that every run is the same."""

    def __init__(self, time: VirtualTime) -> None:
        self._virtual = time
        super().__init__(_Jump(time))

    def time(self) -> float:
        return self._virtual.awake_s

    def run_in_executor(  # type: ignore[override]
        self,
        executor: Any,  # noqa: ANN401 - no pool is used
        func: Callable[..., T],
        *args: Any,  # noqa: ANN401 - whatever the call takes
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - handed to whoever waits, as a pool does
            future.set_exception(error)
        return future


def run_virtually(time: VirtualTime, main: Coroutine[Any, Any, T]) -> T:
    """Run ``main`` to its end in virtual time."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(time)) as runner:
        return runner.run(main)


async def until(time: VirtualTime, elapsed_s: float) -> None:
    """Wait for a moment of the truth; after a sleep over it, be late."""
    while (left_s := elapsed_s - time.elapsed_s) > 1e-6:
        await asyncio.sleep(left_s)
