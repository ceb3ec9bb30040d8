"""From which percentage a limit is shown in amber, and from which in red. Pure.

No dataclass, because ``claudometer statusline`` imports this, and ``dataclasses`` alone would cost it 12 ms.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claudometer.control.wire.report import LevelName


WARNING_FROM = 75
CRITICAL_FROM = 90


class Thresholds:
    """Percentages from 1 to 100. A limit at or above one of them has that level.

    Args:
        own: by the id of a limit, its thresholds in place of these.
    """

    __slots__ = ("_own", "critical", "warning")

    def __init__(
        self,
        warning: float = WARNING_FROM,
        critical: float = CRITICAL_FROM,
        own: Mapping[str, Thresholds] | None = None,
    ) -> None:
        self.warning = warning
        self.critical = critical
        self._own = own or {}

    def of(self, limit_id: str) -> Thresholds:
        """Return the thresholds of the limit with this id."""
        return self._own.get(limit_id, self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thresholds) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((self.warning, self.critical))

    def _parts(self) -> tuple[float, float, Mapping[str, Thresholds]]:
        return self.warning, self.critical, self._own

    def level_of(self, percent: float | None, *, is_filling: bool = False) -> LevelName:
        """Return the level of a percentage. An unknown one has a level of its own: it is not "ok".

        ``is_filling``: it is likely to be full before its reset, which is a warning by itself.
        """
        if percent is None:
            return "unknown"
        if percent >= self.critical:
            return "critical"
        return "warning" if is_filling or percent >= self.warning else "ok"


def thresholds_for(alerts: Sequence[int], own: Mapping[str, Sequence[int]] | None = None) -> Thresholds:
    """Return from where on limits are amber and red, if the user wants alerts at these percentages.

    Amber begins at the lowest one, red at the highest one below 100. A single one replaces the usual begin of
    red if it is not lower than that, else that of amber. Without any, the usual ones count: a user who wants
    no alerts still wants to see how full a limit is.

    Args:
        own: by the id of a limit, the percentages in place of ``alerts``.
    """
    below = sorted(each for each in alerts if each < 100)  # at 100 a limit is reached, and red anyway
    warning, critical = WARNING_FROM, CRITICAL_FROM
    if len(below) > 1:
        warning, critical = below[0], below[-1]
    elif below and below[0] < CRITICAL_FROM:
        warning = below[0]
    elif below:
        critical = below[0]
    return Thresholds(warning, critical, {limit: thresholds_for(each) for limit, each in (own or {}).items()})
