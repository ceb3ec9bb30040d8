"""``claudometer statusline`` as Claude Code runs it: JSON on standard input, a line on standard output."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.cli import previous_status_line
from claudometer.cli.previous_status_line import MAX_BYTES, read_in_thread
from claudometer.providers.claude import capture, capture_codec
from claudometer.providers.claude.limit_windows import identify_window
from claudometer.system import captures
from tests.canary import files_with
from tests.cli.loaded_modules import HEAVY, modules_loaded_by
from tests.cli.program import TIMEOUT_S, Answer
from tests.desktop.waiting import wait_for
from tests.fixtures import load_case
from tests.simulator.account import CHAT_ORGANIZATION, write_login

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.program import Program

PRIVATE = "CanaryPrivate"
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def session_json(
    five_hour: object = 41.3, seven_day: object = 12, session: str = f"{PRIVATE}-1", **more: object
) -> str:
    now = time.time()
    limits = {
        "five_hour": {"used_percentage": five_hour, "resets_at": int(now) + 7830},
        "seven_day": {"used_percentage": seven_day, "resets_at": int(now) + 4 * 86400 + 60},
    }
    private = {
        "cwd": f"/home/{PRIVATE}",
        "transcript_path": f"/home/{PRIVATE}.jsonl",
        "session_name": PRIVATE,
        "workspace": {"current_dir": f"/home/{PRIVATE}"},
    }
    return json.dumps({"session_id": session, "rate_limits": limits} | private | more)


def run(program: Program, text: str | bytes, *words: str) -> Answer:
    done = subprocess.run(
        program.command("statusline", *words),
        env=program.environment,
        input=text if isinstance(text, bytes) else text.encode(),
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def shown(program: Program, text: str | bytes, *words: str) -> str:
    """Return the line without its colors; fail if the command did."""
    answer = run(program, text, *words)
    assert (answer.code, answer.err) == (0, "")
    return COLOR.sub("", answer.out).removesuffix("\n")


def capture_of(program: Program) -> Path:
    config = program.environment.get("CLAUDE_CONFIG_DIR") or str(program.home.path / ".claude")
    state = program.home.state / "claudometer"
    return state / os.path.basename(captures.capture_file(str(state), config))  # noqa: PTH119 - a name


def kept(program: Program) -> Any:  # noqa: ANN401 - a file's content
    return json.loads(capture_of(program).read_text(encoding="utf-8"))


def test_a_spend_limit_is_shown_with_its_amounts(program: Program) -> None:
    line = shown(program, json.dumps(load_case("status_line_spend_limit")))
    assert line.strip() == "spend 104 %, limit reached ($520 of $500)"


def test_the_line_shows_both_windows_their_resets_and_the_pace(program: Program) -> None:
    assert shown(program, session_json()) == (
        "5h 41 % ━━━╾┼─── 2 h 10 min  ·  week 12 % ━──┼──── 4 d  ·  under pace"
    )


@pytest.mark.parametrize(
    ("saved", "words"),
    [
        ('{"percents": "remaining"}', ("59 % left", "88 % left")),
        ('{"percents": "used"}', ("41 %", "12 %")),
        ('{"percents": ["of a newer version"]}', ("41 %", "12 %")),
        ("no JSON", ("41 %", "12 %")),
    ],
)
def test_it_says_what_is_left_if_the_settings_say_so(
    program: Program, saved: str, words: tuple[str, str]
) -> None:
    program.home.settings.parent.mkdir(parents=True, exist_ok=True)
    program.home.settings.write_text(saved, encoding="utf-8")
    program.env["COLUMNS"] = "100"
    session, week = words
    assert shown(program, session_json()) == (
        f"5h {session} ━━━╾┼─── 2 h 10 min  ·  week {week} ━──┼──── 4 d  ·  under pace"
    )
    assert "left" not in shown(program, "", "--demo"), "the demo reads nothing of the user's"


def test_it_is_colored_even_in_a_pipe_unless_no_color_is_set(program: Program) -> None:
    assert "\x1b[1;38;5;167m96 %\x1b[0m" in run(program, session_json(96)).out
    program.env["NO_COLOR"] = "1"
    assert "\x1b" not in run(program, session_json(96)).out


@pytest.mark.parametrize(
    ("saved", "color"),
    [
        ("{}", "167"),
        ('{"alert_thresholds": []}', "167"),
        ('{"alert_thresholds": [75, 98, 100]}', "136"),
        ('{"alert_own_thresholds": {"session": [75, 98, 100], "weekly": [1]}}', "136"),
        ('{"alert_thresholds": ["98", true, -1, {}], "alert_own_thresholds": {"session": 7}}', "167"),
        ('{"alert_thresholds": [97, "x", 98]}', "167"),
        ('{"alert_own_thresholds": {"session": [97, 98], "weekly": ["x"]}}', "167"),
    ],
)
def test_its_colors_begin_where_the_user_wants_alerts(program: Program, saved: str, color: str) -> None:
    program.home.settings.parent.mkdir(parents=True, exist_ok=True)
    program.home.settings.write_text(saved, encoding="utf-8")
    assert f"\x1b[1;38;5;{color}m96 %\x1b[0m" in run(program, session_json(96)).out


@pytest.mark.parametrize(
    "name", ["five_hour", "seven_day", "seven_day_opus", "seven_day_fable", "seven_day_apps", "spend_limit"]
)
def test_a_limits_own_colors_are_found_by_the_id_that_the_app_gives_it(program: Program, name: str) -> None:
    own = {identify_window(name).id: [10, 20]}
    program.home.settings.parent.mkdir(parents=True, exist_ok=True)
    program.home.settings.write_text(json.dumps({"alert_own_thresholds": own}), encoding="utf-8")
    window = {"used_percentage": 33, "resets_at": time.time() + 9000}
    assert "\x1b[1;38;5;167m33 %\x1b[0m" in run(program, json.dumps({"rate_limits": {name: window}})).out


def test_an_encoding_without_our_characters_gets_ascii(program: Program) -> None:
    program.env |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert shown(program, session_json()).isascii()
    assert shown(program, "").isascii()


@pytest.mark.parametrize(
    ("columns", "bars"), [("200", 2), ("74", 2), ("70", 1), ("60", 0), ("30", 0), ("x", 2)]
)
def test_a_narrow_terminal_gets_a_shorter_line(program: Program, columns: str, bars: int) -> None:
    program.env["COLUMNS"] = columns
    line = shown(program, session_json())
    assert line.count("┼") == bars
    assert "41 %" in line
    assert "12 %" in line
    if columns != "x":
        assert len(line) <= int(columns)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[1]",
        b"\xff\xfe",
        "[" * 100_000,
        "{}",
        '{"rate_limits": null}',
        '{"rate_limits": {"five_hour": null, "seven_day": 7}, "session_id": 5}',
        '{"rate_limits": {"five_hour": {"used_percentage": "many", "resets_at": "never"}}}',
        '{"session_id": "\\ud800"}',
        b"x" * 3_000_000,
    ],
)
def test_any_input_gives_a_line_without_invented_numbers(program: Program, text: str | bytes) -> None:
    assert shown(program, text) == "5h —  ·  week —"


def test_missing_and_endless_input_are_not_waited_for(program: Program) -> None:
    running = subprocess.Popen(
        program.command("statusline"),
        env=program.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert running.wait(TIMEOUT_S) == 0
    finally:
        running.kill()
        running.communicate()
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *program.command("statusline")],
        env=program.environment,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert (closed.returncode, closed.stderr) == (0, b"")


def test_a_window_that_is_over_shows_no_number(program: Program) -> None:
    limits = {"five_hour": {"used_percentage": 80, "resets_at": int(time.time()) - 5}}
    assert shown(program, json.dumps({"rate_limits": limits})) == "5h — has reset"


def test_a_window_that_claude_code_drops_after_its_end_is_a_dash_and_no_new_response(
    program: Program,
) -> None:
    now = time.time()
    week_end = int(now) + 86400
    windows: dict[str, tuple[float | None, float | None]] = {
        "five_hour": (41.3, now - 2),
        "seven_day": (12.0, week_end),
    }
    ended = capture.record(capture.Capture(), captures.digest("a"), windows, now - 300)
    assert captures.save(str(capture_of(program)), capture_codec.to_wire(ended))
    before = kept(program)
    week = {"used_percentage": 12, "resets_at": week_end}
    without_session = json.dumps({"session_id": "a", "rate_limits": {"seven_day": week}})
    for _ in range(2):
        line = shown(program, without_session)
        assert line.startswith("5h —")
        assert "week 12 %" in line
    assert kept(program) == before


def test_the_limits_are_saved_for_the_app_and_nothing_private_is(program: Program) -> None:
    run(program, session_json())
    assert kept(program)["rate_limits"]["five_hour"]["used_percentage"] == 41.3
    assert capture_of(program).stat().st_mode & 0o777 == 0o600
    assert capture_of(program).parent.stat().st_mode & 0o777 == 0o700
    assert files_with(PRIVATE, program.home.root) == []


def test_a_new_session_shows_the_numbers_of_another_with_their_age(program: Program) -> None:
    now = time.time()
    windows: dict[str, tuple[float | None, float | None]] = {"five_hour": (33.0, now + 600)}
    old = capture.record(capture.Capture(), "a", windows, now - 300)
    assert captures.save(str(capture_of(program)), capture_codec.to_wire(old))
    assert shown(program, '{"session_id": "b"}').endswith("5 min ago")
    assert kept(program)["captured_at"] == now - 300


def test_an_old_number_shown_again_stays_old_and_is_not_written_again(program: Program) -> None:
    text = session_json()
    run(program, text)
    before, content = capture_of(program).stat(), capture_of(program).read_bytes()
    for _ in range(2):
        run(program, text)
    after = capture_of(program).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    run(program, json.dumps(json.loads(text) | {"session_id": "after /clear"}))
    assert kept(program)["captured_at"] == json.loads(content)["captured_at"]


def test_the_newest_of_two_sessions_is_shown_in_both(program: Program) -> None:
    # Sent twice unchanged: a new reset time would make it newer numbers.
    first = session_json(41, session="a")
    run(program, first)
    run(program, session_json(55, session="b"))
    assert shown(program, first).startswith("5h 55 %")


@pytest.mark.parametrize("login_names_account", [True, False])
def test_after_a_new_login_no_session_shows_a_number_of_the_previous_account(
    program: Program, login_names_account: bool
) -> None:
    folder = program.home.path / ".claude"
    folder.mkdir(exist_ok=True)

    def log_in(organization: str) -> None:
        login = {"claudeAiOauth": {"accessToken": PRIVATE}, "organizationUuid": f"{PRIVATE}-{organization}"}
        (folder / ".credentials.json").write_text(json.dumps(login if login_names_account else {}))

    before = session_json(90, 60, session="a")
    log_in("first")
    assert shown(program, before).startswith("5h 90 %")
    log_in("second")
    if login_names_account:
        assert shown(program, before) == "5h —  ·  week —"
        assert shown(program, '{"session_id": "b"}') == "5h —  ·  week —"
    reset = int(time.time()) + 90_000
    limits = {"seven_day": {"used_percentage": 5, "resets_at": reset}}
    assert shown(program, session_json(20, 5, session="b", rate_limits=limits)).startswith("week 5 %")
    assert files_with(PRIVATE, program.home.state) == []


def test_another_folder_of_claude_code_has_its_own_numbers(program: Program) -> None:
    run(program, session_json())
    program.env["CLAUDE_CONFIG_DIR"] = str(program.home.path / "second")
    assert shown(program, "{}") == "5h —  ·  week —"


def test_a_state_folder_that_cannot_be_written_does_not_matter(program: Program) -> None:
    (program.home.state / "claudometer").write_text("in the way", encoding="ascii")
    assert shown(program, session_json()).startswith("5h 41 %")


def test_many_at_once_leave_one_complete_file_with_every_session(program: Program) -> None:
    running = []
    for number in range(12):
        each = subprocess.Popen(
            program.command("statusline"),
            env=program.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        assert each.stdin is not None
        each.stdin.write(session_json(number, session=str(number)).encode())
        each.stdin.close()
        running.append(each)
    assert [each.wait(TIMEOUT_S) for each in running] == [0] * 12
    assert len(kept(program)["sessions"]) == 12
    assert kept(program)["rate_limits"]["five_hour"]["used_percentage"] == 11


def test_numbers_that_could_not_be_saved_are_shown_and_saved_by_the_next_run(program: Program) -> None:
    """Claude Code runs the line at least once a minute, so the app gets them that much later."""
    shown(program, session_json(10, session="other"))
    with captures.Lock(str(capture_of(program))) as is_ours:  # as a status line that was suspended
        assert is_ours
        assert shown(program, session_json(41)).startswith("5h 41 %")
    assert len(kept(program)["sessions"]) == 1
    shown(program, session_json(41))
    assert len(kept(program)["sessions"]) == 2
    assert kept(program)["rate_limits"]["five_hour"]["used_percentage"] == 41


def test_the_demo_shows_made_up_numbers_and_touches_nothing(program: Program) -> None:
    line = shown(program, session_json(99), "--demo")
    assert re.match(r"5h \d+ %", line)
    assert [path for path in program.home.root.rglob("*") if path.is_file()] == [program.home.claude]


def test_nothing_heavy_is_loaded(program: Program) -> None:
    loaded = modules_loaded_by(program, "statusline", stdin=session_json())
    assert "claudometer.cli.statusline" in loaded
    assert loaded & (HEAVY | {"tempfile", "filelock"}) == set()


def test_in_a_deleted_folder_the_line_is_shown_although_nothing_can_be_saved(
    program: Program, tmp_path: Path
) -> None:
    program.env["CLAUDE_CONFIG_DIR"] = "relative"
    (tmp_path / "gone").mkdir()
    answer = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", *program.command("statusline")],
        cwd=tmp_path / "gone",
        env=program.environment,
        input=session_json().encode(),
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert COLOR.sub("", answer.stdout.decode()).startswith("5h 41 %")


# A chained status line: the user's own, run by ours.


def test_a_chained_line_gets_the_same_input_and_is_shown_first(program: Program) -> None:
    text = session_json()
    lines = run(program, text, "--chain", "printf 'mine: '; cat; printf '\\nsecond'").out.split("\n")
    assert lines[:2] == [f"mine: {text}", "second"]
    assert COLOR.sub("", lines[2]).startswith("5h 41 %")


@pytest.mark.parametrize(
    "command",
    ["exit 3", "no-such-program-here", "kill -9 $$", ":", "echo >&2 trouble", "exec <&-; sleep 0.2", "'"],
)
def test_ours_is_shown_however_the_chained_line_fails(program: Program, command: str) -> None:
    assert shown(program, session_json(more="x" * 200_000), "--chain", command).startswith("5h 41 %")


def test_a_hanging_chained_line_is_ended_with_its_children_and_its_output_shown(
    program: Program, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    line = shown(program, session_json(), "--chain", f"echo early; sleep 600 & echo $! > {pids}; sleep 601")
    assert line.split("\n")[0] == "early"
    assert "5h 41 %" in line
    wait_for(lambda: not _runs(int(pids.read_text())), what="the sleeper to end")


def test_where_a_thread_reads_the_chained_line_its_output_is_bounded_too() -> None:
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as endless:
        printed = read_in_thread(endless, time.monotonic() + 2)
        endless.kill()
    assert MAX_BYTES <= len(printed) < 2 * MAX_BYTES


def test_when_claude_code_ends_ours_the_chained_line_ends_too(program: Program, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    running = subprocess.Popen(
        program.command("statusline", "--chain", f"sleep 600 & echo $! > {pids}; wait"),
        env=program.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    wait_for(lambda: pids.is_file() and bool(pids.read_text().strip()), what="the sleeper")
    running.send_signal(signal.SIGTERM)
    assert running.wait(TIMEOUT_S) == 128 + signal.SIGTERM
    wait_for(lambda: not _runs(int(pids.read_text())), what="the sleeper to end")


def test_when_ours_is_ended_while_the_chained_line_starts_that_ends_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine, the command may run before we have its process and can end it."""
    pids = tmp_path / "pids"
    start, streams = previous_status_line._start, ExitStack()

    def start_and_end_ours(command: str) -> subprocess.Popen[bytes] | None:
        started = start(command)
        assert started is not None
        for stream in (started.stdin, started.stdout):
            assert stream is not None
            streams.enter_context(stream)
        wait_for(lambda: pids.is_file() and bool(pids.read_text().strip()), what="the sleeper")
        os.kill(os.getpid(), signal.SIGTERM)
        return started

    monkeypatch.setattr(previous_status_line, "_start", start_and_end_ours)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        with streams, pytest.raises(SystemExit) as ended:
            previous_status_line.Chained(f"sleep 600 & echo $! > {pids}; wait", b"")
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert ended.value.code == 128 + signal.SIGTERM
    wait_for(lambda: not _runs(int(pids.read_text())), what="the sleeper to end")


