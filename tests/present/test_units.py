"""A number stays on one line with its unit: in a terminal, and where others break the lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.alerts.model import Alert, AlertKind
from claudometer.domain.alerts.past_alerts import AlertRecord
from claudometer.domain.alerts.silence import Fate, Silence
from claudometer.domain.region import UTC_REGION
from claudometer.domain.settings import IconText
from claudometer.present.alert_list import render_alerts
from claudometer.present.alerts import AlertText, bubble_for
from claudometer.present.held_alerts import HeldAlert, summary_of
from claudometer.present.icon import IconOptions, icon_for
from claudometer.present.typesetting import TerminalStyle, fill, wrap
from claudometer.present.units import joined, words_of
from tests.clocks import NOON
from tests.readings import snapshot
from tests.views import view


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Session: 76 % used", "Session: 76_% used"),
        ("2 h 5 min before it resets. 60 % now.", "2_h 5_min before it resets. 60_% now."),
        ("Resets at 10:10, in 1 d 8 h.", "Resets at 10:10, in 1_d 8_h."),
        ("did not respond within 2.5 s.\nKept: 3 MB, and", "did not respond within 2.5_s.\nKept: 3_MB, and"),
        ("in 5 min\n7 % left", "in 5_min\n7_% left"),
        ("12.34 SEK of 1,000 credits, at 2:10 PM", "12.34_SEK of 1,000_credits, at 2:10_PM"),
        ("Fable <1 %; <1 % left", "Fable <1_%; <1_% left"),
        (
            "HTTP 403 is no unit, 3 days are words, a % b, 5 mines",
            "HTTP 403 is no unit, 3 days are words, a % b, 5 mines",
        ),
        ("", ""),
    ],
)
def test_numbers_are_joined_with_their_units_and_with_nothing_else(text: str, shown: str) -> None:
    assert joined(text) == shown.replace("_", "\u00a0")
    assert words_of(text) == [part.replace("_", " ") for part in shown.split(" ")]


@given(st.text())
def test_joining_changes_nothing_but_spaces(text: str) -> None:
    assert joined(text).replace("\u00a0", " ") == text.replace("\u00a0", " ")
    assert " ".join(words_of(text)) == text


@pytest.mark.parametrize("width", range(20, 60))
def test_no_line_of_a_terminal_begins_with_a_unit(width: int) -> None:
    text = "At 12 % of the week and 2 h 5 min before its reset, 12.34 SEK of 100 credits are used: 76 % now."
    for lines in (fill(text, width).split("\n"), wrap(words_of(text), width)):
        firsts = {line.split(" ")[0].rstrip(".,") for line in lines}
        assert not firsts & {"%", "h", "min", "SEK", "credits"}
        assert " ".join(lines) == text, "with ordinary spaces, since people copy from a terminal"


TITLE, BODY = "Session: 76 % used", "Extra usage pays 12.34 SEK. Resets at 14:10, in 2 h 10 min. 76 % now."
"""As earlier versions kept them."""


@pytest.mark.parametrize("width", range(24, 80))
def test_no_line_of_the_past_alerts_begins_with_a_unit(width: int) -> None:
    record = AlertRecord(NOON, "threshold", "me", "session", 75, None, TITLE, BODY, Fate.SHOWN, taken=True)
    style = TerminalStyle(width=width)
    lines = render_alerts([record], Silence(), NOON, UTC_REGION, style, program="claudometer", can_save=True)
    assert not {line.split()[0].rstrip(".") for line in lines if line} & {"%", "h", "min", "SEK"}
    assert "\u00a0" not in "".join(lines)


def test_a_notification_and_a_tooltip_keep_a_number_with_its_unit() -> None:
    said = AlertText(Alert(AlertKind.THRESHOLD, "me", NOON, "session", 76, 75), TITLE, BODY)
    bubble, held = bubble_for([said]), summary_of([HeldAlert(NOON, TITLE)], NOON, UTC_REGION)
    assert bubble.title == "Session: 76\u00a0% used"
    assert bubble.body.endswith("in 2\u00a0h 10\u00a0min. 76\u00a0% now.")
    assert held.body == "12:00 Session: 76\u00a0% used"
    options = IconOptions(label=True, text=IconText.BOTH)
    assert "in 2\u00a0h 10\u00a0min" in icon_for(view(snapshot()), options).tooltip
