"""When session keys end, as it is read from the state."""

from __future__ import annotations

import pytest

from claudometer.domain.key_ends import ENDS, read_ends
from tests.clocks import NOON


def test_an_end_in_another_zone_is_read_as_utc() -> None:
    kept = {ENDS: {"digest": "2026-03-02T14:00:00+02:00"}}
    assert read_ends(kept)["digest"].isoformat() == "2026-03-02T12:00:00+00:00"


@pytest.mark.parametrize(
    "damaged", ["soon", "2026-03-02T14:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", 5]
)
def test_a_damaged_end_costs_no_other_one(damaged: object) -> None:
    assert read_ends({ENDS: {"damaged": damaged, "whole": NOON.isoformat()}}) == {"whole": NOON}
