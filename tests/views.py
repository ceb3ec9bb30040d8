"""The view of a snapshot that surfaces get, to build tests from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.region import UTC_REGION, Region
from claudometer.present.derivation import view_of
from claudometer.present.levels import Thresholds
from tests.clocks import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.snapshot import Snapshot
    from claudometer.present.view import AccountView


def view(
    shown: Snapshot,
    now: datetime = NOON,
    region: Region = UTC_REGION,
    *,
    thresholds: Thresholds = Thresholds(),  # noqa: B008 - never changed
    remaining: bool = False,
) -> AccountView:
    """Return the view of a snapshot at ``now``, by default with UTC and a 24-hour clock."""
    return view_of(shown, now, region, thresholds, remaining=remaining)
