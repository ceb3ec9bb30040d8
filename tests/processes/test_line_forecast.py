"""The app writes its forecasts for the status line, once, and only for Claude Code's login."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.usage import Mode
from claudometer.processes.line_forecast import WRITTEN_EVERY_S, LineForecast
from claudometer.system import captures
from tests.clocks import NOON
from tests.readings import snapshot
from tests.simulator.account import CHAT_ORGANIZATION, write_login
from tests.views import view

if TYPE_CHECKING:
    from pathlib import Path

FULL_AT = (NOON + timedelta(hours=1)).timestamp()
BUSY = replace(snapshot(), outlooks=(("session", Outlook(FULL_AT, FULL_AT, FULL_AT, None, 90.0, 100.0)),))
LOGIN = captures.digest(CHAT_ORGANIZATION)


def test_the_line_reads_what_the_app_has_written(tmp_path: Path) -> None:
    write_login(tmp_path / "claude")
    line = LineForecast(tmp_path, lambda: str(tmp_path / "claude"))
    asyncio.run(line.write(view(BUSY)))
    found = captures.load_forecasts(str(tmp_path), LOGIN, NOON.timestamp() + 60)
    assert found["session"][1:] == ("full about 13:00", True)
    assert not captures.load_forecasts(str(tmp_path), LOGIN, NOON.timestamp() + 3600)


def test_it_writes_only_what_is_new_or_would_soon_be_too_old(tmp_path: Path) -> None:
    write_login(tmp_path / "claude")
    path = captures.forecast_file(str(tmp_path), LOGIN)
    line = LineForecast(tmp_path, lambda: str(tmp_path / "claude"))

    def written_at(seconds: float, shown: object = BUSY) -> object:
        """Write the view of this time; return the time in the file, or ``None`` without one."""
        asyncio.run(line.write(view(shown, NOON + timedelta(seconds=seconds))))  # type: ignore[arg-type]
        kept = captures.load(path)
        return kept["at"] - NOON.timestamp() if isinstance(kept, dict) else None

    assert written_at(0, snapshot()) is None, "nothing to say, no file"
    assert written_at(1) == 1
    assert written_at(60) == 1
    assert written_at(WRITTEN_EVERY_S + 2) == WRITTEN_EVERY_S + 2
    assert written_at(WRITTEN_EVERY_S + 10, snapshot()) == WRITTEN_EVERY_S + 10
    assert captures.load_forecasts(str(tmp_path), LOGIN, NOON.timestamp() + 620) == {}


def test_what_could_not_be_written_is_written_with_the_next_view(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text("a file in the place of the folder")
    line = LineForecast(state, lambda: str(tmp_path / "claude"))
    asyncio.run(line.write(view(BUSY)))  # nobody is logged in
    write_login(tmp_path / "claude")
    asyncio.run(line.write(view(BUSY)))
    state.unlink()
    asyncio.run(line.write(view(BUSY)))
    assert captures.load_forecasts(str(state), LOGIN, NOON.timestamp() + 60)


def test_a_drive_that_does_not_respond_is_no_error(tmp_path: Path) -> None:
    def hang() -> str:
        raise TimeoutError("an earlier call has not returned")

    line = LineForecast(tmp_path, hang)
    asyncio.run(line.write(view(BUSY)))
    assert not list(tmp_path.iterdir())


def test_for_other_accounts_and_the_demo_nothing_is_written(tmp_path: Path) -> None:
    write_login(tmp_path / "claude")
    line = LineForecast(tmp_path, lambda: str(tmp_path / "claude"))
    for other in (replace(BUSY, mode=Mode.WEB), replace(BUSY, demo=True)):
        asyncio.run(line.write(view(other)))
    assert not list(tmp_path.glob("forecast-*"))
