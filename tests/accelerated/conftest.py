"""Marks the simulations as slow, because they take minutes: `test --quick` skips them."""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder as slow: a month takes two minutes of a core of its own."""
    item.add_marker(pytest.mark.slow)
    item.add_marker(pytest.mark.timeout(900))
