"""Whose numbers the environment asks for, and whether the running app watches that account.

A command answers about the account that its options and variables name, and about the one in the tray only
where they name none. ``claudometer status`` loads this module, so it imports little.
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

_BASES = {True: PREFIX + "WEB_URL", False: PREFIX + "OAUTH_URL"}
"""The variable of the server's address, by whether claude.ai is asked."""

DISK_PATIENCE_S = 2.0
"""How long a folder on a network drive may take to say where it is."""


class Asked:
    """What the environment names. Each is ``None`` where no variable does.

    Attributes:
        folder: of Claude Code's login, as it is spelled.
        key: the name that the session key gives its account; empty for a key that cannot be one.
    """

    __slots__ = ("_variables", "folder", "key")

    def __init__(self, variables: Mapping[str, str]) -> None:
        upper = {name.upper(): value for name, value in variables.items() if value}
        self._variables = {name: upper[name] for name in (MODE, KEY, *_BASES.values()) if name in upper}
        self.folder = named_login()
        self.key = _name_of(self._variables[KEY]) if KEY in self._variables else None

    @property
    def nothing(self) -> bool:
        """Whether the environment leaves it to the tray."""
        return self.folder is None and not self._variables

    def differing(self, watched: Watched | None) -> str | None:
        """Return the variable that names something else than the app watches, ``None`` if none does.

        A folder that is the app's own means the account that is set up for it, in whatever mode.

        Args:
            watched: ``None`` for an app that does not say what it watches: it may be anything.
        """
        given = self._variables
        if watched is None:
            return next(iter(given), login_variable())
        is_web = watched["mode"] == WEB
        mode = given.get(MODE, WEB if KEY in given else None)
        if mode is not None and mode != watched["mode"]:
            return MODE if MODE in given else KEY
        if is_web and KEY in given and self.key != watched["key"]:
            return KEY
        base = _BASES[is_web]
        own = watched["web_url"] if is_web else watched["oauth_url"]
        if base in given and given[base].rstrip("/") != own:
            return base
        if self.folder is None or mode == WEB or _is_same_folder(self.folder, watched["folder"]):
            return None
        return login_variable()


def read_asked(call: Call) -> Asked | None:
    """Return what the environment asks for, ``None`` if nothing. The demo has one account."""
    asked = None if call.demo else Asked(os.environ)
    return None if asked is None or asked.nothing else asked


def differing(asked: Asked | None, account: AccountReport) -> str | None:
    """Return the variable that asks for another account than this one of the running app."""
    return None if asked is None else asked.differing(account.get("watched"))


def tell_difference(call: Call, variable: str) -> None:
    """Say on standard error that the answer is not about the account in the tray, if a person reads it."""
    if call.has("--json") or (call.has("--format") and not sys.stderr.isatty()):
        return
    from claudometer.present.messages.terminal import ASKS_ITSELF

    print(ASKS_ITSELF.format(variable=variable), file=sys.stderr)


def tell_shown(call: Call) -> None:
    """Say on standard error that the window is about another account than the environment names.

    Says nothing of an app that does not answer: whoever opens the window finds that out.
    """
    asked = read_asked(call)
    if asked is None:
        return
    from claudometer.cli.app_report import ask_report
    from claudometer.control.client import ControlClient
    from claudometer.domain.errors import ClaudometerError
    from claudometer.system.runtime import socket_path

    try:
        account = ask_report(ControlClient(socket_path(demo=False)))
    except ClaudometerError:
        return
    variable = None if account is None else differing(asked, account)
    if variable is not None:
        from claudometer.present.messages.terminal import SHOWS_ANOTHER

        print(SHOWS_ANOTHER.format(variable=variable), file=sys.stderr)


def _name_of(pasted: str) -> str:
    from claudometer.domain.errors import InvalidSettingError
    from claudometer.providers.claude.session_key import name_of, parse_session_key

    try:
        return name_of(parse_session_key(pasted))
    except InvalidSettingError:
        return ""  # `settings.environment` says what is wrong with it


def _is_same_folder(first: str, second: str) -> bool:
    """Return whether two paths lead to one folder. One that does not say in time is another."""
    if os.path.abspath(first) == os.path.abspath(second):
        return True
    from threading import Thread

    found: list[bool] = []
    thread = Thread(
        target=lambda: found.append(os.path.realpath(first) == os.path.realpath(second)), daemon=True
    )
    thread.start()
    thread.join(DISK_PATIENCE_S)
    return found == [True]
