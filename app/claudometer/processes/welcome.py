"""Decides whether the window opens at its welcome page: at the first start of a user without settings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError
from claudometer.domain.settings import Settings
from claudometer.settings.store import SettingsStore

if TYPE_CHECKING:
    from claudometer.processes.run_context import RunContext

log = logging.getLogger(__name__)


def take_first_start(context: RunContext) -> bool:
    """Return whether this is a user's first start, and save the default settings, so that it is true once.

    Blocks. The demo has nothing to set up; a mode or a key in the environment is a choice already made.

    Raises:
        OSError: the folder of the settings cannot be searched. They may be there.
    """
    environment, path = context.environment, context.places.settings_file
    if context.demo or environment.mode is not None or environment.session_key is not None or path.exists():
        return False
    try:
        SettingsStore(path).save(Settings())
    except ClaudometerError as error:  # the page then opens at the next start, too
        log.warning("the settings file cannot be written: %s", error)
    return True
