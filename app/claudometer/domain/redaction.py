"""Removes secrets from text before it is logged or shown. Pure; in doubt, it removes too much."""

from __future__ import annotations

import re

REMOVED = "[removed]"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Keys and tokens of every generation: sk-ant-sid01-, -sid02-, -oat01-, -ort01-, -api03-, -admin01-.
    (re.compile(r"sk-ant-[A-Za-z0-9_\-%+/=.~]*", re.IGNORECASE), f"sk-ant-{REMOVED}"),
    # Header lines, to the end of the line: a cookie jar holds more than the session key.
    (re.compile(r"((?:set-)?cookie[\"']?\s*[:=]\s*)[^\r\n]+", re.IGNORECASE), rf"\1{REMOVED}"),
    (re.compile(r"(authorization[\"']?\s*[:=]\s*)[^\r\n]+", re.IGNORECASE), rf"\1{REMOVED}"),
    (re.compile(r"(\bbearer\s+)[^\s\"',;}]+", re.IGNORECASE), rf"\1{REMOVED}"),
    # Named values in cookies, query strings, JSON and repr(): sessionKey=…, "accessToken": "…".
    (
        re.compile(
            r"(\b(?:session_?key|access_?token|refresh_?token|id_?token|api_?key|password|secret|cf_clearance)"
            r"\\*[\"']?\s*[:=]\s*)"
            r"(\\+[\"'][^\"'\\]*|\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|[^\s;,&}\"']+)",
            re.IGNORECASE,
        ),
        rf"\1{REMOVED}",
    ),
)


def redact(text: str) -> str:
    """Return ``text`` with session keys, tokens, cookies and authorization headers removed."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
