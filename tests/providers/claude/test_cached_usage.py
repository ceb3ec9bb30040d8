"""Claude Code's cached usage: only of this account, only open windows, only with its time."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.usage import SESSION_WINDOW_S, LimitKind, LocalReading, Money, Source
from claudometer.providers.claude.cached_usage import CachedUsageSource
from tests.clocks import NOON, FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.providers.base import LocalSource

ACCOUNT = "11111111-2222-4333-8444-555555555555"
ORGANIZATION = "5d2f9e70-4444-4555-8666-fedcbafedcba"
AN_HOUR_AGO = NOON - timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "claude"
    made.mkdir()
    return made


def document(**changes: object) -> dict[str, Any]:
    usage = {
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
        "cachedUsageUtilization": usage | changes,
    }


def write(path: Path, content: object) -> None:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def seen(source: LocalSource) -> LocalReading:
    found = asyncio.run(source.read())
    assert found is not None
    return found


def reading_of(folder: Path) -> LocalReading | None:
    return asyncio.run(CachedUsageSource(lambda: folder, FakeClock()).read())


def test_the_numbers_come_with_their_time_and_organization(folder: Path) -> None:
    write(folder / ".claude.json", document())
    found = reading_of(folder)
    assert found is not None
    assert (found.source, found.captured_at) == (Source.CLAUDE_CODE, AN_HOUR_AGO)
    assert found.organization_id == ORGANIZATION
    assert [(each.id, each.percent) for each in found.limits] == [("session", 6.0), ("weekly", 31.0)]


def test_the_body_is_parsed_like_the_endpoints(folder: Path) -> None:
    resets_at = (NOON + timedelta(days=3)).isoformat()
    entry = {"kind": "weekly_scoped", "percent": 66, "resets_at": resets_at, "scope": {"model": "Fable"}}
    money = {"amount_minor": 1234, "currency": "EUR", "exponent": 2}
    body = {"limits": [entry], "spend": {"enabled": True, "used": money, "limit": None}}
    write(folder / ".claude.json", document(utilization=body))
    found = reading_of(folder)
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
def test_untrustworthy_content_is_no_reading(folder: Path, members: object) -> None:
    write(folder / ".claude.json", members)
    assert reading_of(folder) is None


def test_an_ended_window_is_left_out_though_the_file_did_not_change(folder: Path) -> None:
    write(folder / ".claude.json", document())
    clock = FakeClock()
    source = CachedUsageSource(lambda: folder, clock)
    assert len(seen(source).limits) == 2
    clock.advance(3600)
    assert [each.id for each in seen(source).limits] == ["weekly"]
    clock.advance(3 * 86400)
    assert asyncio.run(source.read()) is None


def test_a_number_without_a_reset_time_is_left_out_since_its_window_may_be_long_past(folder: Path) -> None:
    body = {"five_hour": {"utilization": 6, "resets_at": None}, "seven_day": {"utilization": 3}}
    write(folder / ".claude.json", document(utilization=body))
    assert reading_of(folder) is None


def test_extra_usage_is_valid_for_the_length_of_a_session(folder: Path) -> None:
    body = {"spend": {"enabled": True, "used": {"amount_minor": 5, "currency": "EUR", "exponent": 2}}}
    write(folder / ".claude.json", document(utilization=body))
    clock = FakeClock()
    source = CachedUsageSource(lambda: folder, clock)
    assert asyncio.run(source.read()) is not None
    clock.advance(SESSION_WINDOW_S)
    assert asyncio.run(source.read()) is None


def test_of_usage_older_than_a_session_the_credits_are_unknown_and_not_none(folder: Path) -> None:
    week = {"utilization": 30.0, "resets_at": (NOON + timedelta(days=3)).isoformat()}
    write(folder / ".claude.json", document(utilization={"seven_day": week}))
    clock = FakeClock()
    source = CachedUsageSource(lambda: folder, clock)
    assert seen(source).credits == ()
    clock.advance(SESSION_WINDOW_S)
    assert seen(source).credits is None


def test_a_file_that_did_not_change_is_not_read_again(folder: Path) -> None:
    path = folder / ".claude.json"
    write(path, document())
    source = CachedUsageSource(lambda: folder, FakeClock())
    first, stamp, before = asyncio.run(source.read()), asyncio.run(source.stamp()), path.stat()
    path.write_bytes(b"x" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert asyncio.run(source.stamp()) == stamp
    assert asyncio.run(source.read()) == first
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert asyncio.run(source.stamp()) != stamp
    assert asyncio.run(source.read()) is None


def test_half_a_file_is_no_reading_until_it_is_complete(folder: Path) -> None:
    whole = json.dumps(document())
    source = CachedUsageSource(lambda: folder, FakeClock())
    write(folder / ".claude.json", whole[:-1])
    assert asyncio.run(source.read()) is None
    write(folder / ".claude.json", whole)
    assert asyncio.run(source.read()) is not None


def test_a_missing_file_a_folder_and_a_pipe_are_no_reading(folder: Path) -> None:
    assert reading_of(folder) is None
    os.mkfifo(folder / ".claude.json")
    (folder / ".config.json").mkdir()
    assert reading_of(folder) is None


def test_the_older_file_name_is_read_and_the_newest_usage_counts(folder: Path) -> None:
    older = int((AN_HOUR_AGO - timedelta(minutes=9)).timestamp() * 1000)
    write(folder / ".config.json", document())
    write(folder / ".claude.json", document(fetchedAtMs=older))
    assert seen(CachedUsageSource(lambda: folder, FakeClock())).captured_at == AN_HOUR_AGO
    (folder / ".config.json").unlink()
    assert seen(CachedUsageSource(lambda: folder, FakeClock())).captured_at == AN_HOUR_AGO - timedelta(
        minutes=9
    )


def test_only_the_default_folder_has_its_file_in_the_home(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / ".claude.json", document())
    assert reading_of(tmp_path / ".claude") is not None
    assert reading_of(folder) is None


def test_another_folder_has_another_stamp(tmp_path: Path, folder: Path) -> None:
    folders = [folder, tmp_path / "other"]
    source = CachedUsageSource(lambda: folders[0], FakeClock())
    first = asyncio.run(source.stamp())
    folders.pop(0)
    assert asyncio.run(source.stamp()) != first
