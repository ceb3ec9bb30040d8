"""Marks the simulations as slow, because they take minutes: `test --quick` skips them."""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder as slow."""
    item.add_marker(pytest.mark.slow)
