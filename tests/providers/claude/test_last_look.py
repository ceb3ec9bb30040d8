"""Claude Code's own last look: only of this account, only open windows, only with its age."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.usage import SESSION_WINDOW_S, FreeReading, LimitKind, Money, Source
from claudometer.providers.claude.last_look import LastLook
from tests.clocks import NOON, FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.providers.base import FreeSource

ACCOUNT = "11111111-2222-4333-8444-555555555555"
ORGANIZATION = "5d2f9e70-4444-4555-8666-fedcbafedcba"
AN_HOUR_AGO = NOON - timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "claude"
    made.mkdir()
    return made


def document(**changes: object) -> dict[str, Any]:
    look = {
        "fetchedAtMs": int(AN_HOUR_AGO.timestamp() * 1000),
        "accountUuid": ACCOUNT,
        "utilization": {
            "five_hour": {"utilization": 6, "resets_at": (NOON + timedelta(hours=1)).isoformat()},
            "seven_day": {"utilization": 31, "resets_at": (NOON + timedelta(days=3)).isoformat()},
        },
    }
    account = {"accountUuid": ACCOUNT, "organizationUuid": ORGANIZATION, "emailAddress": "ana@example.org"}
    return {
        "projects": {"/secret": {"history": []}},
        "oauthAccount": account,
        "cachedUsageUtilization": look | changes,
    }


def write(path: Path, content: object) -> None:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def seen(source: FreeSource) -> FreeReading:
    found = asyncio.run(source.look())
    assert found is not None
    return found


def look(folder: Path) -> FreeReading | None:
    return asyncio.run(LastLook(lambda: folder, FakeClock()).look())


def test_the_numbers_come_with_their_time_and_whose_they_are(folder: Path) -> None:
    write(folder / ".claude.json", document())
    found = look(folder)
    assert found is not None
    assert (found.source, found.captured_at) == (Source.CLAUDE_CODE, AN_HOUR_AGO)
    assert found.organization_id == ORGANIZATION
    assert [(each.id, each.percent) for each in found.limits] == [("session", 6.0), ("weekly", 31.0)]


def test_the_body_is_read_like_the_endpoints(folder: Path) -> None:
    resets_at = (NOON + timedelta(days=3)).isoformat()
    entry = {"kind": "weekly_scoped", "percent": 66, "resets_at": resets_at, "scope": {"model": "Fable"}}
    money = {"amount_minor": 1234, "currency": "EUR", "exponent": 2}
    body = {"limits": [entry], "spend": {"enabled": True, "used": money, "limit": None}}
    write(folder / ".claude.json", document(utilization=body))
    found = look(folder)
    assert found is not None
    assert [(each.kind, each.label) for each in found.limits] == [(LimitKind.WEEKLY_MODEL, "Fable")]
    assert found.spend is not None
    assert found.spend.used == Money(1234, 2, "EUR")


@pytest.mark.parametrize(
    "members",
    [
        {"cachedUsageUtilization": document()["cachedUsageUtilization"]},
        {"oauthAccount": document()["oauthAccount"]},
        document(accountUuid="99999999-2222-4333-8444-555555555555"),
        document(accountUuid=None),
        document(fetchedAtMs=None),
        document(fetchedAtMs="soon"),
        document(fetchedAtMs=-5),
        document(fetchedAtMs=1000),
        document(fetchedAtMs=1e300),
        document(fetchedAtMs=int((NOON + timedelta(hours=2)).timestamp() * 1000)),
        document(utilization=None),
        document(utilization={"five_hour": {"utilization": None, "resets_at": None}}),
        {"oauthAccount": [], "cachedUsageUtilization": 7},
        [],
    ],
)
def test_what_cannot_be_trusted_is_nothing(folder: Path, members: object) -> None:
    write(folder / ".claude.json", members)
    assert look(folder) is None


def test_a_window_that_is_over_is_left_out_though_the_file_did_not_change(folder: Path) -> None:
    write(folder / ".claude.json", document())
    clock = FakeClock()
    source = LastLook(lambda: folder, clock)
    assert len(seen(source).limits) == 2
    clock.advance(3600)
    assert [each.id for each in seen(source).limits] == ["weekly"]
    clock.advance(3 * 86400)
    assert asyncio.run(source.look()) is None


def test_a_number_without_a_reset_time_may_be_of_a_window_long_past(folder: Path) -> None:
    body = {"five_hour": {"utilization": 6, "resets_at": None}, "seven_day": {"utilization": 3}}
    write(folder / ".claude.json", document(utilization=body))
    assert look(folder) is None


def test_extra_usage_counts_as_long_as_a_session_could(folder: Path) -> None:
    body = {"spend": {"enabled": True, "used": {"amount_minor": 5, "currency": "EUR", "exponent": 2}}}
    write(folder / ".claude.json", document(utilization=body))
    clock = FakeClock()
    source = LastLook(lambda: folder, clock)
    assert asyncio.run(source.look()) is not None
    clock.advance(SESSION_WINDOW_S)
    assert asyncio.run(source.look()) is None


def test_a_file_that_did_not_change_is_not_read_again(folder: Path) -> None:
    path = folder / ".claude.json"
    write(path, document())
    source = LastLook(lambda: folder, FakeClock())
    first, stamp, before = asyncio.run(source.look()), asyncio.run(source.stamp()), path.stat()
    path.write_bytes(b"x" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert asyncio.run(source.stamp()) == stamp
    assert asyncio.run(source.look()) == first
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert asyncio.run(source.stamp()) != stamp
    assert asyncio.run(source.look()) is None


def test_half_a_file_is_nothing_until_it_is_whole(folder: Path) -> None:
    whole = json.dumps(document())
    source = LastLook(lambda: folder, FakeClock())
    write(folder / ".claude.json", whole[:-1])
    assert asyncio.run(source.look()) is None
    write(folder / ".claude.json", whole)
    assert asyncio.run(source.look()) is not None


def test_no_file_a_folder_and_a_pipe_in_its_place_are_nothing(folder: Path) -> None:
    assert look(folder) is None
    os.mkfifo(folder / ".claude.json")
    (folder / ".config.json").mkdir()
    assert look(folder) is None


def test_the_older_name_is_read_and_the_newest_look_counts(folder: Path) -> None:
    older = int((AN_HOUR_AGO - timedelta(minutes=9)).timestamp() * 1000)
    write(folder / ".config.json", document())
    write(folder / ".claude.json", document(fetchedAtMs=older))
    assert seen(LastLook(lambda: folder, FakeClock())).captured_at == AN_HOUR_AGO
    (folder / ".config.json").unlink()
    assert seen(LastLook(lambda: folder, FakeClock())).captured_at == AN_HOUR_AGO - timedelta(minutes=9)


def test_the_default_folder_has_its_file_in_the_home_and_no_other_folder_looks_there(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / ".claude.json", document())
    assert look(tmp_path / ".claude") is not None
    assert look(folder) is None


def test_another_folder_is_another_stamp(tmp_path: Path, folder: Path) -> None:
    folders = [folder, tmp_path / "other"]
    source = LastLook(lambda: folders[0], FakeClock())
    first = asyncio.run(source.stamp())
    folders.pop(0)
    assert asyncio.run(source.stamp()) != first
