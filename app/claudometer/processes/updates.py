"""Builds the update checker. The first check imports the modules that do the work."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.domain.update import Update
from claudometer.engine.updating import Updates
from claudometer.processes.opening_history import find_notes
from claudometer.resources import assets_folder
from claudometer.settings.environment_defaults import RELEASES_URL
from claudometer.store.history import History
from claudometer.system.files import remove_stale_files, temporary_stem
from claudometer.system.installation import find_installation, machine_name
from claudometer.system.launch_command import can_start_again, find_image
from claudometer.system.off_loop import off_loop_at
from claudometer.system.processes import start_child
from claudometer.system.version import own_version

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.engine.engine import Engine
    from claudometer.engine.updating import UpdateWork
    from claudometer.processes.run_context import RunContext
    from claudometer.system.installation import Installation
    from claudometer.system.request_notes import RequestNotes
    from claudometer.updates.check_and_install import UpdateService


KEY_NAME = "release.pub"
"""The publisher's public key, beside the icons. Only release builds have it."""


def find_updates(context: RunContext, engine: Engine) -> Updates | None:
    """Return the update checker; ``None`` in the demo, which sends nothing."""
    history = engine.history
    if context.demo or not isinstance(history, History):
        return None
    notes = find_notes(context.places.state_folder, history)
    installation = find_installation()

    def make_work() -> UpdateWork:
        return make_update_work(context, notes, installation, _download_folder(context), open_outside)

    return Updates(
        Update(running=own_version(), install=installation.kind),
        make_work=make_work,
        daily=lambda: engine.settings.check_daily,
        open_page=lambda: open_outside(RELEASES_URL),
        can_restart=can_start_again,
        state=engine.state,
        clock=context.clock,
        bus=engine.bus,
    )


def make_update_work(
    context: RunContext,
    notes: RequestNotes,
    installation: Installation,
    folder: Path,
    open_file: Callable[[Path], None],
) -> UpdateService:
    """Return the service that checks and installs.

    Args:
        notes: receives each request.
        folder: where a file that the user has to open is saved.
        open_file: opens such a file.
    """
    # Imported by the first check, since httpx and the signature library would only take memory until then.
    from claudometer.providers.downloads import Downloads  # noqa: PLC0415
    from claudometer.updates.addresses import may_request  # noqa: PLC0415
    from claudometer.updates.check_and_install import UpdateEnvironment, UpdateService  # noqa: PLC0415

    environment = UpdateEnvironment(
        address=context.environment.update_url,
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
    downloads = Downloads(may_request, clock=context.clock, note=notes.note)
    return UpdateService(environment, downloads)


async def keep_updated(context: RunContext, updates: Updates) -> None:
    """Check for updates until canceled; first remove unfinished downloads of an earlier run."""
    with suppress(OSError):  # a dead drive may have old downloads; that is no reason not to check
        await off_loop_at("updates", lambda: remove_half_downloads(context))
    await updates.run()


def remove_half_downloads(context: RunContext) -> None:
    """Remove downloads that were cut off because the program was killed. Blocks for a moment."""
    # Whatever their age, since only the tray program downloads, and there is one.
    remove_stale_files(_download_folder(context), of="*", older_than_s=0)
    image = find_image()
    if image is not None:
        import glob  # noqa: PLC0415 - only in an AppImage

        remove_stale_files(image.parent, of=glob.escape(temporary_stem(image)), older_than_s=0)


def open_outside(target: Path | str) -> None:
    """Open a file or a page with the system's own program.

    Raises:
        OSError: it cannot be started.
    """
    if sys.platform == "win32":
        os.startfile(target)  # noqa: S606 - as `webbrowser` does: Windows has no program like xdg-open
        return
    start_child(["open" if sys.platform == "darwin" else "xdg-open", str(target)])


def _download_folder(context: RunContext) -> Path:
    """Return where to put a file that the user has to open."""
    return context.places.state_folder / "updates"
