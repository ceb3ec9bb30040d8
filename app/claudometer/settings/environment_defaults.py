"""The servers' default addresses, the prefix of our variables, and the log levels that they accept."""

from __future__ import annotations

PREFIX = "CLAUDOMETER_"
WEB_URL = "https://claude.ai/api"
OAUTH_URL = "https://api.anthropic.com/api/oauth"
RELEASES_URL = "https://github.com/claudometer/claudometer/releases/latest"
UPDATE_URL = f"{RELEASES_URL}/download/latest.json"
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
