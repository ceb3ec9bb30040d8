"""How long nothing is sent after a 429, and what lifts the block."""

from __future__ import annotations

import pytest

from claudometer.domain.block_after_429 import block, block_s, unblock
from claudometer.domain.token_bucket import OAUTH_BUDGET, full
from tests.clocks import NOON


@pytest.mark.parametrize(
    ("retry_after_s", "refusals", "expected_s"),
    [
        (None, 0, 300),
        (0, 0, 300),
        (0, 1, 600),
        (None, 9, 900),
        (120, 0, 300),
        (300, 0, 330),
        (300, 1, 375),
        (3600, 0, 3630),
        (3600, 1, 4500),
        (3600, 2, 3630),
        (3037.5, 1, 3037.5 * 1.25),
        (-5, 0, 300),
        (86_400_000, 0, 4500),
    ],
)
def test_a_429_blocks_for_the_stated_time_with_a_margin(
    retry_after_s: float | None, refusals: int, expected_s: float
) -> None:
    assert block_s(retry_after_s, refusals) == expected_s


def test_a_success_lifts_the_block_and_clears_the_refusals() -> None:
    blocked = block(block(full(OAUTH_BUDGET, NOON), NOON, None), NOON, None)
    assert blocked.refusals == 2
    assert unblock(blocked).blocked_until is None
    assert unblock(blocked).refusals == 0
