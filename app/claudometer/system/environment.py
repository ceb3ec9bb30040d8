"""The variables of this process: the user's, and those that a package set for the process. Loads little."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET_VARIABLES = frozenset({"CLAUDOMETER_SESSION_KEY"})

_lent: dict[str, str | None] = {}
"""The user's own values of variables that a package set for this process only; ``None`` if not set before."""


def lend_environment(variables: Mapping[str, str]) -> None:
    """Set variables for this process and the libraries it loads, not for the programs it starts."""
    for name, value in variables.items():
        _lent.setdefault(name, os.environ.get(name))
        os.environ[name] = value


def users_environment() -> dict[str, str]:
    """Return the user's environment: without what a package set for itself, and without our secrets."""
    theirs = {**os.environ, **{name: value for name, value in _lent.items() if value is not None}}
    gone = {name for name, value in _lent.items() if value is None} | SECRET_VARIABLES
    return {name: value for name, value in theirs.items() if name not in gone}
