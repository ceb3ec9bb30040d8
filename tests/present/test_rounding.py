"""On every surface a number appears only when it is reached, and 0 only when nothing is used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claudometer.domain.alerts.due import find_due
from claudometer.domain.alerts.model import Memory, Rules
from claudometer.domain.region import UTC_REGION
from claudometer.domain.usage import CapState, Money, Spend
from claudometer.present.amounts import spent_percent
from claudometer.present.card import card_for
from claudometer.present.exit_codes import OVER_LIMIT, exit_code_of
from claudometer.present.formatters import percent
from claudometer.present.guard import decide
from claudometer.present.icon import Level, icon_for
from claudometer.present.menu import menu_for
from claudometer.present.messages.terminal import Terminal
from claudometer.present.report import report_for
from claudometer.present.spend_limit import shown_share
from claudometer.present.status_line import render as render_line
from claudometer.present.terminal import render as render_terminal
from claudometer.present.terminal_text import terminal_text
from claudometer.present.typesetting import TerminalStyle
from tests.clocks import NOON
from tests.readings import reading, session, snapshot
from tests.views import view

if TYPE_CHECKING:
    from claudometer.domain.snapshot import Snapshot

NOW = NOON + timedelta(minutes=2)
STYLE = TerminalStyle()


def texts(shown: Snapshot, used: float) -> dict[str, str]:
    """Return the session's number as each surface shows it."""
    made = view(shown, NOW)
    icon = icon_for(made)
    reset_s = NOW.timestamp() + 3600
    return {
        "icon": icon.text,
        "tooltip": icon.tooltip,
        "menu": str(menu_for(made)),
        "card": card_for(made)["limits"][0]["percent_text"],
        "terminal": "\n".join(render_terminal(terminal_text(made, Terminal.APP), STYLE)),
        "guard": decide(report_for(made), UTC_REGION).sentence,
        "status line": render_line({"five_hour": (used, reset_s)}, NOW.timestamp(), STYLE),
    }


@pytest.mark.parametrize(
    ("used", "right", "wrong"),
    [
        (99.97, "99", "100"),
        (99.999_999_9, "99", "100"),
        (74.53, "74", "75"),
        (74.999_999_9, "74", "75"),
        (0.04, "<1", "0 %"),
        (0.000_1, "<1", "0 %"),
    ],
)
def test_no_surface_rounds_up_or_to_nothing(used: float, right: str, wrong: str) -> None:
    for surface, text in texts(snapshot(reading(session(used))), used).items():
        plain = text.replace("\u00a0", " ").replace("\\xa0", " ")
        assert right in plain, surface
        assert f" {wrong}" not in f" {plain}", surface


@given(used=st.floats(0, 130))
@example(used=74.53)
@example(used=75.0)
@example(used=89.999_999)
def test_a_limit_is_colored_and_counts_as_reached_by_the_number_that_is_shown(used: float) -> None:
    shown = view(snapshot(reading(session(used))), NOW)
    icon, report = icon_for(shown), report_for(shown)
    number = 0 if icon.text == "<1" else int(icon.text)
    assert (number >= 75, number >= 90) == (icon.level is not Level.OK, icon.level is Level.CRITICAL)
    assert report["limits"][0]["level"] == icon.level.value
    assert (exit_code_of(report) == OVER_LIMIT) == (number >= 100)
    _, alerts = find_due(Memory(), snapshot(reading(session(used))), NOW, Rules())
    crossed = [each for each in Rules().thresholds if number >= each]
    assert [alert.threshold for alert in alerts] == crossed[-1:]


@given(minor=st.integers(0, 60_000))
def test_guard_says_the_share_of_money_that_the_other_surfaces_show(minor: int) -> None:
    """The report, by which it decides, has one decimal."""
    shown = view(snapshot(reading(spend=Spend(True, Money(minor, 2, "EUR"), Money(50_000, 2, "EUR")))), NOW)
    assert shown.spend is not None
    spend = report_for(shown)["spend"]
    assert spend is not None
    assert percent(shown_share(spend)) == percent(shown.spend.shown)


@given(minor=st.integers(0, 5200))
@example(minor=1234)
@example(minor=3982)
def test_extra_usage_is_rounded_to_the_nearest_and_has_the_color_of_that_number(minor: int) -> None:
    """€12.34 of €40.00, 30.85 %, are 31 %; the amounts beside it are exact."""
    shown = view(snapshot(reading(spend=Spend(True, Money(minor, 2, "EUR"), Money(4000, 2, "EUR")))), NOW)
    assert shown.spend is not None
    assert shown.spend.shown is not None
    exact, number = minor / 40, shown.spend.shown
    assert abs(number - exact) <= (0.5 if exact < 99.5 or exact >= 100 else 1)
    assert (number >= 100) == (minor >= 4000)
    text = "<1 %" if 0 < exact < 1 else f"{number:.0f} %"
    assert shown.spend.text.replace("\u00a0", " ") == text
    levels = {"ok": number < 75, "warning": 75 <= number < 90, "critical": number >= 90}
    assert levels[shown.spend.level]


@pytest.mark.parametrize("minor", [17, 34, 69, 136, 1_000_003])
def test_a_used_up_cap_is_exactly_full(minor: int) -> None:
    amount = Money(minor, 2, "EUR")
    assert spent_percent(Spend(True, amount, amount)) == 100.0
    assert spent_percent(Spend(True, amount, Money(minor * 10, 3, "EUR"))) == 100.0


@pytest.mark.parametrize(("stated", "shown"), [(88.0, 88.0), (100.0, 100.0), (0.0, None), (None, None)])
def test_of_a_cap_that_cannot_be_compared_the_share_is_the_servers(
    stated: float | None, shown: float | None
) -> None:
    """Such as one in another currency than the amount. 0 % does not even say that there is a cap."""
    assert spent_percent(Spend(True, Money(4500, 2, "EUR"), CapState.UNKNOWN, percent=stated)) == shown
    assert spent_percent(Spend(True, Money(4500, 2, "EUR"), CapState.UNCAPPED, percent=stated)) is None
