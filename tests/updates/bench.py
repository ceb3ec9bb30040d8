"""A bench with the real update service and downloads, a release server, and a small file as the AppImage."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.clock import SystemClock
from claudometer.domain.update import Install, Offer, Stage, Update
from claudometer.providers.downloads import Downloads
from claudometer.system.files import mark_of
from claudometer.updates.addresses import may_request
from claudometer.updates.check_and_install import UpdateEnvironment, UpdateService
from tests.updates.minisign import Signer
from tests.updates.releases import PLATFORM

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.ledger import RequestRecord
    from tests.updates.releases import Releases

# NEW takes several chunks to download.
OLD, NEW = b"#!/bin/sh\n# old\n" + b"o" * 200_000, b"#!/bin/sh\n# new\n" + b"n" * 900_000
NAME = "Claudometer-0.2.0-x86_64.AppImage"


class Bench:
    """A machine with version 0.1.0 installed, and the publisher's server and key."""

    def __init__(self, folder: Path, releases: Releases) -> None:
        self.releases = releases
        self.signer = Signer()
        self.folder = folder
        self.image = folder / "Claudometer.AppImage"
        self.image.write_bytes(OLD)
        self.image.chmod(0o750)  # not the default, so that tests see whether it is kept
        self.key_file = folder.parent / "release.pub"
        self.key_file.write_text(self.signer.public_text)
        self.opened: list[Path] = []
        self.progress: list[Update] = []
        self.sent: list[RequestRecord] = []
        self.environment = UpdateEnvironment(
            address=releases.address,
            running="0.1.0",
            install=Install.APPIMAGE,
            platform=PLATFORM,
            command=None,
            key_file=self.key_file,
            image=self.image,
            folder=folder / "downloads",
            open_file=self.opened.append,
        )

    async def note(self, record: RequestRecord) -> None:
        """Record a request."""
        self.sent.append(record)

    def publish(self, **changes: object) -> None:
        """Publish a valid release 0.2.0, except for ``changes`` to the arguments of `Releases.publish`."""
        what: dict[str, object] = {"version": "0.2.0", "name": NAME, "body": NEW, "platform": PLATFORM}
        signature = self.signer.sign(NEW, file=NAME, version="0.2.0")
        self.releases.publish(**({**what, "signature": signature} | changes))  # type: ignore[arg-type]

    def service(self, **changes: object) -> UpdateService:
        """Build the update service, with ``changes`` to the fields of its environment."""
        environment = replace(self.environment, **changes)  # type: ignore[arg-type]
        mark = None if environment.image is None else mark_of(environment.image)
        downloads = Downloads(may_request, clock=SystemClock(), note=self.note)
        return UpdateService(replace(environment, image_mark=mark), downloads)

    def check(self, **changes: object) -> Update:
        """Check for an update with a new service."""
        return asyncio.run(self.service(**changes).check(self.blank()))

    def update(self, **changes: object) -> Update:
        """Check for an update, and install it if it can be installed."""

        async def both() -> Update:
            service = self.service(**changes)
            found = await service.check(self.blank())
            if found.offer not in {Offer.INSTALL, Offer.OPEN}:
                return found
            return await service.install(found, self.progress.append)

        return asyncio.run(both())

    def blank(self) -> Update:
        """Return the update that is shown during a check."""
        return Update(Stage.CHECKING, self.environment.running, self.environment.install)

    def is_untouched(self) -> bool:
        """Return whether the AppImage is the old one and its folder has no other files."""
        return self.image.read_bytes() == OLD and self.beside() == [self.image.name]

    def beside(self) -> list[str]:
        """Return the sorted names of the files in the AppImage's folder."""
        return sorted(path.name for path in self.folder.iterdir())
