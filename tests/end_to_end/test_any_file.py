"""Tests that commands survive any value in the program's files and in Claude Code's."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claudometer.cli.entry import main
from claudometer.domain.ledger import encode_record
from claudometer.store.neighbors import BESIDE
from claudometer.system import captures
from claudometer.system.logs import stop_logging
from tests.kept_requests import kept_requests
from tests.kept_state import change_state, read_state
from tests.simulator.account import CHAT_ORGANIZATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.person import Person

EXPECTED = {0, 1, 69, 75, 77}  # all exit codes except 64 for wrong arguments and 70 for a bug
ACCOUNT = "11111111-2222-4333-8444-555555555555"

HOSTILE: st.SearchStrategy[object] = st.sampled_from(
    [
        "0001-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59.999999+00:00",
        "9999-12-31T23:59:59-23:59",
        "1970-01-01T00:00:00Z",
        "2999-12-31T23:59:59Z",
        "2026-01-01T00:00:00",
        "\ud800",
        "x" * 5000,
        "\u001b[2J\u202e",
        10**15,
        10**400,
        -(10**400),
        1e308,
        -1e308,
        float("nan"),
        float("inf"),
        253402300799000,
        -62135596800000,
        0,
        -1,
        True,
        None,
        [],
        {},
        [[]],
        {"": {}},
    ]
)


@pytest.fixture
def files(cli_user: Person) -> list[Path]:
    """Every file that a command reads or writes, each with valid content."""
    claude = cli_user.login_folder
    now = time.time()
    windows = {
        "five_hour": {"used_percentage": 30, "resets_at": now + 3600},
        "seven_day": {"used_percentage": 40, "resets_at": now + 86400},
    }
    cached_usage = {
        "fetchedAtMs": int(now * 1000),
        "accountUuid": ACCOUNT,
        "utilization": {
            name: {"utilization": 20, "resets_at": window["resets_at"]} for name, window in windows.items()
        },
    }
    (cli_user.home.path / ".claude.json").write_text(
        json.dumps(
            {
                "oauthAccount": {"accountUuid": ACCOUNT, "organizationUuid": CHAT_ORGANIZATION},
                "cachedUsageUtilization": cached_usage,
            }
        )
    )
    assert cli_user.run("status").returncode == 0
    state = cli_user.state_file.parent
    capture = captures.capture_file(str(state), str(claude))
    session = {"since": now, "rate_limits": windows, "login": ""}
    head = {"version": 1, "captured_at": now, "rate_limits": windows, "session": "s", "login": ""}
    captures.save(capture, head | {"sessions": {"s": session}})
    # As a version up to 0.1 leaves it.
    (state / "state.json").write_text(json.dumps(read_state(state)))
    older_requests = state / "requests.jsonl"
    older_requests.write_bytes(b"".join(map(encode_record, kept_requests(state, datetime.now(UTC)))))
    config = cli_user.home.config / "claudometer/settings.json"
    config.parent.mkdir(exist_ok=True)
    config.write_text('{"mode": "cli", "interval_seconds": 60, "organization_id": "a"}')
    return [
        cli_user.state_file,
        state / "state.json",
        older_requests,
        Path(capture),
        config,
        cli_user.home.path / ".claude.json",
        claude / ".credentials.json",
    ]


@pytest.fixture
def at_home(cli_user: Person, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give commands that run in this process the user's environment, and restore logging afterwards."""
    for name in ("CLAUDE_CONFIG_DIR", "CLAUDE_SECURESTORAGE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (cli_user.home.env | cli_user.env).items():
        monkeypatch.setenv(name, value)
    # No server listens there, so that commands show what is in the files.
    monkeypatch.setenv("CLAUDOMETER_OAUTH_URL", "http://127.0.0.1:9")
    handlers = logging.getLogger().handlers[:]
    yield
    monkeypatch.undo()
    time.tzset()
    stop_logging()
    logging.getLogger().handlers[:] = handlers


def places(value: object) -> list[tuple[Any, Any]]:
    """Return every dictionary and list within a value, paired with each of its keys or indexes."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [(value, key) for key, _ in inside]
    return found + [place for _, inner in inside for place in places(inner)]


def is_time(value: object) -> bool:
    if isinstance(value, str):
        return value.startswith("20") and "T" in value
    return isinstance(value, int | float) and value > 1e9


def load(path: Path) -> Any:  # noqa: ANN401 - any JSON
    if path.suffix == ".db":
        return read_state(path.parent)
    text = path.read_text()
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text)


def replace_by(content: Any, state: dict[str, Any]) -> None:  # noqa: ANN401 - any JSON
    state.clear()
    state.update(content)


def store(path: Path, content: Any) -> None:  # noqa: ANN401
    if path.suffix == ".db":
        older = path.with_name("state.json")
        older.unlink(missing_ok=True)  # only what is in the database is meant
        change_state(path.parent, partial(replace_by, content))
        return
    is_lines = path.suffix == ".jsonl"
    path.write_text("\n".join(map(json.dumps, content)) if is_lines else json.dumps(content))


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("moment", "zone"),
    [  # in these zones, local time is before datetime.min or after datetime.max
        ("0001-01-01T00:00:00+00:00", "America/Los_Angeles"),
        ("0001-01-01T00:00:00+23:59", "UTC"),
        ("9999-12-31T23:59:59.999999+00:00", "Pacific/Kiritimati"),
        (-62135596800, "America/Los_Angeles"),
        (253402300799, "Pacific/Kiritimati"),
        (253402300799999, "Pacific/Kiritimati"),
    ],
)
def test_commands_survive_the_earliest_and_latest_times_in_every_file(
    files: list[Path], moment: str | float, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    kept = {path: path.read_bytes() for path in files}
    tried = 0
    for path in files:
        times = [number for number, (inside, at) in enumerate(places(load(path))) if is_time(inside[at])]
        for number in times:
            damaged = load(path)
            container, key = places(damaged)[number]
            container[key] = moment
            store(path, damaged)
            for words in (["status"], ["requests"]):
                assert main(words) in EXPECTED, (path.name, key)
            tried += 1
            for other, content in kept.items():
                other.write_bytes(content)
    assert tried >= 10


@pytest.mark.usefixtures("at_home")
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_commands_survive_hostile_values_in_every_file(
    files: list[Path], data: st.DataObject, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data.draw(st.sampled_from(files))
    kept = {each: each.read_bytes() for each in files}
    damaged = load(path)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(damaged) or [([damaged], 0)]))
        container[key] = data.draw(HOSTILE)
    store(path, damaged)
    try:
        for words in (["status", "--json"], ["status"], ["requests"]):
            assert main(words) in EXPECTED, (path.name, damaged)
            capsys.readouterr()
    finally:
        for each, content in kept.items():
            for suffix in BESIDE:  # a log would be applied to the content from before
                each.with_name(each.name + suffix).unlink(missing_ok=True)
            each.write_bytes(content)
