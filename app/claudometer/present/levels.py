"""The shares from which a limit is shown in amber and in red. Pure.

Not a dataclass: ``claudometer statusline`` loads this, and importing ``dataclasses`` alone costs it 12 ms.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.control.wire.report import LevelName


class Thresholds:
    """Percents, 1 to 100. A limit at or over one has that level."""

    __slots__ = ("critical", "warning")

    def __init__(self, warning: float = 75, critical: float = 90) -> None:
        self.warning = warning
        self.critical = critical

    def level_of(self, percent: float | None) -> LevelName:
        """Return the level of a share; unknown has a level of its own, not "ok"."""
        if percent is None:
            return "unknown"
        if percent >= self.critical:
            return "critical"
        return "warning" if percent >= self.warning else "ok"
