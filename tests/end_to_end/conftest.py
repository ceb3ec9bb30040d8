"""Claude's servers and people who ask them: one with nothing yet, one with a session key, one logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import canary
from tests.desktop.private_home import PrivateHome
from tests.end_to_end.person import Person
from tests.simulator.account import Token, write_login
from tests.simulator.fixtures import simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator import Simulator

__all__ = ["simulator"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder: each runs whole programs several times, and all of it takes minutes."""
    item.add_marker(pytest.mark.slow)


@pytest.fixture
def person(simulator: Simulator) -> Iterator[Person]:
    """Somebody with an account, whose program logs all it can, and who has told it nothing yet."""
    simulator.account.session_keys = {canary.SESSION_KEY}
    simulator.account.tokens = {canary.ACCESS_TOKEN: Token()}
    home = PrivateHome.create()
    someone = Person(home, {"CLAUDOMETER_LOG_LEVEL": "debug", **simulator.environment()})
    yield someone
    someone.assert_clean()
    home.remove()


@pytest.fixture
def web_user(person: Person) -> Person:
    """Somebody in web mode."""
    person.env["CLAUDOMETER_SESSION_KEY"] = canary.SESSION_KEY
    return person


@pytest.fixture
def cli_user(person: Person) -> Person:
    """Somebody in CLI mode, logged in with Claude Code."""
    write_login(person.login_folder, canary.ACCESS_TOKEN, refreshToken=canary.REFRESH_TOKEN)
    return person
