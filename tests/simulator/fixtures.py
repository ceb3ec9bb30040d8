"""The simulator as a pytest fixture, for import in a ``conftest.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A new simulator of both servers, at an unused port."""
    with Simulator() as running:
        yield running
