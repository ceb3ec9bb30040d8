"""The user's settings, validated whole. The only place of the domain that knows pydantic."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from claudometer.domain.usage import Mode

MIN_INTERVAL_S = 10
MAX_INTERVAL_S = 3600
DEFAULT_INTERVAL_S = 60
MAX_PATH = 4096


class Settings(BaseModel):
    """What the settings file holds. No secret, ever.

    Attributes:
        mode: ``None`` until the user chose one; then CLI if Claude Code's login is there, else web.
        interval_seconds: the fastest cadence wished for, 10 to 3600.
        organization_id: web mode's organisation, ``None`` to choose by itself.
        claude_folder: where Claude Code keeps its login, an absolute path; ``None`` for its default.
        remember_session_key: keep the session key in the keyring rather than in memory only.
        ask_through_browser: when claude.ai asks for a browser, ask through one.
        check_daily: ask once a day whether there is a newer version. Off by default: it sends something.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: int = 1
    mode: Mode | None = None
    interval_seconds: int = Field(default=DEFAULT_INTERVAL_S, ge=MIN_INTERVAL_S, le=MAX_INTERVAL_S)
    organization_id: str | None = Field(default=None, max_length=200)
    claude_folder: str | None = Field(default=None, max_length=MAX_PATH)
    remember_session_key: bool = True
    ask_through_browser: bool = True
    check_daily: bool = False
