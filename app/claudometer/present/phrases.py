"""Short words that several surfaces share, so that they read the same on each. Pure, and cheap to load."""

SOURCE_NAMES = {
    "web": "claude.ai",
    "browser": "claude.ai in a browser",
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
