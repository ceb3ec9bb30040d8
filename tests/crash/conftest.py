"""Real programs, killed by the hundred: they need the simulator, and `test --quick` leaves them out."""

import pytest

from tests.simulator.fixtures import simulator

__all__ = ["simulator"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder."""
    item.add_marker(pytest.mark.slow)
