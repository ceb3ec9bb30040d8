"""Extracts session keys from pasted text. Pure."""

from __future__ import annotations

import hashlib
import re

from claudometer.domain.errors import ErrorCode, InvalidSettingError
from claudometer.domain.secret import Secret

_IN_COOKIES = re.compile(r"(?:^|[\s;:\"'])sessionKey\s*=\s*\"?([^\s;\"']+)", re.IGNORECASE)
_KEY = re.compile(r"sk-ant-[A-Za-z0-9_-]{13,493}")
# Other secrets with the same prefix, and the reason for which each is refused.
_WRONG_KIND = {
    "sk-ant-api": "api_key",
    "sk-ant-admin": "api_key",
    "sk-ant-oat": "login",
    "sk-ant-ort": "login",
}


def is_session_key(text: str) -> bool:
    """Return whether ``text`` is a session key and nothing else."""
    return _KEY.fullmatch(text) is not None and not text.startswith(tuple(_WRONG_KIND))


def name_of(key: Secret) -> str:
    """Return a name for the account of a key: 48 bits of a digest, which do not reveal the key."""
    return hashlib.sha256(b"claudometer:" + key.reveal().encode()).hexdigest()[:12]


def parse_session_key(pasted: str) -> Secret:
    """Find the session key in pasted text: the bare value, ``sessionKey=…;`` or a ``Cookie:`` line.

    Accepts any ``sk-ant-`` prefix, because generations (``sid01``, ``sid02``) change. Keys have 20 to 500
    characters.

    Raises:
        InvalidSettingError: the text has no session key, or a key of another kind. The ``reason`` is
            ``empty``, ``shape``, ``api_key`` or ``login``. The error never quotes the text.
    """
    # People copy the value with its quotes from the browser's tools.
    text = pasted.strip().strip("\"'")
    found = _IN_COOKIES.search(text)
    key = found.group(1) if found else text.rstrip(";").strip()
    # Before the shape: "that is an API key" helps more than "that is not a key".
    for prefix, kind in _WRONG_KIND.items():
        if key.startswith(prefix):
            raise InvalidSettingError("session_key", ErrorCode.SESSION_KEY_MALFORMED, reason=kind)
    if not _KEY.fullmatch(key):
        reason = "empty" if not key else "shape"
        raise InvalidSettingError("session_key", ErrorCode.SESSION_KEY_MALFORMED, reason=reason)
    return Secret(key)
