"""Finds the account that ``--account`` names. It comes before every variable of the environment."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import Settings
from claudometer.processes.assembly import assemble
from claudometer.processes.run_context import read_context
from claudometer.settings.environment_defaults import PREFIX
from claudometer.settings.store import SettingsStore
from claudometer.system.claude_variables import CONFIG_VARIABLE, LOGIN_NAME, STORAGE_VARIABLE
from claudometer.system.login_folder import default_folder
from claudometer.system.off_loop import finish_calls
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from claudometer.domain.settings import AccountSettings

_FOLDERS = (CONFIG_VARIABLE, STORAGE_VARIABLE)
_CREDENTIALS = (f"{PREFIX}MODE", f"{PREFIX}SESSION_KEY")


def choose_account(wanted: str, *, demo: bool) -> str:
    """Return our id of the wanted account, and remove the variables that name another one.

    For the shown account, the server's ids of it and of its organization are accepted as well. Sends nothing.

    Raises:
        ClaudometerError: ``ACCOUNT_UNKNOWN``; or the settings or the environment cannot be used.
    """
    settings = _read_settings(demo=demo)
    own = {str(account.id): account for account in settings.accounts}
    _forget_variables(own.get(wanted) or settings.account)
    if wanted in own:
        return wanted
    if wanted in _names_of_shown(demo=demo):
        return settings.shown
    raise ClaudometerError(ErrorCode.ACCOUNT_UNKNOWN, account=wanted, known=", ".join(own))


def _read_settings(*, demo: bool) -> Settings:
    if demo:
        return Settings()
    try:
        return SettingsStore(find_places(demo=False).settings_file).load().settings
    except OSError:
        return Settings()


def _forget_variables(account: AccountSettings) -> None:
    """Remove the variables that name another account than this one.

    An account that was never set up and has no login here gets its session key from the environment, so
    its variables stay.
    """
    # From `os.environ`, because the engine reads the environment by itself.
    for name in _FOLDERS:
        os.environ.pop(name, None)
    folder = account.claude_folder or str(default_folder())
    is_set_up = account.mode is not None or os.path.isfile(os.path.join(folder, LOGIN_NAME))  # noqa: PTH113, PTH118
    if is_set_up:
        for name in _CREDENTIALS:
            os.environ.pop(name, None)


def _names_of_shown(*, demo: bool) -> set[str]:
    """Return the server's ids of the shown account: its own, its key's and its organization's."""

    async def identify() -> set[str]:
        engine = await assemble(read_context(demo=demo))
        await engine.recall()
        account, reading = engine.snapshot.account, engine.snapshot.reading
        names = set() if account is None else {str(account.account), *account.account.split(":")}
        return names | ({reading.account.organization_id or ""} if reading else set()) - {""}

    try:
        return asyncio.run(identify())
    finally:
        finish_calls()