def test_a_chained_line_gets_the_users_environment_without_our_key(program: Program) -> None:
    program.env |= {"ANTHROPIC_API_KEY": "theirs", "CLAUDOMETER_SESSION_KEY": "ours"}
    line = shown(program, session_json(), "--chain", 'echo "$ANTHROPIC_API_KEY/$CLAUDOMETER_SESSION_KEY"')
    assert line.split("\n")[0] == "theirs/"


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123 - a fleeting file
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def write_forecast(program: Program, *, age_s: float = 5.0, organization: str = CHAT_ORGANIZATION) -> None:
    """Write a forecast as the app does, for the session of :func:`session_json`."""
    now = time.time()
    path = captures.forecast_file(str(program.home.state / "claudometer"), captures.digest(organization))
    words = {"session": [int(now) + 7830, "full about 13:00", True]}
    assert captures.save(path, {"version": 1, "at": now - age_s, "words": words})


def test_the_apps_forecast_takes_the_place_of_the_pace(program: Program) -> None:
    write_login(program.home.path / ".claude")
    write_forecast(program)
    assert shown(program, session_json()).endswith("  ·  5h full about 13:00")


def test_an_old_forecast_or_one_of_another_account_is_not_shown(program: Program) -> None:
    write_login(program.home.path / ".claude")
    write_forecast(program, age_s=captures.FORECAST_VALID_S + 1)
    assert "full about" not in shown(program, session_json())
    write_forecast(program, organization="somebody else's")
    assert "full about" not in shown(program, session_json())


@pytest.mark.parametrize("content", ["", "[]", '{"at": "x"}', '{"at": 1e999, "words": {"session": [1]}}'])
def test_a_damaged_forecast_is_ignored(program: Program, content: str) -> None:
    write_login(program.home.path / ".claude")
    write_forecast(program)
    folder = program.home.state / "claudometer"
    (folder / f"forecast-{captures.digest(CHAT_ORGANIZATION)}.json").write_text(content, encoding="utf-8")
    assert "pace" in shown(program, session_json())
