"""How many requests of a shared limit are left to us, as ``requests`` reads it from the state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.processes.kept_state import read_shared_rate, spare_of

if TYPE_CHECKING:
    from pathlib import Path

HALF = {"allowances": {"claude/x": {"share": 0.5}}}


@pytest.mark.parametrize(
    ("own", "spare", "rate"),
    [
        (HALF, None, 10),
        ({}, HALF, 10),  # the state folder could not be written when the refusal came
        (HALF, {"allowances": {}}, None),  # a spare state is the newer one
        (HALF, {}, 10),
        (None, None, None),
    ],
)
def test_the_rate_is_that_of_the_newest_state(
    tmp_path: Path, own: object, spare: object, rate: int | None
) -> None:
    lock_file = tmp_path / "claudometer.lock"
    for path, state in ((tmp_path / "state.json", own), (spare_of(lock_file), spare)):
        if state is not None:
            path.write_text(json.dumps(state), encoding="utf-8")
    assert read_shared_rate(tmp_path, lock_file) == rate
