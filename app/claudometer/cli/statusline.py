"""``claudometer statusline``: Claude Code runs it with its JSON on standard input and shows what it prints.

It runs after every answer, so it imports nothing heavy; a test has the list. It always returns 0, because
Claude Code shows no output of a command that fails. Of the JSON it keeps only the limits, and digests of the
session and the login; no path, no text.
"""

from __future__ import annotations

import sys
import time

from claudometer.cli.claude_input import decode_input, read_input
from claudometer.present.levels import thresholds_for
from claudometer.present.status_line import age_note, render
from claudometer.providers.claude import capture, capture_codec
from claudometer.system import captures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.present.status_line import Dollars, Forecasts
    from claudometer.providers.claude.capture import Capture, Windows
    from claudometer.system.captures import Choices


def run(call: Call) -> int:
    """Print the line; with ``--install`` and ``--uninstall``, edit Claude Code's settings instead."""
    if call.has("--install") or call.has("--uninstall"):
        from claudometer.cli import claude_setup

        return claude_setup.run(call, claude_setup.STATUS_LINE)
    if call.demo:
        from claudometer.cli.demo_line import demo_windows

        now = time.time()
        _print(b"", demo_windows(now, call.plan), now, "", None, {}, (False, [], {}))
        return 0
    standard_input = read_input()
    chained = call.values.get("--chain")
    if chained is None:
        _print(b"", *_record(standard_input))
        return 0
    from claudometer.cli.previous_status_line import Chained

    with Chained(chained, standard_input) as theirs:  # started first: it may take longer than ours
        ours = _record(standard_input)
        _print(theirs.output(), *ours)
    return 0


def _record(standard_input: bytes) -> tuple[Windows, float, str, Dollars | None, Forecasts, Choices]:
    """Save the numbers for the app, and return what the line shows.

    Returns:
        The newest windows, the time (seconds since 1970), a note about their age, what is spent of a spend
        limit, forecasts, and what the user has chosen about how numbers are shown.
    """
    now = time.time()
    outer = decode_input(standard_input)
    windows = capture_codec.read_windows(outer.get("rate_limits"), now)
    session_id = outer.get("session_id")
    session = captures.digest(session_id) if isinstance(session_id, str) else ""
    # Read at each run: a new login shows in the file before Claude Code shows other numbers.
    login = captures.present_login()
    since, shown = capture.choose(_save_if_new(session, windows, now, login), session, login, now)
    note = age_note(None if since is None else now - since, of_this_session=bool(windows))
    spend = capture_codec.SPEND_LIMIT
    is_own = shown.get(spend) == windows.get(spend)  # the amounts are of this session's input
    dollars = capture_codec.read_dollars(outer.get("rate_limits")) if is_own else None
    forecasts = captures.load_forecasts(captures.state_folder(), login, now)
    return shown, now, note, dollars, forecasts, captures.load_choices()


def _save_if_new(session: str, windows: Windows, now: float, login: str) -> Capture:
    """Save what a session shows, if it is new, and return everything known. Also right if saving fails."""
    try:
        path = captures.capture_file(captures.state_folder(), captures.config_folder())
    except OSError:  # a relative path, and the current folder was deleted
        return capture.record(capture.Capture(), session, windows, now, login)
    kept = capture_codec.from_wire(captures.load(path), now)
    updated = capture.record(kept, session, windows, now, login)
    if updated is kept:
        return kept  # without the lock, because nothing is written: most runs end here
    with captures.Lock(path) as is_ours:
        if not is_ours:
            return updated
        # Read again, because another session may have written while we waited for the lock.
        kept = capture_codec.from_wire(captures.load(path), now)
        updated = capture.record(kept, session, windows, now, login)
        captures.save(path, capture_codec.to_wire(updated))
    return updated


def _print(  # noqa: PLR0913, PLR0917 - what `_record` returns
    theirs: bytes,
    windows: Windows,
    now: float,
    note: str,
    dollars: Dollars | None,
    forecasts: Forecasts,
    choices: Choices,
) -> None:
    from claudometer.cli.terminal_style import find_claude_code_style

    if theirs:
        # As bytes: their line may have colors, or another encoding than ours.
        sys.stdout.buffer.write(theirs if theirs.endswith(b"\n") else theirs + b"\n")
    style = find_claude_code_style(sys.stdout)
    remaining, alerts, own = choices
    thresholds = thresholds_for(alerts, own)
    print(render(windows, now, style, note, dollars, forecasts, remaining=remaining, thresholds=thresholds))
