"""The user's settings, validated. The only module of the domain that imports pydantic."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from claudometer.domain.usage import Mode

MIN_INTERVAL_S = 10
MAX_INTERVAL_S = 3600
DEFAULT_INTERVAL_S = 60
MAX_PATH = 4096


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds a control character, or half of a character")
    return text


_Text = Annotated[str, AfterValidator(_printable)]


class Settings(BaseModel):
    """What the settings file contains. No secret, ever.

    Attributes:
        mode: ``None`` until the user has chosen one: CLI if Claude Code's login is there, else web.
        interval_seconds: how often to poll at most, 10 to 3600.
        organization_id: web mode's organization; ``None`` to choose automatically.
        claude_folder: where Claude Code keeps its login, an absolute path; ``None`` for its default.
        remember_session_key: keep the session key in the keyring rather than in memory only.
        ask_through_browser: use a hidden browser when claude.ai demands one.
        check_daily: check for a newer version once a day. Off by default, because it sends a request.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: int = 1
    mode: Mode | None = None
    interval_seconds: int = Field(default=DEFAULT_INTERVAL_S, ge=MIN_INTERVAL_S, le=MAX_INTERVAL_S)
    organization_id: _Text | None = Field(default=None, min_length=1, max_length=200)
    claude_folder: _Text | None = Field(default=None, max_length=MAX_PATH)
    remember_session_key: bool = True
    ask_through_browser: bool = True
    check_daily: bool = False
