"""The text of the status line: numbers, resets, pace, age."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S
from claudometer.present.status_line import LENGTHS_S, age_note, render
from claudometer.present.typesetting import TerminalStyle
from claudometer.providers.claude.capture import WINDOW_LENGTHS

if TYPE_CHECKING:
    from claudometer.providers.claude.capture import Windows

NOW = 1_787_300_000.0
PLAIN = TerminalStyle(width=90)
SESSION_END = NOW + 9000


def session(used: float | None, elapsed: float, *, style: TerminalStyle = PLAIN) -> str:
    """Render a session of which ``elapsed`` percent of the time has passed."""
    return render({"five_hour": (used, NOW + SESSION_WINDOW_S * (1 - elapsed / 100))}, NOW, style)


@pytest.mark.parametrize(
    ("used", "elapsed", "pace"),
    [
        (50, 50, "on pace"),
        (55, 50, "on pace"),
        (56, 50, "5h over pace"),
        (45, 50, "on pace"),
        (44, 50, "under pace"),
        (100, 99, "5h limit reached"),
        (141, 50, "5h limit reached"),
    ],
)
def test_the_pace_is_given_in_words(used: float, elapsed: float, pace: str) -> None:
    assert session(used, elapsed).endswith(f"  ·  {pace}")


def test_no_pace_is_given_at_a_windows_start_or_without_numbers() -> None:
    assert "pace" not in session(4, 2)
    assert "pace" not in session(None, 50)
    assert "pace" not in render({"five_hour": (50.0, None)}, NOW, PLAIN)


def test_the_pace_is_of_the_window_furthest_ahead_unless_another_is_full() -> None:
    week = (90.0, NOW + WEEK_WINDOW_S / 2)
    assert render({"five_hour": (50.0, NOW + 9000), "seven_day": week}, NOW, PLAIN).endswith("week over pace")
    full = render({"five_hour": (100.0, NOW + 60), "seven_day": week}, NOW, PLAIN)
    assert full.endswith("5h limit reached")


SPENT: Windows = {"spend_limit": (104.0, None)}


@pytest.mark.parametrize(
    ("windows", "dollars", "line"),
    [
        (SPENT, (520.0, 500.0), "spend 104 %, limit reached ($520 of $500)"),
        (SPENT, None, "spend 104 %, limit reached"),
        ({"spend_limit": (40.0, None)}, (200.5, 500.0), "spend 40 % ($200.50 of $500)"),
        ({"spend_limit": (40.0, NOW + 7200)}, None, "spend 40 % 2 h"),
        ({"spend_limit": (40.0, NOW - 1)}, (200.0, 500.0), "spend — has reset"),
        ({"five_hour": (12.0, None)} | SPENT, None, "spend 104 %, limit reached  ·  5h 12 % ━───────"),
        (
            {"five_hour": (80.0, None), "spend_limit": (40.0, None)},
            None,
            "5h 80 % ━━━━━━╾─  ·  spend 40 %",
        ),
        ({"seven_day_opus": (4.0, None)}, None, "opus 4 %"),
    ],
)
def test_every_limit_is_shown_and_another_one_leads_when_it_is_the_tightest(
    windows: Windows, dollars: tuple[float, float] | None, line: str
) -> None:
    assert render(windows, NOW, PLAIN, dollars=dollars) == line


@pytest.mark.parametrize(
    ("used", "number"), [(0.4, "<1 %"), (99.6, "99 %"), (141.2, "141 %"), (None, "—"), (0.0, "0 %")]
)
def test_numbers_read_as_on_other_surfaces(used: float | None, number: str) -> None:
    assert session(used, 50).startswith(f"5h {number}")


def test_a_window_that_is_over_or_unknown_is_a_dash_and_never_a_number() -> None:
    assert render({"five_hour": (80.0, NOW)}, NOW, PLAIN) == "5h — has reset"
    assert render({}, NOW, PLAIN) == "5h —  ·  week —"
    assert render({"seven_day": (12.0, None)}, NOW, PLAIN) == "week 12 % ━───────"


@pytest.mark.parametrize(("used", "ink"), [(74.9, "29"), (75, "136"), (90, "167")])
def test_the_level_has_its_color(used: float, ink: str) -> None:
    assert f"38;5;{ink}m" in session(used, 95, style=TerminalStyle(width=90, color=True)).split(" ")[1]


def test_the_age_is_given_only_when_it_matters() -> None:
    assert age_note(None, of_this_session=True) == ""
    assert age_note(899, of_this_session=True) == ""
    assert age_note(900, of_this_session=True) == "unchanged for 15 min"
    assert age_note(59, of_this_session=False) == ""
    assert age_note(3700, of_this_session=False) == "1 h 1 min ago"


BOTH: Windows = {"five_hour": (41.0, NOW + 7830), "seven_day": (62.0, NOW + 2.5 * 86400)}


@pytest.mark.parametrize("width", range(20, 93, 4))
def test_the_line_fits_and_keeps_its_numbers(width: int) -> None:
    line = render(BOTH, NOW, TerminalStyle(width=width), "unchanged for 15 min")
    assert len(line) <= max(width, len("5h 41 %  ·  week 62 %"))
    assert "41 %" in line
    assert "62 %" in line


def test_the_windows_are_those_of_the_capture() -> None:
    assert LENGTHS_S == WINDOW_LENGTHS


def test_a_forecast_takes_the_place_of_the_pace_and_one_that_is_full_comes_first() -> None:
    session_end, week_end = SESSION_END, NOW + WEEK_WINDOW_S / 2
    windows: Windows = {"five_hour": (50.0, session_end), "seven_day": (70.0, week_end)}
    lasts, full = "lasts, about 81\u00a0% by then", "full about Friday noon"

    def line(**forecasts: tuple[float, str, bool]) -> str:
        return render(windows, NOW, TerminalStyle(width=120), forecasts=forecasts)

    assert line(session=(session_end + 1, lasts, False)).endswith("  ·  5h lasts, about 81 % by then")
    both = line(session=(session_end, lasts, False), weekly=(week_end, full, True))
    assert both.endswith("  ·  week full about Friday noon")
    assert line(session=(session_end + 7200, lasts, False)).endswith("week over pace"), "of another window"
    reached = render(
        {"five_hour": (100.0, session_end)}, NOW, PLAIN, forecasts={"session": (session_end, full, True)}
    )
    assert reached.endswith("5h limit reached")
