"""When the welcome page opens: at a user's first start, and never again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.clock import CorrectedClock
from claudometer.domain.settings import Settings
from claudometer.domain.usage import Mode
from claudometer.processes.run_context import RunContext
from claudometer.processes.welcome import take_first_start
from claudometer.settings.environment import Environment
from claudometer.settings.store import SettingsStore
from claudometer.system.paths import find_places
from tests.clocks import FakeClock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    places = replace(find_places(demo=False), settings_file=tmp_path / "config" / "settings.json")
    return RunContext(places, Environment(), False, CorrectedClock(FakeClock()))


def test_the_first_start_is_the_first_only_once(context: RunContext) -> None:
    assert [take_first_start(context) for _ in range(3)] == [True, False, False]
    assert SettingsStore(context.places.settings_file).load().settings == Settings()


def test_a_user_with_settings_is_not_welcomed(context: RunContext) -> None:
    context.places.settings_file.parent.mkdir()
    context.places.settings_file.write_text("{damaged", encoding="utf-8")
    assert not take_first_start(context)
    assert context.places.settings_file.read_text(encoding="utf-8") == "{damaged"


@pytest.mark.parametrize(
    "changes", [{"demo": True}, {"environment": Environment(mode=Mode.WEB)}], ids=["demo", "environment"]
)
def test_a_user_with_nothing_to_choose_is_not_welcomed_and_nothing_is_written(
    context: RunContext, changes: dict[str, Any]
) -> None:
    assert not take_first_start(replace(context, **changes))
    assert not context.places.settings_file.exists()


def test_where_nothing_can_be_written_the_page_opens_at_every_start(context: RunContext) -> None:
    context.places.settings_file.parent.write_text("a file in the place of the folder", encoding="utf-8")
    assert [take_first_start(context) for _ in range(2)] == [True, True]
