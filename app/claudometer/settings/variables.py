"""Reads the ``CLAUDOMETER_*`` variables with pydantic-settings.

Imported only when one is set, because the library takes 7 MB and most runs have no use for it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from claudometer.domain.settings import MAX_INTERVAL_S, MIN_INTERVAL_S
from claudometer.domain.usage import Mode
from claudometer.settings.environment_defaults import OAUTH_URL, PREFIX, UPDATE_URL, WEB_URL


class Variables(BaseSettings):
    """The variables of the public interface."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    web_url: str = WEB_URL
    oauth_url: str = OAUTH_URL
    update_url: str = UPDATE_URL
    mode: Mode | None = None
    interval_seconds: Annotated[int, Field(ge=MIN_INTERVAL_S, le=MAX_INTERVAL_S)] | None = None
    session_key: SecretStr | None = None
    log_level: str = "info"
