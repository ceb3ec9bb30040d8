"""One life that updates a file again and again until it is killed: `updating_life.py IMAGE KEY ADDRESS`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))  # started as a script, `tests` is not importable yet

from claudometer.domain.clock import SystemClock
from claudometer.domain.update import Install, Stage, Update
from claudometer.providers.downloads import Downloads
from claudometer.updates.addresses import may_request
from claudometer.updates.service import UpdateEnvironment, UpdateService
from tests.updates.releases import PLATFORM

if TYPE_CHECKING:
    from claudometer.domain.ledger import RequestRecord


def nothing(_said: object) -> None:
    """Take what nobody looks at."""


async def forget(_record: RequestRecord) -> None:
    """Write nothing down."""


async def live(image: Path, key_file: Path, address: str) -> None:
    """Check, install, and again."""
    around = UpdateEnvironment(
        address, "0.1.0", Install.APPIMAGE, PLATFORM, None, key_file, image, image.parent, nothing
    )
    service = UpdateService(around, Downloads(may_request, clock=SystemClock(), note=forget))
    while True:
        found = await service.check(Update())
        os.write(1, b"found\n")
        done = await service.install(found, nothing)
        if done.stage is not Stage.READY:
            raise RuntimeError(done)
        os.write(1, b"ready\n")


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
