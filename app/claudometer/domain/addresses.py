"""Which addresses a secret may be sent to. Pure."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_safe_url(url: str) -> bool:
    """Return whether a secret may be sent to this address: over https, or to this machine."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    # Parsers disagree on where a host with a backslash ends, and `https://claude.ai@example.org` is meant to
    # be misread. Neither occurs in an address that somebody entered in good faith.
    if not host or port == 0 or "\\" in url or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def is_loopback(host: str | None) -> bool:
    """Return whether ``host`` is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False  # a name: what it resolves to now may differ from what it resolves to when we connect
