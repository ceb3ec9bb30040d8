"""On every surface 100 appears only when a limit is reached, and 0 only when nothing is used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.usage import CapState, Money, Spend
from claudometer.present.amounts import spent_percent
from claudometer.present.card import card_for
from claudometer.present.icon import icon_for
from claudometer.present.menu import menu_for
from claudometer.present.messages.terminal import Terminal
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


def texts(shown: Snapshot, percent: float) -> dict[str, str]:
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
        "status line": render_line({"five_hour": (percent, reset_s)}, NOW.timestamp(), STYLE),
    }


@pytest.mark.parametrize(
    ("percent", "right", "wrong"),
    [(99.97, "99", "100"), (99.999_999_9, "99", "100"), (0.04, "<1", "0 %"), (0.000_1, "<1", "0 %")],
)
def test_no_surface_rounds_to_full_or_to_nothing(percent: float, right: str, wrong: str) -> None:
    for surface, text in texts(snapshot(reading(session(percent))), percent).items():
        plain = text.replace("\u00a0", " ").replace("\\xa0", " ")
        assert right in plain, surface
        assert f" {wrong}" not in f" {plain}", surface


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
