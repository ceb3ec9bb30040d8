"""The names of limits that the account does not have now."""

from __future__ import annotations

import pytest

from claudometer.present.limit_names import name_of


@pytest.mark.parametrize(
    ("limit", "name"),
    [
        ("session", "Session"),
        ("weekly", "Weekly"),
        ("weekly:fable", "Fable"),
        ("weekly:old-one", "Old One"),
        ("other:velvet-lantern", "Velvet Lantern"),
        ("something\nelse", "Something else"),
    ],
)
def test_a_name_is_made_of_the_id(limit: str, name: str) -> None:
    assert name_of(limit) == name
