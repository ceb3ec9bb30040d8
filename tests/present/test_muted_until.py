"""Every place names the same minute until which alerts are muted."""

from __future__ import annotations

from datetime import timedelta

from claudometer.domain.alerts.silence import Silence
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.usage import Mode
from claudometer.present.alert_list import alert_panel
from claudometer.present.mute import mute_entry
from tests.clocks import NOON
from tests.views import view


def test_menu_and_list_name_the_minute_of_the_reset_that_was_chosen() -> None:
    """A server says 13:59:59.6 for 14:00, and the choice says "Until the reset, 14:00"."""
    silence = Silence(NOON + timedelta(hours=2, seconds=-0.4))
    assert mute_entry(view(Snapshot(Mode.CLI)), silence, UTC_REGION).text == "Alerts muted until 14:00"
    assert alert_panel([], silence, NOON, UTC_REGION, tested=None)["line"] == "Muted until 14:00"
