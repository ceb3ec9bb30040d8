"""The account that the app polls, as it tells other processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.settings.environment_defaults import OAUTH_URL, WEB_URL

if TYPE_CHECKING:
    from claudometer.control.wire.report import Watched


def watched(folder: str, mode: str = "cli", key: str | None = None) -> Watched:
    """Return the only account of the settings.

    Args:
        folder: of Claude Code, as an absolute path.
        key: the name of the session key, which is a digest of it.
    """
    return {
        "id": "default",
        "mode": mode,
        "folder": folder,
        "key": key,
        "web_url": WEB_URL,
        "oauth_url": OAUTH_URL,
    }
