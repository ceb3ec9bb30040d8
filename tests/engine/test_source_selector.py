"""Which changes on this computer count as a change of the credentials."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest

from claudometer.domain.usage import Mode
from claudometer.engine.requester import AccountGuard
from claudometer.engine.source_selector import SourceSelector

if TYPE_CHECKING:
    from claudometer.engine.bus import SnapshotStore
    from claudometer.engine.kept_readings import ReadingMerger
    from claudometer.providers.base import UsageSource


class Stamped:
    """A source whose credentials have this stamp."""

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp

    async def credentials_mark(self) -> str:
        return ""

    async def credentials_stamp(self) -> str:
        return self.stamp


@pytest.mark.parametrize("fitting", list(Mode))
def test_files_of_claude_code_count_only_in_local_mode_while_no_mode_is_chosen(fitting: Mode) -> None:
    sources = {mode: Stamped("as before") for mode in Mode}

    async def find() -> Mode:
        return fitting

    selector = SourceSelector(
        {mode: cast("UsageSource", source) for mode, source in sources.items()},
        chosen=lambda: None,
        fitting=find,
        interval_s=lambda: 60.0,
    )

    async def story() -> tuple[bool, bool]:
        await selector.select()
        before = await selector.stamp()
        sources[Mode.LOCAL].stamp = "new numbers"
        with_numbers = await selector.stamp()
        sources[Mode.CLI].stamp = "new login"
        return with_numbers != before, await selector.stamp() != with_numbers

    assert asyncio.run(story()) == (fitting is Mode.LOCAL, True)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_choice_of_the_mode_in_force_is_no_change_of_the_credentials(mode: Mode) -> None:
    sources = {each: Stamped("as before") for each in Mode}
    chosen: Mode | None = None

    async def find() -> Mode:
        return mode

    selector = SourceSelector(
        {each: cast("UsageSource", source) for each, source in sources.items()},
        chosen=lambda: chosen,
        fitting=find,
        interval_s=lambda: None,
    )
    guard = AccountGuard(selector, cast("ReadingMerger", None), cast("SnapshotStore", None))

    async def story() -> tuple[bool, bool, bool]:
        nonlocal chosen
        await selector.select()
        await guard.note_credentials()
        chosen = mode
        by_choice = await guard.have_credentials_changed()
        sources[mode].stamp = "new login"
        by_login = await guard.have_credentials_changed()
        await guard.note_credentials()
        return by_choice, by_login, await guard.have_credentials_changed()

    assert asyncio.run(story()) == (False, True, False)
