"""The page as it ships, with the scripted bridge added. Must not change anything else about it."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.ui.window.render import render_page

if TYPE_CHECKING:
    from tests.page.scenarios import Scenario

BRIDGE = Path(__file__).with_name("scripted_bridge.js")


def bridge_for(scenario: Scenario, first: str | None = None) -> str:
    """Return the script that must run before the page's own. ``first``: what the window shows first."""
    script = scenario.script()
    if first is not None:
        script["load"]["place"] = {"page": first, "limit": None, "number": 1}
    return f"window.bridgeScript = {json.dumps(script)};\n{BRIDGE.read_text(encoding='utf-8')}"


def page_with_bridge(scenario: Scenario) -> str:
    """Return the page for a normal browser, with the bridge in a script that the policy allows by hash."""
    # "<" is escaped so that no text of a scenario can end the script element.
    bridge = bridge_for(scenario).replace("</", "<\\/")
    allowed = b64encode(sha256(bridge.encode()).digest()).decode("ascii")
    page = render_page().replace("script-src ", f"script-src 'sha256-{allowed}' ", 1)
    return page.replace("</head>", f"<script>{bridge}</script>\n</head>", 1)
