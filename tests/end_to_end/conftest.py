"""A simulated server and its users: without credentials, with a session key, and logged in to Claude Code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import canary
from tests.desktop.private_home import PrivateHome
from tests.end_to_end.person import Person
from tests.simulator.account import Token, write_login
from tests.simulator.fixtures import simulator, tls_simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator import Simulator

__all__ = ["simulator", "tls_simulator"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder as slow: each runs several processes, and together they take minutes."""
    item.add_marker(pytest.mark.slow)


@pytest.fixture
def person(simulator: Simulator) -> Iterator[Person]:
    """A user with an account, but without credentials in the program. Debug messages are logged."""
    simulator.account.session_keys = {canary.SESSION_KEY}
    simulator.account.tokens = {canary.ACCESS_TOKEN: Token()}
    home = PrivateHome.create()
    user = Person(home, {"CLAUDOMETER_LOG_LEVEL": "debug", **simulator.environment()})
    yield user
    try:
        user.assert_clean()
    finally:
        home.remove()


@pytest.fixture
def web_user(person: Person) -> Person:
    """A user in web mode, with a session key in the environment."""
    person.env["CLAUDOMETER_SESSION_KEY"] = canary.SESSION_KEY
    return person


@pytest.fixture
def cli_user(person: Person) -> Person:
    """A user in CLI mode, logged in to Claude Code."""
    write_login(person.login_folder, canary.ACCESS_TOKEN, refreshToken=canary.REFRESH_TOKEN)
    return person
