"""A run that updates a file repeatedly until it is killed: `updating_life.py IMAGE KEY ADDRESS`.

It prints "found" after each check and "ready" after each replacement of the file.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))  # a script cannot import `tests` otherwise

from claudometer.domain.clock import SystemClock
from claudometer.domain.update import Install, Stage, Update
from claudometer.providers.downloads import Downloads
from claudometer.updates.addresses import may_request
from claudometer.updates.check_and_install import UpdateEnvironment, UpdateService
from tests.updates.releases import PLATFORM

if TYPE_CHECKING:
    from claudometer.domain.ledger import RequestRecord


def ignore(_value: object) -> None:
    """Ignore progress and opened files."""


async def ignore_record(_record: RequestRecord) -> None:
    """Record no requests."""


async def live(image: Path, key_file: Path, address: str) -> None:
    """Check for an update and install it, in an endless loop."""
    around = UpdateEnvironment(
        address, "0.1.0", Install.APPIMAGE, PLATFORM, None, key_file, image, image.parent, ignore
    )
    service = UpdateService(around, Downloads(may_request, clock=SystemClock(), note=ignore_record))
    while True:
        found = await service.check(Update())
        os.write(1, b"found\n")
        done = await service.install(found, ignore)
        if done.stage is not Stage.READY:
            raise RuntimeError(done)
        os.write(1, b"ready\n")


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
