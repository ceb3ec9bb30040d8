"""What a run begins with: folders, environment, clock. The icon needs no more; the engine comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.clock import CorrectedClock, SystemClock
from claudometer.settings.environment import read_environment
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from claudometer.settings.environment import Environment
    from claudometer.system.paths import Places


@dataclass(frozen=True, slots=True)
class RunContext:
    """The folders, the environment and the clock of this run.

    Attributes:
        by_environment: whether Claude Code's variables choose the account, before the settings do. That is so
            for a command in a shell; the tray shows the account that the user chose.
        account: our id of an account in the settings, instead of the one that is shown.
    """

    places: Places
    environment: Environment
    demo: bool
    clock: CorrectedClock
    by_environment: bool = False
    account: str | None = None


def read_context(*, demo: bool, by_environment: bool = False, account: str | None = None) -> RunContext:
    """Find the folders to use, and read the environment.

    Raises:
        ClaudometerError: a ``CLAUDOMETER_*`` variable cannot be used.
    """
    clock = CorrectedClock(SystemClock())
    places, by_environment = find_places(demo=demo), by_environment and not demo
    return RunContext(places, read_environment(), demo, clock, by_environment, account)
