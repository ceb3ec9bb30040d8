"""The tray menu: its lines, top to bottom, for every state of the program."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.policy import Paused, Poll, Reason
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.update import Update
from claudometer.domain.usage import CapState, Limit, LimitKind, Mode, Organization, Source
from claudometer.present.menu import WIDEST_LINE, Action, Entry, Kind, MenuOptions, menu_for
from claudometer.present.messages import menu as words
from claudometer.present.messages import phrases
from claudometer.present.messages.errors import message_for_code
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly
from tests.views import view

NBSP = "\u00a0"
TWO = (
    Organization("org-1", "Example org", frozenset({"chat"})),
    Organization("org-2", "Second org", frozenset({"chat"})),
)


def menu(
    shown: Snapshot, *, minutes: float = 0, options: MenuOptions | None = None, region: Region = UTC_REGION
) -> tuple[Entry, ...]:
    return menu_for(view(shown, NOON + timedelta(minutes=minutes), region), options)


def lines(shown: Snapshot, *, minutes: float = 0, region: Region = UTC_REGION) -> list[str]:
    """Return the text above the first separator."""
    entries = menu(shown, minutes=minutes, region=region)
    return [entry.text.replace(NBSP, " ") for entry in entries[: entries.index(Entry(Kind.SEPARATOR))]]


def failed(code: ErrorCode, status: Status, *, until_minutes: float | None = None) -> Snapshot:
    until = None if until_minutes is None else NOON + timedelta(minutes=until_minutes)
    return replace(snapshot(), status=status, problem=Problem(code, until=until))


def test_the_menu_reads_as_the_interface_page_says() -> None:
    shown = replace(
        snapshot(reading(spend=spend())), next_poll=Poll(NOON + timedelta(minutes=1), Reason.INTERVAL)
    )
    texts = [entry.text.replace(NBSP, " ") or "--" for entry in menu(shown)]
    assert texts == [
        "Claude Max 5x",
        "Session: 81 % · resets 14:10, in 2 h 10 min",
        "Weekly: 29 % · resets Tue 17:00",
        "Fable (weekly): 66 % · resets Tue 17:00",
        "Extra usage: €12.34 of €40.00",
        "Updated 12:00 from Claude Code · next update 12:01",
        "--",
        "Refresh now",
        "Open Settings…",
        "--",
        "Quit",
    ]


def test_commands_can_be_clicked_and_labels_cannot() -> None:
    entries = menu(snapshot())
    known = [entry for entry in entries if entry.kind is Kind.LABEL]
    commands = [entry for entry in entries if entry.kind is Kind.ACTION]
    assert not any(entry.enabled for entry in known)
    assert [entry.action for entry in commands] == [Action.REFRESH, Action.OPEN_SETTINGS, Action.QUIT]
    assert all(entry.enabled for entry in commands)


def test_a_twelve_hour_region_gets_a_twelve_hour_clock() -> None:
    region = Region(UTC, twelve_hour=True)
    assert lines(snapshot(), region=region)[1] == "Session: 81 % · resets 2:10 PM, in 2 h 10 min"


def test_a_reset_within_a_day_is_counted_down_and_a_later_one_is_not() -> None:
    near = weekly(resets_at=NOON + timedelta(hours=23))
    assert lines(snapshot(reading(near)))[1] == "Weekly: 29 % · resets Fri 11:00, in 23 h"
    far = weekly(resets_at=NOON + timedelta(hours=25))
    assert lines(snapshot(reading(far)))[1] == "Weekly: 29 % · resets Fri 13:00"


def test_a_reset_time_that_jitters_by_two_seconds_reads_the_same() -> None:
    early, late = (
        session(resets_at=NOON + timedelta(hours=2, minutes=10, seconds=seconds)) for seconds in (-1, 1)
    )
    first, second = (lines(snapshot(reading(limit)))[1].split(", in")[0] for limit in (early, late))
    assert first == second


def test_an_unknown_number_is_a_dash_beside_its_reset() -> None:
    assert lines(snapshot(reading(session(None))))[1] == "Session: — · resets 14:10, in 2 h 10 min"


def test_a_window_that_is_over_shows_a_dash_and_when_it_ended() -> None:
    assert lines(snapshot(), minutes=131)[1] == "Session: — · reset 14:10"


def test_a_window_that_has_not_started_says_so() -> None:
    assert lines(snapshot(reading(session(0.0, resets_at=None))))[1] == "Session: 0 % · not started"


def test_a_number_without_a_reset_time_is_followed_by_nothing() -> None:
    assert lines(snapshot(reading(session(12.0, resets_at=None))))[1] == "Session: 12 %"


def test_old_numbers_show_their_age() -> None:
    shown = lines(snapshot(reading(spend=spend())), minutes=16)
    assert shown[1:5] == [
        "Session: was 81 % · 16 min ago",
        "Weekly: was 29 % · 16 min ago",
        "Fable (weekly): was 66 % · 16 min ago",
        "Extra usage: was €12.34 of €40.00 · 16 min ago",
    ]


def test_a_limit_of_an_unknown_kind_is_listed_by_the_servers_name_on_one_line() -> None:
    odd = Limit("other:x", LimitKind.OTHER, "Weird\nnew\u202elimit " + "x" * 80, 5.0)
    text = lines(snapshot(reading(odd)))[1]
    assert text.startswith("Weird new limit xxx")
    assert "\n" not in text
    assert "\u202e" not in text
    assert text.endswith("…: 5 %")


def test_a_right_to_left_name_does_not_move_the_number() -> None:
    odd = Limit("other:x", LimitKind.OTHER, "عربي", 5.0)
    assert lines(snapshot(reading(odd)))[1] == "\u2068عربي\u2069: 5 %"


def test_of_many_limits_the_fullest_are_listed_and_the_rest_is_counted() -> None:
    models = [
        replace(fable(float(number)), id=f"weekly:{number}", label=f"M{number}") for number in range(30)
    ]
    shown = replace(reading(session(1.0), weekly(2.0), *models), left_out=968)
    text = lines(snapshot(shown))
    assert [line.split(":")[0] for line in text[1:13]] == [
        "Session",
        "Weekly",
        *(f"M{number} (weekly)" for number in range(20, 30)),
    ]
    assert text[13] == phrases.more_limits(988)
    assert text[14].startswith("Updated")


def test_spend_is_listed_only_when_the_account_reports_it() -> None:
    assert not any("Extra usage" in line for line in lines(snapshot()))
    uncapped = snapshot(reading(spend=spend(cap=CapState.UNCAPPED)))
    assert "Extra usage: €12.34, no cap" in lines(uncapped)
    off = snapshot(reading(spend=replace(spend(), enabled=False)))
    assert "Extra usage: €12.34 of €40.00 · turned off" in lines(off)


def test_a_plan_without_limits_says_so_instead_of_nothing() -> None:
    bare = replace(reading(spend=spend()), limits=())
    assert lines(snapshot(bare))[1] == phrases.NO_LIMITS


def test_the_error_and_its_hint_take_the_place_of_the_updated_line() -> None:
    rejected = message_for_code(ErrorCode.SESSION_KEY_REJECTED)
    shown = lines(failed(ErrorCode.SESSION_KEY_REJECTED, Status.UNAUTHORIZED))
    assert shown[4] == rejected.title
    assert " ".join(shown[5:]) == rejected.hint
    assert not any(line.startswith("Updated") for line in shown)


@pytest.mark.parametrize("code", list(ErrorCode))
def test_no_sentence_makes_the_menu_too_wide(code: ErrorCode) -> None:
    words = lines(failed(code, Status.OFFLINE))[4:]
    assert words
    assert max(map(len, words)) <= WIDEST_LINE


def test_the_header_says_until_when_updates_are_paused() -> None:
    shown = failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED, until_minutes=40)
    assert lines(shown)[0] == words.PAUSED_UNTIL.format(time="12:40")
    assert lines(failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED))[0] == words.PAUSED


def test_current_numbers_stay_while_updates_are_paused() -> None:
    shown = failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED, until_minutes=40)
    assert lines(shown)[1] == "Session: 81 % · resets 14:10, in 2 h 10 min"


def test_the_header_is_plain_when_the_plan_is_unknown() -> None:
    assert lines(Snapshot(Mode.CLI)) == ["Claude", words.LOADING]


def test_the_demo_is_labeled() -> None:
    made_up = replace(snapshot(replace(reading(), source=Source.DEMO)), demo=True)
    assert lines(made_up)[0] == "Claude Max 5x (demo)"
    assert lines(made_up)[-1] == "Updated 12:00 from demo data"


def test_the_updated_line_says_what_comes_next() -> None:
    assert lines(replace(snapshot(), refreshing=True))[-1] == "Updated 12:00 from Claude Code · checking now…"
    resting = replace(snapshot(), next_poll=Paused(ErrorCode.LOGIN_MISSING))
    assert lines(resting)[-1] == "Updated 12:00 from Claude Code"


def test_an_overdue_check_is_not_shown_as_a_time_in_the_past() -> None:
    shown = replace(snapshot(), next_poll=Poll(NOON + timedelta(minutes=1), Reason.INTERVAL))
    assert lines(shown, minutes=3)[-1].endswith("next update 12:03")


def organizations(shown: Snapshot, options: MenuOptions | None = None) -> Entry | None:
    return next((entry for entry in menu(shown, options=options) if entry.kind is Kind.SUBMENU), None)


@pytest.mark.parametrize(
    ("mode", "count", "listed"), [(Mode.WEB, 2, True), (Mode.WEB, 1, False), (Mode.CLI, 2, False)]
)
def test_organizations_are_listed_in_web_mode_with_more_than_one(
    mode: Mode, count: int, listed: bool
) -> None:
    shown = replace(snapshot(mode=mode), organizations=TWO[:count])
    assert (organizations(shown) is not None) is listed


def test_a_notice_follows_the_numbers() -> None:
    notice = Problem(ErrorCode.WINDOW_FAILED, facts=(("folder", "/log"),))
    shown = lines(replace(snapshot(), notices=(notice,)))
    assert shown[-3].startswith("Updated 12:00")
    window_failed = message_for_code(ErrorCode.WINDOW_FAILED, {"folder": "/log"})
    assert shown[-2:] == [window_failed.title, window_failed.hint]


def test_the_organization_in_use_is_checked_and_each_entry_carries_its_id() -> None:
    used = replace(reading(), account=replace(reading().account, organization_id="org-2"))
    submenu = organizations(replace(snapshot(used, mode=Mode.WEB), organizations=TWO))
    assert submenu is not None
    assert submenu.text == "Organization"
    assert [(child.text, child.checked, child.action, child.value) for child in submenu.children] == [
        ("Example org", False, Action.ORGANIZATION, "org-1"),
        ("Second org", True, Action.ORGANIZATION, "org-2"),
    ]


def test_the_stored_choice_is_checked_before_its_first_response() -> None:
    shown = replace(snapshot(mode=Mode.WEB), organizations=TWO)
    submenu = organizations(shown, MenuOptions(organization_id="org-1"))
    assert submenu is not None
    assert [child.checked for child in submenu.children] == [True, False]


def test_an_organization_without_a_name_can_still_be_told_from_another() -> None:
    nameless = (Organization("aaaaaaaa-1111", None), Organization("bbbbbbbb-2222", " \t"))
    submenu = organizations(replace(snapshot(mode=Mode.WEB), organizations=nameless))
    assert submenu is not None
    assert [child.text for child in submenu.children] == ["— aaaaaaaa", "— bbbbbbbb"]


def test_checking_for_updates_is_offered_only_when_it_does_something() -> None:
    options = MenuOptions(update=Update(running="0.1.0"))
    actions = [entry.action for entry in menu(snapshot(), options=options)]
    assert actions.index(Action.CHECK_UPDATES) == actions.index(Action.OPEN_SETTINGS) + 1
    assert Action.CHECK_UPDATES not in [entry.action for entry in menu(snapshot())]


def test_the_same_snapshot_at_the_same_time_makes_an_equal_menu() -> None:
    assert menu(snapshot(reading(fable()))) == menu(snapshot(reading(fable())))
