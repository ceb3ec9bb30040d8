"""People may read what is left instead of what is used: on every surface, always with the word."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.alerts.model import Alert, AlertKind
from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.region import UTC_REGION
from claudometer.domain.settings import IconText
from claudometer.domain.usage import LimitKind
from claudometer.present.alerts import say
from claudometer.present.card import card_for
from claudometer.present.formatters import percent, percent_left, said_share, short_left, short_percent
from claudometer.present.guard import decide
from claudometer.present.icon import IconOptions, icon_for
from claudometer.present.menu import menu_for
from claudometer.present.messages.terminal import Terminal
from claudometer.present.report import report_for
from claudometer.present.status_line import render as render_line
from claudometer.present.terminal import render
from claudometer.present.terminal_text import terminal_text
from claudometer.present.typesetting import TerminalStyle, width_of
from tests.clocks import NOON
from tests.readings import credit, fable, reading, session, snapshot, spend, weekly
from tests.views import view

if TYPE_CHECKING:
    from claudometer.providers.claude.capture import Windows

LASTS = Outlook(None, None, None, 81.0, 76.0, 86.0)
SHOWN = replace(
    snapshot(reading(session(81.0), weekly(29.0), fable(66.0), spend=spend(), credits_granted=(credit(),))),
    outlooks=(("weekly", LASTS),),
)
LEFT = view(SHOWN, remaining=True)
USED = view(SHOWN)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2007", " ")


@pytest.mark.parametrize(
    ("used", "left"),
    [
        (0.0, "100"),
        (0.2, "99"),
        (1.0, "99"),
        (80.5, "20"),
        (98.6, "2"),
        (99.0, "1"),
        (99.4, "1"),
        (99.9, "1"),
        (100.0, "0"),
        (104.0, "0"),
    ],
)
def test_the_left_share_is_none_only_at_the_limit_and_whole_only_if_nothing_is_used(
    used: float, left: str
) -> None:
    assert short_left(used) == left
    assert plain(said_share(used, remaining=True)) == f"{left} % left"


@given(used=st.floats(1, 100))
def test_both_shares_as_they_are_written_are_a_hundred(used: float) -> None:
    left = short_left(used)
    assert int(short_percent(used)) + int(left) == 100
    assert (left == "0") == (used == 100)


def test_what_is_unknown_stays_unknown() -> None:
    assert percent_left(None) == said_share(None, remaining=True) == percent(None)


def test_the_icon_shows_what_is_left_with_the_colors_of_what_is_used() -> None:
    left, used = icon_for(LEFT), icon_for(USED)
    assert (left.text, used.text) == ("19", "81")
    assert (left.level, left.shape, left.arcs) == (used.level, used.shape, used.arcs)
    assert plain(left.tooltip).startswith("Claude: Session 19 % left, resets 14:10")
    assert "Weekly 71 % left" in plain(left.tooltip)
    assert plain(used.tooltip).startswith("Claude: Session 81 % used, resets 14:10")


def test_a_limit_that_is_over_has_nothing_left() -> None:
    over = view(snapshot(reading(session(104.0))), remaining=True)
    assert icon_for(over).text == "0"
    assert card_for(over)["ring"]["text"] == "0"
    assert card_for(over)["limits"][0]["level"] == "critical"


def test_the_menu_shows_what_is_left_in_one_column_still_fullest_first() -> None:
    lines = [plain(entry.text) for entry in menu_for(LEFT)]
    assert lines[0].startswith("19 % left  Session · resets 14:10")
    assert lines[1].startswith("34 % left  Fable")
    assert lines[2].startswith("71 % left  Weekly")
    assert lines[3].startswith("69 % left  Extra usage · €12.34 of €40.00")
    assert lines[4].startswith("79 % left  ")
    rings = [(entry.picture.percent, entry.picture.level) for entry in menu_for(LEFT) if entry.picture]
    assert rings == [
        (entry.picture.percent, entry.picture.level) for entry in menu_for(USED) if entry.picture
    ]


def test_the_window_shows_what_is_left_beside_bars_of_what_is_used() -> None:
    left, used = card_for(LEFT), card_for(USED)
    assert plain(left["limits"][0]["percent_text"]) == "19 % left"
    assert plain(left["limits"][0]["sentence"]).startswith("Session, 5 hours: 19 % left, resets")
    assert plain(left["ring"]["said"] or "") == "19 % left"
    assert plain(left["limits"][1]["forecast"] or "") == "Lasts, about 19 % left by then"
    assert left["spend"] is not None
    assert plain(left["spend"]["percent_text"] or "") == "69 % left"
    assert plain(left["credits"][0]["percent_text"] or "") == "79 % left"
    for one, other in zip(left["limits"], used["limits"], strict=True):
        assert [one[key] for key in ("bar", "level", "elapsed")] == [
            other[key] for key in ("bar", "level", "elapsed")
        ]


def test_scripts_get_what_is_used() -> None:
    assert report_for(LEFT) == report_for(USED)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_terminal_shows_what_is_left_within_its_width(width: int) -> None:
    lines = render(terminal_text(LEFT, Terminal.APP), TerminalStyle(width=width))
    assert all(width_of(line) <= width for line in lines)
    text = plain("\n".join(lines))
    assert all(f"{number} % left" in text for number in (19, 71, 34, 69, 79))


def test_a_limit_takes_one_line_on_eighty_columns_whatever_its_name() -> None:
    long = replace(fable(66.0), label="A model with a long name")
    shown = view(snapshot(reading(session(99.5), weekly(29.0), long)), remaining=True)
    lines = render(terminal_text(shown, Terminal.APP), TerminalStyle(width=80))
    assert sum("% left" in plain(line) and "resets" in line for line in lines) == 3


def test_the_status_line_shows_what_is_left_and_the_pace_of_what_is_used() -> None:
    now = NOON.timestamp()
    windows: Windows = {"five_hour": (81.0, now + 9000), "seven_day": (29.0, now + 400000)}
    line = render_line(windows, now, TerminalStyle(width=90), remaining=True)
    assert line.startswith("5h 19 % left ")
    assert "week 71 % left" in line
    assert line.endswith("5h over pace")


def test_an_alert_says_what_is_left() -> None:
    limit = session(76.0)
    shown = view(snapshot(reading(limit)), remaining=True)
    alert = Alert(AlertKind.THRESHOLD, "claude/account-1", NOON, limit.id, 76.0, 75, limit.resets_at)
    assert plain(say(alert, shown, UTC_REGION).title) == "Session: 24 % left"
    early = Alert(AlertKind.FORECAST, "claude/account-1", NOON, limit.id, 81.0, None, limit.resets_at)
    assert "19 % left now." in plain(say(early, shown, UTC_REGION).body)


@pytest.mark.parametrize(
    ("used", "need", "answer"),
    [
        (41.0, 10.0, "Yes: Session 59 % left (2 min ago); Fable is the tight one, at 34 % left."),
        (95.0, 10.0, "No: Session has 5 % left (2 min ago), and 10 % is needed."),
        (100.0, 10.0, "No: Session is at 0 % left (2 min ago) and resets 14:10."),
    ],
)
def test_guard_says_what_is_left(used: float, need: float, answer: str) -> None:
    shown = view(snapshot(reading(session(used), fable(66.0))), NOON + timedelta(minutes=2), remaining=True)
    assert plain(decide(report_for(shown), UTC_REGION, need=need, remaining=True).sentence) == answer


SURFACES = {
    "menu": lambda seen: [entry.text for entry in menu_for(seen)],
    "tooltip": lambda seen: [icon_for(seen).tooltip],
    "label": lambda seen: [icon_for(seen, IconOptions(label=True)).label],
    "rows": lambda seen: [str(row["percent_text"]) for row in card_for(seen)["limits"]],
    "sentences": lambda seen: [row["sentence"] for row in card_for(seen)["limits"]],
    "forecasts": lambda seen: [row["forecast"] or "" for row in card_for(seen)["limits"]],
    "terminal": lambda seen: [
        part for row in terminal_text(seen, Terminal.APP)["rows"] for part in (row["number"], row["note"])
    ],
}


@pytest.mark.parametrize("surface", SURFACES)
@given(used=st.floats(0, 130), kind=st.sampled_from([session, weekly, fable]))
def test_no_surface_ever_shows_a_percentage_without_its_word(surface: str, used: float, kind: object) -> None:
    shown = replace(SHOWN, reading=reading(kind(used), spend=spend(), credits_granted=(credit(),)))  # type: ignore[operator]
    for text in SURFACES[surface](view(shown, remaining=True)):
        for found in re.finditer("%(.*)", plain(text)):
            assert found[1].startswith(" left"), text


def label(options: IconOptions, *, remaining: bool = False, minutes: float = 0) -> str:
    shown = snapshot(reading(session(81.0)))
    return plain(icon_for(view(shown, NOON + timedelta(minutes=minutes), remaining=remaining), options).label)


@pytest.mark.parametrize(
    ("text", "used", "left"),
    [
        (IconText.NUMBER, "81 % Session", "Session 19 % left"),
        (IconText.RESET, "2 h 10 min", "2 h 10 min"),
        (IconText.BOTH, "81 % Session · 2 h 10 min", "Session 19 % left · 2 h 10 min"),
    ],
)
def test_the_text_beside_the_icon_may_have_the_time_until_the_reset(
    text: IconText, used: str, left: str
) -> None:
    assert label(IconOptions(label=True, text=text)) == used
    assert label(IconOptions(label=True, text=text), remaining=True) == left
    assert label(IconOptions(label=False, text=text)) == ""


@pytest.mark.parametrize("text", [IconText.RESET, IconText.BOTH])
def test_the_tooltip_has_a_countdown_only_if_the_text_beside_the_icon_has_one(text: IconText) -> None:
    wanted = IconOptions(label=True, text=text)
    assert plain(icon_for(USED, wanted).tooltip) == (
        "Claude: Session 81 % used, resets 14:10, in 2 h 10 min · Weekly 29 % used, resets Tue 17:00"
    )
    assert "in 2 h" not in icon_for(USED, replace(wanted, label=False)).tooltip
    full = Outlook(*((NOON + timedelta(hours=1)).timestamp(),) * 3, None, 90.0, 100.0)
    shown = view(replace(SHOWN, outlooks=(("session", full),)))
    assert "full about 13:00, resets 14:10, in 2 h 10 min" in plain(icon_for(shown, wanted).tooltip)


def test_the_icon_stays_the_same_until_the_words_of_the_time_change() -> None:
    both = IconOptions(label=True, text=IconText.BOTH)
    assert label(both, minutes=0.5) == label(both, minutes=0.9) == "81 % Session · 2 h 9 min"
    number = IconOptions(label=True)
    shown = snapshot(reading(session(81.0)))
    models = {icon_for(view(shown, NOON + timedelta(minutes=each)), number) for each in range(5)}
    assert len(models) == 1, "without the time, a minute draws nothing"


@pytest.mark.parametrize("text", IconText)
def test_a_limit_without_a_known_reset_shows_its_number_instead_of_a_time(text: IconText) -> None:
    shown = view(snapshot(reading(session(81.0, None))))
    assert shown.limits[0].kind is LimitKind.SESSION
    assert plain(icon_for(shown, IconOptions(label=True, text=text)).label) == "81 % Session"
