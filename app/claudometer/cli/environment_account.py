"""The account that the environment names, and whether the running app watches that one.

A command is about the account that its options and variables name; if they name none, about the one in the
tray. ``claudometer status`` loads this module, so it imports little.
"""

# ruff: noqa: PTH100 - importing pathlib would take more time than the command has

from __future__ import annotations

import os
import sys

from claudometer.settings.environment_defaults import PREFIX
from claudometer.system.claude_variables import login_variable, named_login

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.cli.options import Call
    from claudometer.control.wire.report import AccountReport, Watched

MODE, KEY = PREFIX + "MODE", PREFIX + "SESSION_KEY"
WEB = "web"
ACCOUNT = "--account"

_BASES = {True: PREFIX + "WEB_URL", False: PREFIX + "OAUTH_URL"}
"""The variable with the server's address; by whether the server is claude.ai."""

DISK_TIMEOUT_S = 2.0
"""How long it may take to resolve a folder, which may be on a network drive."""


class EnvironmentAccount:
    """What the environment names. A value is ``None`` if no variable names it.

    Attributes:
        folder: the folder of Claude Code's login, as it is spelled.
        key: the account name derived from the session key; empty if the variable has no valid key.
    """

    __slots__ = ("_variables", "folder", "key")

    def __init__(self, variables: Mapping[str, str]) -> None:
        # In capitals, since pydantic reads the variables in any case.
        upper = {name.upper(): value for name, value in variables.items() if value}
        self._variables = {name: upper[name] for name in (MODE, KEY, *_BASES.values()) if name in upper}
        self.folder = named_login()
        self.key = _name_of(self._variables[KEY]) if KEY in self._variables else None

    @property
    def is_empty(self) -> bool:
        """Whether the environment names no account."""
        return self.folder is None and not self._variables

    def differing_in(self, account: AccountReport) -> str | None:
        """Return a variable that names something else than this account of the app, ``None`` if none does."""
        return self.differing_from(account.get("watched"))

    def differing_from(self, watched: Watched | None) -> str | None:
        """Return a variable that names something other than what the app watches, ``None`` if none does.

        If the folder is the app's own, the account that is set up in the app is meant, in whatever mode.

        Args:
            watched: ``None`` for an app of another version, which does not say what it watches.
        """
        given = self._variables
        if watched is None:
            # It cannot be compared, so the command sends its own request.
            return next(iter(given), login_variable())
        is_web = watched["mode"] == WEB
        # A key without a mode means claude.ai: nothing else takes one.
        mode = given.get(MODE, WEB if KEY in given else None)
        if mode is not None and mode != watched["mode"]:
            return MODE if MODE in given else KEY
        if is_web and KEY in given and self.key != watched["key"]:
            return KEY
        base = _BASES[is_web]
        own = watched["web_url"] if is_web else watched["oauth_url"]
        # The app keeps its address without the slash at the end, and without spaces around it.
        if base in given and given[base].strip().rstrip("/") != own:
            return base
        if self.folder is None or mode == WEB or _is_same_folder(self.folder, watched["folder"]):
            return None
        return login_variable()


class ChosenAccount:
    """The account that ``--account`` names, which counts before the environment."""

    __slots__ = ("id",)

    def __init__(self, wanted: str) -> None:
        self.id = wanted

    def differing_in(self, account: AccountReport) -> str | None:
        """Return the option if it names another account than this one of the app, ``None`` if it does not.

        The server's own ids of the account and its organization are accepted as well.
        """
        watched, shown = account.get("watched"), account["report"]["account"]
        known = (watched["id"] if watched else None, account["id"], shown["id"], shown["organization_id"])
        return None if self.id in known else ACCOUNT


NamedAccount = EnvironmentAccount | ChosenAccount


def named_account(call: Call) -> NamedAccount | None:
    """Return what the options name, else the environment; ``None`` for the account in the tray."""
    wanted = call.values.get(ACCOUNT)
    return read_environment_account(call) if wanted is None else ChosenAccount(wanted)


def read_environment_account(call: Call) -> EnvironmentAccount | None:
    """Return what the environment names, ``None`` if nothing. The demo has only one account."""
    named = None if call.demo else EnvironmentAccount(os.environ)
    return None if named is None or named.is_empty else named


def differing_variable(named: NamedAccount | None, account: AccountReport) -> str | None:
    """Return a variable or option that names another account than this one of the running app."""
    return None if named is None else named.differing_in(account)


def print_difference(call: Call, variable: str) -> None:
    """Print to standard error that the answer is not about the account in the tray, if that is a terminal.

    A script that keeps what a command writes there is told nothing: its answer names the account.

    Raises:
        ClaudometerError: ``ACCOUNT_UNKNOWN``: nothing will be sent, so there is nothing to say.
    """
    if not sys.stderr.isatty():  # no person reads it
        return
    if variable == ACCOUNT:
        from claudometer.processes.chosen_account import choose_account

        choose_account(call.values[ACCOUNT], demo=call.demo)
    from claudometer.present.messages.terminal import ASKS_ITSELF

    _print_sentence(ASKS_ITSELF.format(variable=variable))


def warn_of_another_account(call: Call) -> None:
    """Print to standard error that the window shows another account than the environment names.

    Prints nothing if the app does not answer: opening the window will report that.
    """
    named = read_environment_account(call)
    if named is None:
        return
    from claudometer.control.client import ControlClient
    from claudometer.domain.errors import ClaudometerError
    from claudometer.system.runtime import socket_path

    try:
        account = ControlClient(socket_path(demo=False)).report()
    except ClaudometerError:
        return
    variable = None if account is None else differing_variable(named, account)
    if variable is not None:
        from claudometer.present.messages.terminal import SHOWS_ANOTHER

        _print_sentence(SHOWS_ANOTHER.format(variable=variable))


def _print_sentence(sentence: str) -> None:
    from claudometer.cli.terminal_style import fitted
    from claudometer.present.messages.cli import line

    print(fitted(line(sentence), sys.stderr), file=sys.stderr)


def _name_of(pasted: str) -> str:
    from claudometer.domain.errors import InvalidSettingError
    from claudometer.providers.claude.session_key import name_of, parse_session_key

    try:
        return name_of(parse_session_key(pasted))
    except InvalidSettingError:
        return ""  # `settings.environment` says what is wrong with it


def _is_same_folder(first: str, second: str) -> bool:
    """Return whether two paths lead to the same folder. If they cannot be resolved in time, they do not."""
    try:
        if os.path.abspath(first) == os.path.abspath(second):
            return True
    except OSError:  # a relative path, and the current folder was deleted
        return False
    from threading import Thread

    found: list[bool] = []
    thread = Thread(
        target=lambda: found.append(os.path.realpath(first) == os.path.realpath(second)), daemon=True
    )
    thread.start()
    thread.join(DISK_TIMEOUT_S)
    return found == [True]
