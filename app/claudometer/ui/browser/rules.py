"""What the hidden browser may load: one origin, and the scripts of Cloudflare's check. Pure."""

from __future__ import annotations

import json
import re

CHECK_ORIGIN = "https://challenges.cloudflare.com"
"""Where Cloudflare's check has its scripts. The key is a cookie of another host and never goes there."""


def may_visit(url: str, origin: str) -> bool:
    """Tell whether a page or a frame may go there."""
    if url in {"about:blank", "about:srcdoc"}:
        return True
    return any(_is_below(url, allowed) for allowed in (origin, CHECK_ORIGIN))


def is_of(url: str, origin: str) -> bool:
    """Tell whether ``url`` is a page of the origin itself, which alone may be asked."""
    return _is_below(url, origin)


def content_rules(origin: str) -> bytes:
    """Return WebKit's content rules that keep every other load back, whoever wants it."""
    allowed = [{"url-filter": f"^{re.escape(place)}/"} for place in (origin, CHECK_ORIGIN)]
    rules = [{"trigger": {"url-filter": ".*"}, "action": {"type": "block"}}]
    rules += [{"trigger": trigger, "action": {"type": "ignore-previous-rules"}} for trigger in allowed]
    return json.dumps(rules).encode()


def _is_below(url: str, origin: str) -> bool:
    return url == origin or url.startswith(f"{origin}/")
