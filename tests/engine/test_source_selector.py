"""Which changes on this computer count as a change of the credentials."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest

from claudometer.domain.usage import Mode
from claudometer.engine.source_selector import SourceSelector

if TYPE_CHECKING:
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
