"""A merged reading on every surface: which number came from where, and how old each is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from claudometer.cli.template import Template
from claudometer.domain.usage import Limit, Origin, Reading, Source
from claudometer.present.card import card_for
from claudometer.present.exit_codes import FRESH, exit_code_of
from claudometer.present.icon import Shape, icon_for
from claudometer.present.menu import menu_for
from claudometer.present.messages.terminal import Terminal
from claudometer.present.report import report_for
from claudometer.present.terminal import render
from claudometer.present.terminal_text import terminal_text
from claudometer.present.typesetting import TerminalStyle
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly
from tests.views import view

if TYPE_CHECKING:
    from claudometer.domain.snapshot import Snapshot

LATER = NOON + timedelta(minutes=38)
STATUS_LINE = Origin(Source.STATUS_LINE, NOON + timedelta(minutes=37))


def from_status_line(limit: Limit) -> Limit:
    return replace(limit, origin=STATUS_LINE)


MERGED = reading(from_status_line(session(84.0)), from_status_line(weekly(30.0)), fable(92.0))
SHOWN = snapshot(MERGED)
ALL_FROM_STATUS_LINE = snapshot(reading(from_status_line(session(84.0)), from_status_line(weekly(30.0))))


def card(shown: Snapshot, now: datetime = LATER) -> Any:  # noqa: ANN401 - read as the page reads it
    return card_for(view(shown, now))


def menu(shown: Snapshot) -> list[str]:
    return [entry.text for entry in menu_for(view(shown, LATER))]


def terminal(shown: Snapshot, now: datetime = LATER, width: int = 80) -> str:
    text = terminal_text(view(shown, now), Terminal.APP)
    return "\n".join(render(text, TerminalStyle(width=width, color=False)))


def test_the_card_grays_out_only_the_old_number_and_gives_its_age() -> None:
    limits = card(SHOWN)["limits"]
    assert [limit["stale"] for limit in limits] == [False, False, True]
    assert [limit["age"] for limit in limits] == [None, None, "As of 12:00, 38 min ago"]
    words = "From Claude Code's status line, 1 min ago"
    assert [limit["origin"] for limit in limits] == [words, words, None]


def test_the_card_says_once_which_numbers_came_from_another_source() -> None:
    shown = card(SHOWN)
    assert shown["updated"] == "Refreshed 38 min ago\u00a0· Claude Code"
    assert shown["sources"] == ["Session and Weekly: 1 min ago, from Claude Code's status line"]
    assert card(snapshot())["sources"] == []


def test_when_all_numbers_are_old_no_single_one_gives_its_age() -> None:
    assert [limit["age"] for limit in card(SHOWN, NOON + timedelta(hours=1))["limits"]] == [None] * 3


def test_an_old_number_does_not_set_the_tone() -> None:
    assert card(SHOWN)["tone"] == "warning"  # 84 % of the session; Fable's 92 % is old
    rich = replace(
        SHOWN, reading=reading(from_status_line(session(10.0)), fetched_at=NOON, spend=spend(3990))
    )
    assert card(rich)["tone"] == "ok"


def test_extra_usage_from_another_source_says_so() -> None:
    cached = Origin(Source.CLAUDE_CODE, LATER)
    shown = snapshot(replace(MERGED, spend=replace(spend(), origin=cached)))
    line = "Extra usage: just now, from Claude Code (cached)"
    assert line in card(shown)["sources"]
    assert line in terminal(shown)


def test_when_every_limit_comes_from_a_newer_source_every_surface_names_its_time() -> None:
    assert card(ALL_FROM_STATUS_LINE)["updated"] == "Refreshed 1 min ago\u00a0· Claude Code's status line"
    assert card(ALL_FROM_STATUS_LINE)["sources"] == []
    assert "Refresh now · 1 min ago" in menu(ALL_FROM_STATUS_LINE)
    assert "Refreshed 12:37, 1 min ago · from Claude Code's status line" in terminal(ALL_FROM_STATUS_LINE)


def test_the_menu_marks_the_old_number_as_past() -> None:
    assert menu(SHOWN)[:3] == [
        "92\u00a0%  Fable (weekly) · 38 min ago",
        "84\u00a0%  Session · resets 14:10",
        "30\u00a0%  Weekly · resets Tue 17:00",
    ]


def test_the_icon_shows_the_tightest_number_that_is_current() -> None:
    icon = icon_for(view(SHOWN, LATER))
    assert (icon.text, icon.shape) == ("84", Shape.MARKED_RING)


def test_the_terminal_shows_the_old_numbers_age_in_place_of_its_reset() -> None:
    assert (
        terminal(SHOWN)
        == """
  Claude Max 5x

  Session  ━━━━━━━━━━━━━━━━╋━━━────  84 %   resets 14:10, in 1 h 32 min
  Weekly   ━━━━━━╋─────────────────  30 %   resets Tue 17:00, in 5 d 4 h
  Fable    ━━━━━━╋━━━━━━━━━━━━━━━──  92 %   as of 12:00, 38 min ago

  Refreshed 12:00, 38 min ago · from Claude Code
  Session and Weekly: 1 min ago, from Claude Code's status line
"""
    )


def test_a_narrow_terminal_breaks_the_line_about_sources() -> None:
    assert all(len(line) <= 40 for line in terminal(SHOWN, width=40).splitlines())


def test_scripts_get_source_age_and_staleness_of_each_limit() -> None:
    report = report_for(view(SHOWN, LATER))
    assert [(limit["source"], limit["stale"]) for limit in report["limits"]] == [
        ("status_line", False),
        ("status_line", False),
        ("oauth", True),
    ]
    assert not report["stale"]
    assert exit_code_of(report) == FRESH
    line = "{session.source} {session.age} {model.fable.source} {model.fable.age} {model.fable.stale}"
    assert Template(line).fill(report, LATER) == "status_line 1 min oauth 38 min yes"


def test_numbers_from_claude_codes_cache_are_named_as_cached() -> None:
    cached: Reading = replace(reading(session(), weekly()), source=Source.CLAUDE_CODE)
    assert card(snapshot(cached))["updated"] == "Refreshed 38 min ago\u00a0· Claude Code (cached)"
