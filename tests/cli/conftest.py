"""Fixtures: a private home, the program in it, and a running app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.numbers import fresh
from tests.cli.program import Program
from tests.control.small_engine import SmallEngine
from tests.desktop.private_home import PrivateHome
from tests.simulator.fixtures import simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.control.running_server import RunningServer

__all__ = ["simulator"]


@pytest.fixture
def home() -> Iterator[PrivateHome]:
    created = PrivateHome.create(first_start=True)  # most commands never look at settings
    yield created
    created.remove()


@pytest.fixture
def program(home: PrivateHome) -> Program:
    return Program(home)


@pytest.fixture
def engine() -> SmallEngine:
    """An engine whose numbers were fetched just now."""
    small = SmallEngine()
    small.snapshot = fresh()
    return small


@pytest.fixture
def app(program: Program, engine: SmallEngine) -> Iterator[RunningServer]:
    """A running app that uses ``engine``."""
    with program.serve(engine) as server:
        yield server
