"""Short words that several surfaces share, so that they read the same on each. Pure, and cheap to load."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE_NAMES = {
    "web": "claude.ai",
    "browser": "claude.ai, through a browser",
    "oauth": "Claude Code",
    "status_line": "Claude Code's status line",
    "claude_code": "Claude Code's own last look",
    "demo": "the built-in demo",
}
"""By the value of ``domain.usage.Source``."""

EXTRA_USAGE = "Extra usage"
NO_NUMBERS = "No numbers yet."
NO_LIMITS = "Your plan reports no session or weekly limit."
SWITCHED_OFF = "Switched off"

MOST_LIMITS = 12
"""So many are shown, the fullest; a menu or a terminal with a thousand lines says nothing."""


def more_limits(count: int) -> str:
    """Return what stands in the place of ``count`` limits that are not shown; "" for none."""
    return f"{count} more limit{'' if count == 1 else 's'}, less full or unknown" if count else ""


def told_line(names: Sequence[str], age: str, source: str) -> str:
    """Return "Session and Weekly: 2 min ago, via Claude Code's status line"."""
    return f"{_listed(names)}: {age}, via {SOURCE_NAMES.get(source, source)}"


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
