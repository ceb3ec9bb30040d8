"""Decides what the hidden browser may load: one origin, and the scripts of Cloudflare's check. Pure."""

from __future__ import annotations

import json
import re

CHECK_ORIGIN = "https://challenges.cloudflare.com"
"""Serves the scripts of Cloudflare's check. Never gets the session key, which is a cookie of another host."""


def may_visit(url: str, origin: str) -> bool:
    """Return whether a page or a frame may navigate to ``url``."""
    if url in {"about:blank", "about:srcdoc"}:
        return True
    return any(_is_below(url, allowed) for allowed in (origin, CHECK_ORIGIN))


def is_of(url: str, origin: str) -> bool:
    """Return whether ``url`` belongs to the origin itself. Requests are sent only from its pages."""
    return _is_below(url, origin)


def never_ends(checks: list[bool]) -> bool:
    """Return whether the server asks for a check again and again, so that the browser should give up.

    That happens if the browser cannot keep the clearance cookie. Normally, a check and the page behind it
    are two loads of the same path, and the request follows as a third.

    Args:
        checks: for each page loaded so far, whether it was a check.
    """
    return sum(checks) > 1 or len(checks) > 2


def content_rules(origin: str) -> bytes:
    """Return WebKit content rules, as JSON, that block every load from another origin.

    The format: https://webkit.org/blog/3476/content-blockers-first-look/
    """
    allowed = [{"url-filter": f"^{re.escape(place)}/"} for place in (origin, CHECK_ORIGIN)]
    # WebKit applies the rules in order: the first one blocks everything, the others make exceptions.
    rules = [{"trigger": {"url-filter": ".*"}, "action": {"type": "block"}}]
    rules += [{"trigger": trigger, "action": {"type": "ignore-previous-rules"}} for trigger in allowed]
    return json.dumps(rules).encode()


def _is_below(url: str, origin: str) -> bool:
    return url == origin or url.startswith(f"{origin}/")
