"""What the hidden browser may load: one origin, and the scripts of Cloudflare's check. Pure."""

from __future__ import annotations

import json
import re

CHECK_ORIGIN = "https://challenges.cloudflare.com"
"""Serves the scripts of Cloudflare's check. Never gets the session key, a cookie of another host."""


def may_visit(url: str, origin: str) -> bool:
    """Return whether a page or a frame may navigate to ``url``."""
    if url in {"about:blank", "about:srcdoc"}:
        return True
    return any(_is_below(url, allowed) for allowed in (origin, CHECK_ORIGIN))


def is_of(url: str, origin: str) -> bool:
    """Return whether ``url`` belongs to the origin itself. Requests are sent only from its pages."""
    return _is_below(url, origin)


def never_ends(checks: list[bool]) -> bool:
    """Return whether a check comes again after it was solved, by whether each page loaded so far was one.

    A browser that does not keep the clearance cookie would solve one check after the other. A check, the page
    behind it and the request that follows are three loads of the same path; more are never sent.
    """
    return sum(checks) > 1 or len(checks) > 2


def content_rules(origin: str) -> bytes:
    """Return WebKit content rules, as JSON, that block every load from any other place."""
    allowed = [{"url-filter": f"^{re.escape(place)}/"} for place in (origin, CHECK_ORIGIN)]
    # WebKit applies rules in order: block everything first, then lift the block for the allowed places.
    rules = [{"trigger": {"url-filter": ".*"}, "action": {"type": "block"}}]
    rules += [{"trigger": trigger, "action": {"type": "ignore-previous-rules"}} for trigger in allowed]
    return json.dumps(rules).encode()


def _is_below(url: str, origin: str) -> bool:
    return url == origin or url.startswith(f"{origin}/")
