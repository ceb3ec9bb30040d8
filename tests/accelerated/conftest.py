"""Simulated weeks take minutes: `test --quick` leaves them out."""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder."""
    item.add_marker(pytest.mark.slow)
