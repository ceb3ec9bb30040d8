"""Tests what the page about polling concludes from policies that know more than a program can."""

from __future__ import annotations

import statistics

from tests.accelerated.policy_bounds import POLICIES, SEEDS, live_through


def test_a_policy_that_foresees_the_others_is_never_refused_and_has_young_numbers() -> None:
    month = live_through(POLICIES["all foreseen, 300 s apart"], SEEDS[0])
    assert (month.refusals, month.blocked_s) == (0, 0.0)
    assert statistics.median(month.ages_s) < 240


def test_a_policy_that_only_sees_the_use_has_young_numbers_but_longer_blocks_and_older_numbers_then() -> None:
    now, eight = (
        live_through(POLICIES[name], SEEDS[0])
        for name in ("now: halved, given back", "use seen: 8 in any hour, 240 s apart")
    )
    assert statistics.median(eight.ages_s) <= 240 < statistics.median(now.ages_s)
    assert eight.blocked_s > 2 * now.blocked_s
    assert eight.old_s > 2 * now.old_s
    assert statistics.mean(eight.ages_s) > statistics.mean(now.ages_s)
