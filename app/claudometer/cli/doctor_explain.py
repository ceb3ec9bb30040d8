"""``claudometer doctor --explain``: says what is in the JSON that Claude Code passes to a status line."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.cli.claude_input import read_input
from claudometer.cli.terminal_style import find_style
from claudometer.present.doctor_explain import Explained, explain
from claudometer.providers.claude.capture_codec import read_dollars, read_windows
from claudometer.system.region import read_region

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_LIMITS = 1


def explain_input() -> int:
    """Print what we understand of standard input; return 0 if it has limits, else ``NO_LIMITS``."""
    standard_input = read_input()
    outer = _decode(standard_input)
    limits = outer.get("rate_limits") if outer is not None else None
    windows = read_windows(limits, time.time())
    found = Explained(outer, not standard_input.strip(), windows, read_dollars(limits))
    lines = explain(found, datetime.now(UTC), read_region(), find_style(sys.stdout))
    print("\n".join(lines))
    return 0 if windows else NO_LIMITS


def _decode(standard_input: bytes) -> Mapping[str, object] | None:
    import json

    try:
        outer = json.loads(standard_input)
    except (ValueError, RecursionError):
        return None
    return outer if isinstance(outer, dict) else None
