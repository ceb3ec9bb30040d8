"""Local mode uses only what Claude Code left on this computer: it reads no login and sends nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from tests.cli.program import TIMEOUT_S, Answer
from tests.fixtures import load_case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.program import Program
    from tests.simulator import Simulator

AUDITED = """
import sys
log = open(sys.argv[1], "a", encoding="utf-8", errors="replace")
def log_event(event, args):
    if event == "open" or event.startswith("socket."):
        print(event, *map(repr, args), file=log, flush=True)
sys.addaudithook(log_event)
from claudometer.cli import main
sys.exit(main(sys.argv[2:]))
"""
"""Runs the program, and logs every file that it opens and every address that it looks up or connects to."""

TITLE = message_for_code(ErrorCode.LOCAL_ONLY).title


@pytest.fixture(params=["variable", "settings"])
def local(request: pytest.FixtureRequest, program: Program, simulator: Simulator) -> Program:
    """A user who has chosen local mode, although there is a working login."""
    program.env |= simulator.environment()
    folder = program.home.path / ".claude"
    folder.mkdir()
    login = {"claudeAiOauth": {"accessToken": "sk-ant-oat01-Canary", "organizationUuid": "mine"}}
    (folder / ".credentials.json").write_text(json.dumps(login), encoding="utf-8")
    if request.param == "variable":
        program.env["CLAUDOMETER_MODE"] = "local"
    else:
        config = program.home.config / "claudometer"
        config.mkdir(parents=True)
        (config / "settings.json").write_text('{"mode": "local"}', encoding="utf-8")
    return program


def run(program: Program, log: Path, *words: str, stdin: str = "") -> Answer:
    done = subprocess.run(
        [sys.executable, "-c", AUDITED, str(log), *words], env=program.environment, cwd=program.home.path,
        input=stdin, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def session_json() -> str:
    now = int(time.time())
    limits = {
        "five_hour": {"used_percentage": 41.3, "resets_at": now + 7830},
        "seven_day": {"used_percentage": 12, "resets_at": now + 4 * 86400},
    }
    return json.dumps({"session_id": "one", "rate_limits": limits})


def reached(log: Path) -> list[str]:
    """Return the logged lines about logins, and those about connections other than to the app's socket."""
    lines = log.read_text(encoding="utf-8").splitlines()
    assert any("settings.json" in line for line in lines), "nothing was logged"
    connections = ("socket.getaddrinfo", "socket.gethostby", "socket.connect", "socket.sendto")
    return [
        line
        for line in lines
        if ".credentials" in line or (line.startswith(connections) and "control.sock" not in line)
    ]


def test_it_shows_session_and_week_and_reads_no_login_and_sends_nothing(
    local: Program, simulator: Simulator, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    line = run(local, log, "statusline", stdin=session_json())
    assert "41 %" in line.out
    answer = run(local, log, "status", "--json")
    report: dict[str, Any] = answer.json()
    assert (answer.code, report["status"], report["mode"], report["stale"]) == (0, "ok", "local", False)
    assert [(limit["id"], limit["percent"]) for limit in report["limits"]] == [
        ("session", 41.3),
        ("weekly", 12.0),
    ]
    assert (report["source"], report["next_poll_at"], report["message"]) == ("status_line", None, TITLE)
    shown = run(local, log, "status")
    assert TITLE.split(",")[0] in shown.out
    failure = {"hook_event_name": "StopFailure", "error": "rate_limit"}
    assert run(local, log, "hook", stdin=json.dumps(failure)).code == 0
    assert run(local, log, "status").code == 0
    assert reached(log) == []
    assert simulator.requests == []


def test_a_spend_limit_that_claude_code_passes_is_shown(local: Program, tmp_path: Path) -> None:
    log = tmp_path / "log"
    gateway = load_case("status_line_spend_limit")
    resets_at = int(time.time()) + 10 * 86400
    gateway["rate_limits"]["spend_limit"]["resets_at"] = resets_at
    assert "limit reached" in run(local, log, "statusline", stdin=json.dumps(gateway)).out
    answer = run(local, log, "status", "--json")
    report: dict[str, Any] = answer.json()
    assert (answer.code, report["status"], report["mode"]) == (1, "ok", "local")
    (limit,) = report["limits"]
    assert (limit["id"], limit["label"], limit["percent"]) == ("other:spend-limit", "Spend limit", 104.0)
    assert limit["level"] == "critical"
    assert datetime.fromisoformat(limit["resets_at"]).timestamp() == resets_at
    assert "Spend limit" in run(local, log, "status").out
    assert "Session" not in report["message"]  # none is shown
    assert reached(log) == []


def test_a_spend_limit_is_shown_beside_session_and_week(local: Program, tmp_path: Path) -> None:
    log = tmp_path / "log"
    both = json.loads(session_json())
    both["rate_limits"]["spend_limit"] = {"used_percentage": 20}
    run(local, log, "statusline", stdin=json.dumps(both))
    report = run(local, log, "status", "--json").json()
    percents = {limit["id"]: limit["percent"] for limit in report["limits"]}
    assert percents == {"session": 41.3, "weekly": 12.0, "other:spend-limit": 20.0}


def test_without_local_numbers_it_reports_that_they_are_missing(
    local: Program, simulator: Simulator, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    answer = run(local, log, "status", "--json")
    report: dict[str, Any] = answer.json()
    assert (answer.code, report["status"], report["limits"]) == (69, "unreadable", [])
    assert report["message"] == message_for_code(ErrorCode.LOCAL_NUMBERS_MISSING).title
    assert reached(log) == []
    assert simulator.requests == []


def test_the_log_shows_that_cli_mode_reads_the_login_and_connects(
    program: Program, simulator: Simulator, tmp_path: Path
) -> None:
    """Show that the tests above can fail: in CLI mode the login is read, and a request is sent."""
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    folder = program.home.path / ".claude"
    folder.mkdir()
    (folder / ".credentials.json").write_text(
        '{"claudeAiOauth": {"accessToken": "sk-ant-oat01-Canary"}}', encoding="utf-8"
    )
    run(program, tmp_path / "log", "status", "--json")
    lines = reached(tmp_path / "log")
    assert any(".credentials.json" in line for line in lines)
    assert any(line.startswith("socket.connect") for line in lines)


def test_old_numbers_are_stale_even_though_the_files_were_just_read(local: Program, tmp_path: Path) -> None:
    log = tmp_path / "log"
    run(local, log, "statusline", stdin=session_json())
    (state,) = (local.home.state / "claudometer").glob("status-line-*.json")
    kept = json.loads(state.read_text(encoding="utf-8"))
    kept["captured_at"] -= 3600
    state.write_text(json.dumps(kept), encoding="utf-8")
    answer = run(local, log, "status", "--json")
    assert (answer.code, answer.json()["stale"]) == (75, True)
