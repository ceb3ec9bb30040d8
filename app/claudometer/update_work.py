"""Builds the update service and its downloader. Imported by the first check for a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.assembly import request_notes
from claudometer.providers.downloads import Downloads
from claudometer.resources import assets_folder
from claudometer.system.installation import machine_name
from claudometer.system.version import own_version
from claudometer.updates.addresses import may_request
from claudometer.updates.service import UpdateEnvironment, UpdateService

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.assembly import Setting
    from claudometer.system.installation import Installation

KEY_NAME = "release.pub"
"""The publisher's public key, beside the icons; absent until there is a publisher."""


def make_update_work(
    setting: Setting, installation: Installation, folder: Path, open_file: Callable[[Path], None]
) -> UpdateService:
    """Return the service that checks and installs; it saves a file for the user to open in ``folder``."""
    environment = UpdateEnvironment(
        address=setting.environment.update_url,
        running=own_version(),
        install=installation.kind,
        platform=machine_name(),
        command=installation.command,
        key_file=assets_folder() / KEY_NAME,
        image=installation.image,
        folder=folder,
        open_file=open_file,
        image_mark=installation.image_mark,
    )
    downloads = Downloads(may_request, clock=setting.clock, note=request_notes(setting).note)
    return UpdateService(environment, downloads)
