"""The simulator as a pytest fixture; a ``conftest.py`` imports it from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Both servers, fresh for each test, at a free port."""
    with Simulator() as running:
        yield running
