"""A Max account loses its session limit and gets it back while the tray runs."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.present.messages.phrases import NO_SESSION
from tests.desktop.waiting import LONGEST_S, wait_for
from tests.fixtures import load_body
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

REFRESH = "Refresh now"


def body(session: float | None) -> dict[str, Any]:
    """Return the usage of a Max account, with this percent of its session, or without one."""
    shown = load_body("c_full", now=datetime.now(UTC))
    listed = [entry for entry in shown["limits"] if entry["kind"] != "session"]
    if session is None:
        return shown | {"five_hour": None, "limits": listed}
    shown["five_hour"]["utilization"] = session
    entry = next(entry for entry in shown["limits"] if entry["kind"] == "session")
    return shown | {"limits": [entry | {"percent": round(session)}, *listed]}


def epoch(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp).timestamp())


def claude_codes_line(app: Claudometer, shown: dict[str, Any]) -> str:
    """Run the status line as Claude Code does after an answer with this usage."""
    windows = {name: shown[name] for name in ("five_hour", "seven_day") if shown[name]}
    limits = {
        name: {"used_percentage": window["utilization"], "resets_at": epoch(window["resets_at"])}
        for name, window in windows.items()
    }
    done = subprocess.run(
        [app.program, "statusline"],
        env=app.desktop.env_for(app.home) | app.env | {"NO_COLOR": "1"},
        input=json.dumps({"session_id": "one", "rate_limits": limits}),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=True,
    )
    return done.stdout.strip()


def percents(app: Claudometer) -> dict[str, float | None]:
    return {limit["id"]: limit["percent"] for limit in app.report()["limits"]}


def icon_title(app: Claudometer) -> str:
    return app.tray.wait_until_shown().title.replace("\u00a0", " ")


def wait_for_session(app: Claudometer, text: str) -> None:
    """Wait until the menu has a session with this number; then the window has it, too."""
    app.tray.wait_for_menu(
        lambda menu: menu.find(f"{text}  Session") and not menu.find(NO_SESSION), what="the session"
    )
    app.page.wait_for_text("5 hours")


def wait_for_no_session(app: Claudometer) -> None:
    """Wait until menu, icon and window show a plan without a session."""
    menu = app.tray.wait_for_menu(lambda menu: menu.find(NO_SESSION), what="a plan without a session")
    assert menu.find("66 %  Fable") is not None
    assert menu.find("81 %  Session") is None
    wait_for(lambda: "Fable (weekly) 66" in icon_title(app), what="the fullest week on the icon")
    app.page.wait_for_text(NO_SESSION)
    assert "5 hours" not in app.read_page()


def test_a_max_account_loses_its_session_and_gets_it_back(app: Claudometer, simulator: Simulator) -> None:
    write_login(app.home.path / ".claude", rateLimitTier="default_claude_max_20x")
    usage = body(81.0)
    simulator.account.usage = lambda _now: usage
    app.start().wait_for_status("ok")
    wait_for(lambda: "Session 81" in icon_title(app), what="the session on the icon")
    app.open_window()
    wait_for_session(app, "81 %")

    usage = body(None)
    assert "5h" not in claude_codes_line(app, usage)
    app.tray.click(REFRESH)
    wait_for_no_session(app)
    app.desktop.screenshots.save("plan-without-a-session", app.window.frame_box)
    assert set(percents(app)) == {"weekly", "weekly:fable"}
    assert app.report()["account"]["plan"] == "Max 20x"
    done = app.run("status", "--format", "{session.percent} {tightest.label}")
    assert (done.returncode, done.stdout) == (0, "none Fable\n")

    sent = len(simulator.requests)
    usage = body(7.0)
    assert claude_codes_line(app, usage).startswith("5h 7 %")
    wait_for_session(app, "7 %")  # from Claude Code's line alone
    assert len(simulator.requests) == sent, app.run("requests").stdout + app.log[-3000:]
    app.tray.click(REFRESH)
    wait_for(lambda: len(simulator.requests) > sent, what="a request")
    wait_for_session(app, "7 %")
    assert "Fable (weekly) 66" in icon_title(app)
    assert_nothing_but_what_was_asked_for(app)


def assert_nothing_but_what_was_asked_for(app: Claudometer) -> None:
    """Check that no request was sent for a reset that did not happen, and that nothing is wrong."""
    requests = app.run_json("requests")["requests"]
    assert {request["outcome"] for request in requests} == {"ok"}
    assert "reset_due" not in {request["reason"] for request in requests}
    assert app.report()["message"] is None
    assert app.call("card")["accounts"][0]["card"]["notices"] == []
