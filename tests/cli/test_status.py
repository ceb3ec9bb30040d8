"""``claudometer status``: from a running app, without one, and with few imports."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.region import Region
from claudometer.domain.times import read_time
from claudometer.present.formatters import clock
from claudometer.present.messages.errors import MESSAGES, message_for_code
from tests.cli.impostor import OLDER_STATUS, Impostor
from tests.cli.loaded_modules import HEAVY, modules_loaded_by
from tests.cli.numbers import failed, fresh
from tests.sentences import hint_once, opening, title
from tests.simulator.account import ACCESS_TOKEN, write_login

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from claudometer.domain.snapshot import Snapshot
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer
    from tests.control.small_engine import SmallEngine
    from tests.simulator.server import Simulator

HOUR_S = 3600.0


def test_the_numbers_are_printed_for_people(program: Program, app: RunningServer) -> None:
    answer = program.run("status")
    assert answer.code == 0
    assert "Claude Max 5x" in answer.out
    assert "81 %   resets " in answer.out
    assert "in 2 h 10 min" in answer.out
    assert "from Claude Code" in answer.out
    assert "\x1b" not in answer.out
    assert answer.err == ""


def test_times_follow_the_zone_and_clock_of_the_app(program: Program, engine: SmallEngine) -> None:
    """A terminal in another zone must show the same times as the tray beside it."""
    program.env |= {"TZ": "<+14>-14", "LC_ALL": "C.UTF-8"}
    region = Region(timezone(timedelta(hours=-9)), twelve_hour=True)
    fetched_at = engine.snapshot.reading.fetched_at if engine.snapshot.reading else None
    assert fetched_at is not None
    with program.serve(engine, region=region):
        answer = program.run("status")
    assert f"Refreshed {clock(fetched_at, region)}, just now" in answer.out


def test_an_app_of_an_older_version_is_reported(program: Program) -> None:
    with Impostor(program.make_socket_path(), OLDER_STATUS):
        answer = program.run("status", "--json")
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.PROTOCOL_MISMATCH) in answer.err


def test_json_is_the_apps_own_report(program: Program, app: RunningServer) -> None:
    answer = program.run("status", "--json")
    assert answer.code == 0
    report = answer.json()
    assert report["schema"] == 1
    assert [limit["percent"] for limit in report["limits"]] == [81.0, 29.0, 66.0]
    assert report["account"]["plan"] == "Max 5x"


def test_a_template_is_filled(program: Program, app: RunningServer) -> None:
    answer = program.run("status", "--format", "{session.percent}|{tightest.label}|{model.opus.percent}")
    assert (answer.code, answer.out) == (0, "81|Session|?\n")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: fresh(99.9), 0),
        (lambda: fresh(None), 0),
        (lambda: fresh(100.0), 1),
        (lambda: fresh(104.0), 1),
        (lambda: failed(Status.STARTING, ErrorCode.OFFLINE), 69),
        (lambda: failed(Status.OFFLINE, ErrorCode.OFFLINE), 69),
        (lambda: failed(Status.OFFLINE, ErrorCode.OFFLINE, age_s=60), 0),
        (lambda: failed(Status.OFFLINE, ErrorCode.OFFLINE, age_s=HOUR_S), 75),
        (lambda: failed(Status.RATE_LIMITED, ErrorCode.RATE_LIMITED), 69),
        (lambda: fresh(100.0, age_s=HOUR_S), 75),
        (lambda: failed(Status.UNAUTHORIZED, ErrorCode.LOGIN_REJECTED, age_s=60), 77),
        (lambda: failed(Status.MISSING_CREDENTIALS, ErrorCode.LOGIN_MISSING), 77),
    ],
)
@pytest.mark.parametrize("words", [[], ["--json"], ["--format", "{status}"]])
def test_the_exit_code_says_whether_the_numbers_are_current(
    make: Callable[[], Snapshot],
    code: int,
    words: list[str],
    program: Program,
    app: RunningServer,
    engine: SmallEngine,
) -> None:
    engine.snapshot = make()  # only now: when this test was collected may be long ago
    assert program.run("status", *words).code == code


def test_old_numbers_are_printed_and_marked_as_old(
    program: Program, app: RunningServer, engine: SmallEngine
) -> None:
    engine.snapshot = failed(Status.OFFLINE, ErrorCode.OFFLINE, age_s=HOUR_S)
    answer = program.run("status")
    assert "81 %" in answer.out
    assert "Out of date: last refreshed" in answer.out
    assert message_for_code(ErrorCode.OFFLINE).title in answer.out


def test_the_demo_is_not_the_real_app(program: Program, app: RunningServer) -> None:
    report = program.run("--demo", "status", "--json").json()
    assert report["source"] == "demo"


def test_the_demo_uses_the_running_demo(program: Program, engine: SmallEngine) -> None:
    with program.serve(engine, demo=True):
        assert program.run("status", "--demo", "--json").json()["limits"][0]["percent"] == 81.0


def test_the_demo_leaves_the_home_as_it_was(program: Program) -> None:
    before = sorted(program.home.path.rglob("*"))
    assert program.run("--demo", "status").code in (0, 1)  # a few of its sessions are full before they end
    assert sorted(program.home.path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["status", "--json", "--format", "x"], "Choose one of --json and --format"),
        (["status", "--format", "{nope}"], "There is no value named {nope}"),
        (["status", "--frmat", "x"], "did you mean --format?"),
        (["status", "--format"], "--format needs a value"),
    ],
)
def test_wrong_usage_exits_with_64_and_a_message_on_standard_error(
    words: list[str], message: str, program: Program
) -> None:
    answer = program.run(*words)
    assert (answer.code, answer.out) == (64, "")
    assert message in answer.err


# Without an app: a single poll of its own, against the simulator.


@pytest.fixture
def standalone(program: Program, simulator: Simulator) -> Program:
    write_login(program.home.path / ".claude")
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    return program


def test_without_an_app_it_sends_one_request(standalone: Program, simulator: Simulator) -> None:
    answer = standalone.run("status", "--json")
    assert answer.code in {0, 1}
    report = answer.json()
    assert (report["status"], report["source"]) == ("ok", "oauth")
    assert report["next_poll_at"] is None
    assert len(simulator.requests) == 1


def test_without_an_app_it_says_what_is_left_if_the_settings_say_so(standalone: Program) -> None:
    standalone.home.settings.parent.mkdir(parents=True, exist_ok=True)
    standalone.home.settings.write_text('{"percents": "remaining"}', encoding="utf-8")
    text = standalone.run("status").out.replace("\u00a0", " ")
    assert all(f" {left} % left " in text for left in (19, 72, 34))
    assert standalone.run("guard").out.startswith("Yes: Session 19 % left ")
    assert standalone.run("status", "--json").json()["limits"][0]["percent"] == 81.0


def test_without_an_app_a_request_that_has_to_wait_says_until_when(
    standalone: Program, simulator: Simulator
) -> None:
    simulator.play("rate_limited_hour")
    refused = standalone.run("status", "--json").json()
    simulator.play("normal")
    waiting = standalone.run("status", "--json").json()
    assert refused["status"] == waiting["status"] == "rate_limited"
    for report in (refused, waiting):
        wait_s = (read_time(report["next_poll_at"]) - read_time(report["now"])).total_seconds()
        assert 3500 < wait_s < 3700
    assert len(simulator.requests) == 1
    assert "next refresh" not in standalone.run("status").out


def test_a_request_has_to_wait_for_our_own_budget_as_well(standalone: Program, simulator: Simulator) -> None:
    reports = [standalone.run("status", "--json").json() for _ in range(9)]
    sent = len(simulator.requests)
    assert sent < 9
    assert [report["next_poll_at"] for report in reports[: sent - 1]] == [None] * (sent - 1)
    assert all(report["next_poll_at"] > report["now"] for report in reports[sent:])


def test_the_request_budget_is_kept_from_one_run_to_the_next(
    standalone: Program, simulator: Simulator
) -> None:
    for _ in range(10):
        answer = standalone.run("status", "--json")
        assert answer.json()["limits"], answer.out
    assert len(simulator.requests) <= 8


@pytest.mark.parametrize(
    ("scenario", "code", "status", "error"),
    [
        ("expired", 77, "unauthorized", ErrorCode.LOGIN_REJECTED),
        ("revoked", 77, "unauthorized", ErrorCode.LOGIN_REVOKED),
        ("rate_limited", 69, "rate_limited", ErrorCode.RATE_LIMITED),
        ("server_error", 69, "server_error", ErrorCode.SERVER_ERROR),
        ("portal", 69, "challenged", ErrorCode.CAPTIVE_PORTAL),
        ("not_json", 69, "unreadable", ErrorCode.NOT_JSON),
        ("reset", 69, "offline", ErrorCode.CONNECTION_BROKEN),
    ],
)
def test_a_failure_has_its_exit_code_and_its_message_and_hint(
    scenario: str, code: int, status: str, error: ErrorCode, standalone: Program, simulator: Simulator
) -> None:
    simulator.play(scenario)
    answer = standalone.run("status", "--json")
    report = answer.json()
    assert (answer.code, report["status"], answer.err) == (code, status, "")
    assert report["message"].startswith(opening(MESSAGES[error].title))
    assert report["hint"] == hint_once(error)


def test_without_any_login_it_says_what_to_do(program: Program) -> None:
    program.env["CLAUDOMETER_MODE"] = "cli"
    answer = program.run("status")
    assert answer.code == 77
    assert message_for_code(ErrorCode.LOGIN_MISSING).title in answer.out


def test_a_bad_variable_is_wrong_usage(program: Program) -> None:
    program.env["CLAUDOMETER_OAUTH_URL"] = "http://example.org/api"
    answer = program.run("status")
    assert (answer.code, answer.out) == (64, "")
    assert "CLAUDOMETER_OAUTH_URL" in answer.err


def test_the_token_is_nowhere_in_what_it_prints_or_writes(standalone: Program, simulator: Simulator) -> None:
    simulator.play("bad_gateway")
    standalone.env["CLAUDOMETER_LOG_LEVEL"] = "debug"
    answer = standalone.run("status", "--json")
    assert len(simulator.requests) == 1  # with the token
    assert ACCESS_TOKEN not in answer.out + answer.err
    login = standalone.home.path / ".claude"
    for path in standalone.home.root.rglob("*"):
        if path.is_file() and not path.is_relative_to(login):
            assert ACCESS_TOKEN.encode() not in path.read_bytes(), path


# Imports: with the app running, nothing heavy is loaded.


@pytest.mark.parametrize(
    ("words", "needed"), [((), set[str]()), (("--json",), {"json", "re", "enum", "functools", "collections"})]
)
@pytest.mark.parametrize("language", ["C.UTF-8", "en_US.UTF-8"])
def test_with_the_app_running_nothing_heavy_is_loaded(
    words: Sequence[str], needed: set[str], language: str, program: Program, app: RunningServer
) -> None:
    loaded = modules_loaded_by(program, "status", *words, LANG=language)
    assert "claudometer.cli.status" in loaded
    assert loaded & (HEAVY | {"claudometer.present.formatters"}) == needed


def test_a_hung_app_is_reported(program: Program, app: RunningServer, engine: SmallEngine) -> None:
    release = threading.Event()
    app._loop.call_soon_threadsafe(release.wait, 30)
    answer = program.run("status")
    release.set()
    assert (answer.code, answer.out) == (69, "")
    code = ErrorCode.APP_UNRESPONSIVE
    assert answer.err == f"claudometer: {title(code)} {hint_once(code)}\n"
    assert "tray" not in answer.err


def test_a_name_from_the_server_cannot_move_the_cursor(
    program: Program, app: RunningServer, engine: SmallEngine
) -> None:
    engine.snapshot = fresh(label="Fa\x1b[2J\x07ble")
    out = program.run("status").out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_an_encoding_without_our_characters_gets_ascii(
    program: Program, app: RunningServer, engine: SmallEngine
) -> None:
    shown = fresh()
    assert shown.reading is not None
    account = replace(shown.reading.account, organization="Ünïcode 日本")
    engine.snapshot = replace(shown, reading=replace(shown.reading, account=account))
    program.env |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    answer = program.run("status")
    assert answer.code == 0
    assert answer.out.isascii()
    assert "EUR 12.34 of EUR 40.00" in answer.out
    assert "====" in answer.out
