"""From which percentage a limit is shown in amber, and from which in red. Pure.

No dataclass, because ``claudometer statusline`` imports this, and ``dataclasses`` alone would cost it 12 ms.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.control.wire.report import LevelName


class Thresholds:
    """Percentages from 1 to 100. A limit at or above one of them has that level."""

    __slots__ = ("critical", "warning")

    def __init__(self, warning: float = 75, critical: float = 90) -> None:
        self.warning = warning
        self.critical = critical

    def level_of(self, percent: float | None, *, is_filling: bool = False) -> LevelName:
        """Return the level of a percentage. An unknown one has a level of its own: it is not "ok".

        ``is_filling``: it is likely to be full before its reset, which is a warning by itself.
        """
        if percent is None:
            return "unknown"
        if percent >= self.critical:
            return "critical"
        return "warning" if is_filling or percent >= self.warning else "ok"
