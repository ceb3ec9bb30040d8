"""Reads the environment variables once at start. They override settings and are never written to the file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.addresses import is_safe_url
from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.providers.claude.session_key import parse_session_key
from claudometer.settings.environment_defaults import LOG_LEVELS, OAUTH_URL, PREFIX, UPDATE_URL, WEB_URL

if TYPE_CHECKING:
    from pydantic import SecretStr

    from claudometer.domain.secret import Secret
    from claudometer.domain.usage import Mode
    from claudometer.settings.variables import Variables


@dataclass(frozen=True, slots=True)
class Environment:
    """The checked values of the environment variables; ``None`` or the default where one is not set."""

    web_url: str = WEB_URL
    oauth_url: str = OAUTH_URL
    update_url: str = UPDATE_URL
    mode: Mode | None = None
    interval_seconds: int | None = None
    session_key: Secret | None = None
    log_level: str = "INFO"


def read_environment() -> Environment:
    """Read the ``CLAUDOMETER_*`` variables.

    Raises:
        ClaudometerError: ``ENVIRONMENT_INVALID`` or ``URL_REFUSED``, naming the variable and never its value.
    """
    # Most people set none, and pydantic is slow to import.
    if not any(name.upper().startswith(PREFIX) for name in os.environ):
        return Environment()
    found = _read_variables()
    return Environment(
        web_url=_checked_url("WEB_URL", found.web_url),
        oauth_url=_checked_url("OAUTH_URL", found.oauth_url),
        update_url=_checked_url("UPDATE_URL", found.update_url),
        mode=found.mode or (_web() if found.session_key else None),
        interval_seconds=found.interval_seconds,
        session_key=_session_key(found.session_key),
        log_level=_log_level(found.log_level),
    )


def _read_variables() -> Variables:
    from pydantic import ValidationError  # noqa: PLC0415 - see claudometer.settings.variables

    from claudometer.settings.variables import Variables  # noqa: PLC0415 - the same

    try:
        return Variables()
    except ValidationError as error:
        # Without the input: a session key in the wrong variable must not end up in a message.
        name = str(error.errors(include_input=False)[0]["loc"][0])
        raise ClaudometerError(ErrorCode.ENVIRONMENT_INVALID, variable=PREFIX + name.upper()) from None


def _checked_url(name: str, url: str) -> str:
    """Return a URL without its trailing slash; refuse an unsafe one, before a secret is sent there.

    A space or a line end around it, as from a file of variables, is left out. Inside, it would be sent.
    """
    url = url.strip()
    # Paths are appended to it, which would become part of a query or fragment.
    if not is_safe_url(url) or any(each in "?#" or each.isspace() for each in url):
        raise ClaudometerError(ErrorCode.URL_REFUSED, variable=PREFIX + name)
    return url.rstrip("/")


def _web() -> Mode:
    """Return the mode of a session key: whoever sets one for this run wants the numbers of its account."""
    from claudometer.domain.usage import Mode  # noqa: PLC0415 - most runs do without

    return Mode.WEB


def _session_key(found: SecretStr | None) -> Secret | None:
    if found is None:
        return None
    try:
        return parse_session_key(found.get_secret_value())
    except InvalidSettingError:
        raise ClaudometerError(ErrorCode.ENVIRONMENT_INVALID, variable=PREFIX + "SESSION_KEY") from None


def _log_level(level: str) -> str:
    if level.lower() not in LOG_LEVELS:
        raise ClaudometerError(ErrorCode.ENVIRONMENT_INVALID, variable=PREFIX + "LOG_LEVEL")
    return level.upper()
