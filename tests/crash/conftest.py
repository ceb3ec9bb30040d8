"""Provides the simulator, and marks the tests as slow, because they kill hundreds of processes."""

import pytest

from tests.simulator.fixtures import simulator

__all__ = ["simulator"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder as slow: `test --quick` skips them."""
    item.add_marker(pytest.mark.slow)
