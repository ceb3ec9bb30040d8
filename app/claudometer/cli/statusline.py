"""``claudometer statusline``: Claude Code runs it with its JSON on standard input and shows what it prints.

It runs at every answer, so it loads nothing heavy: a test holds the list. It always ends with 0, since Claude
Code shows nothing of a command that fails. Of the JSON only the limits are kept, never a path or a session.
"""

from __future__ import annotations

import json
import os
import sys
import time

from claudometer.present.status_line import demo_windows, render, told_of
from claudometer.providers.claude import capture
from claudometer.providers.claude import capture_codec as capture_wire
from claudometer.system import captures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.providers.claude.capture import Capture, Windows

MAX_INPUT_BYTES = 1024 * 1024
INPUT_PATIENCE_S = 2.0


def run(call: Call) -> int:
    """Print the line; with ``--install`` and ``--uninstall``, edit Claude Code's settings instead."""
    if call.has("--install") or call.has("--uninstall"):
        from claudometer.cli import statusline_setup

        return statusline_setup.run(call)
    if call.demo:
        now = time.time()
        _print(b"", demo_windows(now), now, "")
        return 0
    said = _read_input()
    chained = call.values.get("--chain")
    if chained is None:
        _print(b"", *_take_in(said))
        return 0
    from claudometer.cli.chained import Chained

    with Chained(chained, said) as theirs:
        ours = _take_in(said)
        _print(theirs.output(), *ours)
    return 0


def _take_in(said: bytes) -> tuple[Windows, float, str]:
    """Return the newest numbers, the time, and what has to be said of their age; leave them for the app."""
    now = time.time()
    outer = _decode(said)
    windows = capture_wire.read_windows(outer.get("rate_limits"), now)
    session_id = outer.get("session_id")
    session = captures.digest(session_id) if isinstance(session_id, str) else ""
    login = captures.login_of(captures.config_folder())
    since, shown = capture.choose(_note(session, windows, now, login), session, login, now)
    return shown, now, told_of(None if since is None else now - since, of_this_session=bool(windows))


def _note(session: str, windows: Windows, now: float, login: str) -> Capture:
    """Keep what a session shows, if it is new. Where that cannot be, the line itself is still right."""
    path = captures.capture_file(captures.state_folder(), captures.config_folder())
    kept = capture_wire.from_wire(captures.load(path), now)
    noted = capture.note(kept, session, windows, now, login)
    if noted is kept:
        return kept
    with captures.Lock(path) as is_ours:
        if not is_ours:
            return noted
        kept = capture_wire.from_wire(captures.load(path), now)
        noted = capture.note(kept, session, windows, now, login)
        captures.save(path, capture_wire.to_wire(noted))
    return noted


def _decode(said: bytes) -> dict[str, object]:
    try:
        outer = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    return outer if isinstance(outer, dict) else {}


def _read_input() -> bytes:
    """Read standard input to its end; a terminal has none, and nobody waits for long."""
    if sys.stdin is None or sys.stdin.isatty():
        return b""
    deadline = time.monotonic() + INPUT_PATIENCE_S
    pieces: list[bytes] = []
    while sum(map(len, pieces)) < MAX_INPUT_BYTES and _has_input(deadline - time.monotonic()):
        try:
            piece = os.read(0, 65536)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def _has_input(patience_s: float) -> bool:
    if sys.platform == "win32":  # a pipe cannot be waited for
        return True
    import select

    return bool(select.select([0], [], [], max(0.0, patience_s))[0])


def _print(theirs: bytes, windows: Windows, now: float, told: str) -> None:
    from claudometer.cli.look import find_claude_code_look

    if theirs:
        sys.stdout.buffer.write(theirs if theirs.endswith(b"\n") else theirs + b"\n")
    print(render(windows, now, find_claude_code_look(sys.stdout), told))
