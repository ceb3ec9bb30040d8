"""``claudometer hook``: Claude Code runs it when a limit stops it, with its JSON on standard input.

It prints nothing and always returns 0, because a hook must never get in Claude Code's way. It keeps nothing
of the JSON, only the time at which a limit was hit, and a digest of the account.
"""

from __future__ import annotations

import time

from claudometer.cli.claude_input import decode_input, read_input
from claudometer.system import captures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call

EVENT, LIMIT = "StopFailure", "rate_limit"


def run(call: Call) -> int:
    """Record for the app that a limit was hit; with ``--install`` and ``--uninstall``, edit the settings."""
    if call.has("--install") or call.has("--uninstall"):
        from claudometer.cli import claude_setup

        return claude_setup.run(call, claude_setup.HOOK)
    if call.demo:
        return 0
    try:
        passed = decode_input(read_input())
        # Other errors stop Claude Code as well: an outage, or a login that has expired.
        if passed.get("hook_event_name", EVENT) == EVENT and passed.get("error") == LIMIT:
            config = captures.config_folder()
            path = captures.hit_file(captures.state_folder(), config)
            captures.save(path, captures.hit_of(time.time(), captures.present_login()))
    except (OSError, ValueError):  # a folder whose name cannot be resolved, for example
        return 0
    return 0
