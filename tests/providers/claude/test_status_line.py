"""The status line's capture as a source: open windows, with the time they were true."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S, LocalReading, Source
from claudometer.providers.claude import capture, capture_codec
from claudometer.providers.claude.status_line import StatusLineSource, parse_capture
from claudometer.system import captures
from tests.clocks import NOON, FakeClock

if TYPE_CHECKING:
    from claudometer.providers.base import LocalSource
    from claudometer.providers.claude.capture import Windows

NOW_S = NOON.timestamp()


def leave(state: Path, folder: Path, windows: Windows, at: float) -> None:
    kept = capture.record(capture.Capture(), "a", windows, at)
    captures.save(captures.capture_file(str(state), str(folder)), capture_codec.to_wire(kept))


def seen(source: LocalSource) -> LocalReading:
    found = asyncio.run(source.read())
    assert found is not None
    return found


def test_the_numbers_come_with_the_time_they_were_first_seen(tmp_path: Path) -> None:
    windows: Windows = {"five_hour": (41.3, NOW_S + 3600), "seven_day": (12.0, NOW_S + 86400)}
    leave(tmp_path, tmp_path / "claude", windows, NOW_S - 90)
    found = asyncio.run(StatusLineSource(lambda: tmp_path / "claude", tmp_path, FakeClock()).read())
    assert found is not None
    assert (found.source, found.captured_at) == (Source.STATUS_LINE, NOON - timedelta(seconds=90))
    assert (found.organization_id, found.spend) == (None, None)
    assert [(each.id, each.label, each.percent, each.resets_at, each.window_s) for each in found.limits] == [
        ("session", "Session", 41.3, NOON + timedelta(hours=1), SESSION_WINDOW_S),
        ("weekly", "Weekly", 12.0, NOON + timedelta(days=1), WEEK_WINDOW_S),
    ]


def test_an_ended_window_has_no_number_and_is_listed_as_ended(tmp_path: Path) -> None:
    windows: Windows = {"five_hour": (41.3, NOW_S + 60), "seven_day": (112.0, NOW_S + 3600)}
    leave(tmp_path, tmp_path / "claude", windows, NOW_S)
    clock = FakeClock()
    source = StatusLineSource(lambda: tmp_path / "claude", tmp_path, clock)
    clock.advance(60)
    assert [each.percent for each in seen(source).limits] == [112.0]
    assert [each.id for each in seen(source).ended] == ["session"]
    clock.advance(3600)
    assert asyncio.run(source.read()) is None


def test_numbers_of_another_folder_are_not_shown(tmp_path: Path) -> None:
    leave(tmp_path, tmp_path / "one", {"five_hour": (41.3, NOW_S + 60)}, NOW_S)
    assert asyncio.run(StatusLineSource(lambda: tmp_path / "two", tmp_path, FakeClock()).read()) is None


def test_a_link_to_the_folder_is_the_folder(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    leave(tmp_path, tmp_path / "one", {"five_hour": (41.3, NOW_S + 60)}, NOW_S)
    assert asyncio.run(StatusLineSource(lambda: tmp_path / "link", tmp_path, FakeClock()).read()) is not None


def test_the_stamp_changes_with_the_file(tmp_path: Path) -> None:
    source = StatusLineSource(lambda: tmp_path / "claude", tmp_path, FakeClock())
    stamps = [asyncio.run(source.stamp())]
    for percent in (1.0, 2.0):
        leave(tmp_path, tmp_path / "claude", {"five_hour": (percent, NOW_S + 60)}, NOW_S)
        stamps.append(asyncio.run(source.stamp()))
    assert len(set(stamps)) == 3
    assert asyncio.run(source.stamp()) == stamps[-1]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"version": 2}'])
def test_a_damaged_file_is_no_reading(tmp_path: Path, content: bytes) -> None:
    path = Path(captures.capture_file(str(tmp_path), str(tmp_path / "claude")))
    path.write_bytes(content)
    assert asyncio.run(StatusLineSource(lambda: tmp_path / "claude", tmp_path, FakeClock()).read()) is None


def test_a_pipe_instead_of_the_file_is_no_reading(tmp_path: Path) -> None:
    os.mkfifo(captures.capture_file(str(tmp_path), str(tmp_path / "claude")))
    assert asyncio.run(StatusLineSource(lambda: tmp_path / "claude", tmp_path, FakeClock()).read()) is None


def test_numbers_from_the_future_or_from_before_their_window_are_no_reading() -> None:
    kept = capture_codec.to_wire(
        capture.record(capture.Capture(), "a", {"five_hour": (5.0, NOW_S + 60)}, NOW_S)
    )
    assert parse_capture(kept, NOON) is not None
    for captured_at in (NOW_S + 61, NOW_S - 2 * SESSION_WINDOW_S, None, "now"):
        assert parse_capture(kept | {"captured_at": captured_at}, NOON) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["captured_at", "rate_limits", "five_hour", "used_percentage", "resets_at", "sessions"]
                ),
                inner,
            )
        ),
    )
)
def test_any_content_is_read_without_an_exception(content: object) -> None:
    kept = content if not isinstance(content, dict) else content | {"version": 1}
    found = parse_capture(kept, NOON)
    assert found is None or (found.source is Source.STATUS_LINE and found.limits)


def test_numbers_of_another_login_in_the_same_folder_are_no_reading(tmp_path: Path) -> None:
    state, folder = tmp_path / "state", tmp_path / "claude"
    folder.mkdir()
    login = folder / ".credentials.json"
    login.write_text('{"organizationUuid": "first"}', encoding="utf-8")
    windows: Windows = {"five_hour": (41.3, NOW_S + 3600)}
    kept = capture.record(capture.Capture(), "a", windows, NOW_S, captures.login_of(str(folder)))
    captures.save(captures.capture_file(str(state), str(folder)), capture_codec.to_wire(kept))
    source = StatusLineSource(lambda: folder, state, FakeClock(NOON))
    assert seen(source).captured_at == NOON
    login.write_text('{"claudeAiOauth": {"organizationUuid": "second"}}', encoding="utf-8")
    assert asyncio.run(source.read()) is None
    login.unlink()
    assert seen(source).captured_at == NOON


def test_the_organization_is_named_only_if_the_capture_was_of_the_same_login(tmp_path: Path) -> None:
    windows: Windows = {"five_hour": (41.3, NOW_S + 3600)}
    state, folder = tmp_path / "state", tmp_path / "config"
    folder.mkdir()
    path = captures.capture_file(str(state), str(folder))

    def capture_by(login: str) -> None:
        kept = capture.record(capture.Capture(), "a", windows, NOW_S, login)
        captures.save(path, capture_codec.to_wire(kept))

    source = StatusLineSource(lambda: folder, state, FakeClock())
    (folder / ".credentials.json").write_text('{"claudeAiOauth": {"organizationUuid": "mine"}}')
    capture_by(captures.digest("mine"))
    assert seen(source).organization_id == "mine"
    capture_by("")
    assert seen(source).organization_id is None
    capture_by(captures.digest("other"))
    assert asyncio.run(source.read()) is None
