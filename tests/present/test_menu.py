"""The tray menu: its lines, top to bottom, for every state of the program."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.plan import StoppedBy
from claudometer.domain.region import UTC_REGION, Region
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.update import Stage, Update
from claudometer.domain.usage import CapState, Limit, LimitKind, Mode, Organization
from claudometer.present.menu import WIDEST_LINE, MenuOptions, menu_for
from claudometer.present.menu_entries import Action, Entry, EntryPicture, Kind, Picture
from claudometer.present.messages import menu as words
from claudometer.present.messages import phrases
from claudometer.present.messages.errors import message_for_code
from tests.clocks import NOON
from tests.readings import credit, fable, reading, session, snapshot, spend, weekly
from tests.sentences import menu_line
from tests.views import view

NBSP, FIGURE_SPACE = "\u00a0", "\u2007"
TWO = (
    Organization("org-1", "Example org", frozenset({"chat"})),
    Organization("org-2", "Second org", frozenset({"chat"})),
)


def menu(
    shown: Snapshot, *, minutes: float = 0, options: MenuOptions | None = None, region: Region = UTC_REGION
) -> tuple[Entry, ...]:
    return menu_for(view(shown, NOON + timedelta(minutes=minutes), region), options)


def lines(shown: Snapshot, *, minutes: float = 0, region: Region = UTC_REGION) -> list[str]:
    """Return what a person reads, separators as "--", the padding of numbers as "_"."""
    entries = menu(shown, minutes=minutes, region=region)
    return [
        "--" if entry.kind is Kind.SEPARATOR else entry.text.replace(NBSP, " ").replace(FIGURE_SPACE, "_")
        for entry in entries
    ]


def first_group(shown: Snapshot, *, minutes: float = 0) -> list[str]:
    found = lines(shown, minutes=minutes)
    return found[: found.index("--")]


def failed(code: ErrorCode, status: Status, *, until_minutes: float | None = None) -> Snapshot:
    until = None if until_minutes is None else NOON + timedelta(minutes=until_minutes)
    return replace(snapshot(), status=status, problem=Problem(code, until=until))


def test_the_menu_reads_as_the_interface_page_says() -> None:
    assert lines(snapshot(reading(spend=spend())), minutes=2) == [
        "81 %  Session · resets 14:10",
        "66 %  Fable (weekly) · resets Tue 17:00",
        "29 %  Weekly · resets Tue 17:00",
        "31 %  Extra usage · €12.34 of €40.00",
        "--",
        "Open Claudometer",
        "Refresh now · 2 min ago",
        "--",
        "Open Settings…",
        "--",
        "Quit",
    ]


def test_each_limit_opens_the_window_at_itself() -> None:
    entries = menu(snapshot(reading(spend=spend())))
    assert [(entry.action, entry.value) for entry in entries[:4]] == [
        (Action.OPEN_WINDOW, "session"),
        (Action.OPEN_WINDOW, "weekly:fable"),
        (Action.OPEN_WINDOW, "weekly"),
        (Action.OPEN_WINDOW, None),
    ]


def test_entries_with_the_same_action_have_names_of_their_own() -> None:
    notice = Problem(ErrorCode.WINDOW_FAILED, facts=(("folder", "/log"),))
    shown = replace(failed(ErrorCode.OFFLINE, Status.OFFLINE), notices=(notice,))
    known = [(entry.action, entry.value, entry.name) for entry in menu(shown) if entry.action]
    assert len(known) == len(set(known))


def test_numbers_form_a_column() -> None:
    shown = snapshot(reading(session(104.0), weekly(0.4), fable(9.0)))
    assert [line.split("  ")[0] for line in first_group(shown)] == ["104 %", "__9 %", "_<1 %"]


def test_each_limit_has_a_ring_in_its_own_level() -> None:
    rings = [entry.picture for entry in menu(snapshot(reading(session(96.0), weekly(29.0))))[:2]]
    assert rings == [
        EntryPicture(Picture.RING, 96, "critical"),
        EntryPicture(Picture.RING, 29, "ok"),
    ]


def test_an_unknown_number_is_a_dash_beside_its_reset_and_comes_last() -> None:
    shown = snapshot(reading(session(None), weekly()))
    assert first_group(shown) == ["29 %  Weekly · resets Tue 17:00", "___—  Session · resets 14:10"]
    assert menu(shown)[1].picture == EntryPicture(Picture.RING)


def test_a_twelve_hour_region_gets_a_twelve_hour_clock() -> None:
    region = Region(UTC, twelve_hour=True)
    assert lines(snapshot(), region=region)[0] == "81 %  Session · resets 2:10 PM"


def test_a_reset_time_that_jitters_by_two_seconds_reads_the_same() -> None:
    early, late = (
        session(resets_at=NOON + timedelta(hours=2, minutes=10, seconds=seconds)) for seconds in (-1, 1)
    )
    assert first_group(snapshot(reading(early))) == first_group(snapshot(reading(late)))


def test_a_window_that_is_over_shows_a_dash_and_when_it_ended() -> None:
    assert "___—  Session · reset 14:10" in lines(snapshot(), minutes=131)


def test_a_window_that_has_not_started_says_so() -> None:
    assert first_group(snapshot(reading(session(0.0, resets_at=None)))) == ["0 %  Session · not started"]


def test_a_number_without_a_reset_time_is_followed_by_nothing() -> None:
    assert first_group(snapshot(reading(session(12.0, resets_at=None)))) == ["12 %  Session"]


def test_old_numbers_show_their_age_and_a_gray_ring() -> None:
    shown = snapshot(reading(spend=spend()))
    assert first_group(shown, minutes=16) == [
        "81 %  Session · 16 min ago",
        "66 %  Fable (weekly) · 16 min ago",
        "29 %  Weekly · 16 min ago",
        "31 %  Extra usage · €12.34 of €40.00 · 16 min ago",
    ]
    assert menu(shown, minutes=16)[0].picture == EntryPicture(Picture.RING, 81)
    assert "Refresh now · last 12:00" in lines(shown, minutes=16)


def test_a_limit_of_an_unknown_kind_is_listed_by_the_servers_name_on_one_line_and_cut() -> None:
    odd = Limit("other:x", LimitKind.OTHER, "Weird\nnew\u202elimit " + "x" * 80, 5.0)
    assert first_group(snapshot(reading(odd)))[0] == "5 %  Weird new limit xxxxxxx…"


def test_a_right_to_left_name_does_not_move_the_number() -> None:
    odd = Limit("other:x", LimitKind.OTHER, "عربي", 5.0)
    assert first_group(snapshot(reading(odd)))[0] == "5 %  \u2068عربي\u2069"


def test_of_many_limits_the_four_fullest_are_listed_and_the_rest_is_counted() -> None:
    models = [
        replace(fable(float(number)), id=f"weekly:{number}", label=f"M{number}") for number in range(30)
    ]
    shown = replace(reading(session(1.0), weekly(2.0), *models), left_out=968)
    text = first_group(snapshot(shown))
    assert [line.split(" · ")[0] for line in text[:4]] == [
        f"{number} %  M{number} (weekly)" for number in (29, 28, 27, 26)
    ]
    assert text[4:] == ["996 more…"]


def test_spend_is_listed_only_when_the_account_reports_it() -> None:
    assert not any("Extra usage" in line for line in lines(snapshot()))
    uncapped = snapshot(reading(session(), spend=spend(cap=CapState.UNCAPPED)))
    assert first_group(uncapped)[-1] == "____  Extra usage · €12.34, no limit"
    off = snapshot(reading(session(), spend=replace(spend(), enabled=False)))
    assert first_group(off)[-1] == "31 %  Extra usage · €12.34 of €40.00 · turned off"


@pytest.mark.parametrize("stopped_by", list(StoppedBy))
def test_the_menu_says_who_or_what_stopped_extra_usage(stopped_by: StoppedBy) -> None:
    stopped = snapshot(reading(session(), spend=replace(spend(), enabled=False, stopped_by=stopped_by)))
    assert first_group(stopped)[-1] == f"31 %  Extra usage · €12.34 of €40.00 · {words.STOPPED[stopped_by]}"


def test_a_plan_without_a_session_says_so_and_a_credit_has_its_last_day() -> None:
    shown = snapshot(reading(weekly(62.0), credits_granted=(credit(25000),)))
    assert first_group(shown) == [
        "_62 %  Weekly · resets Tue 17:00",
        phrases.NO_SESSION,
        "100 %  Iguana Necktie credit · $250 of $250, expires 5 Nov",
    ]


def test_a_plan_without_limits_says_so_instead_of_nothing() -> None:
    bare = replace(reading(spend=spend()), limits=())
    assert first_group(snapshot(bare))[0] == phrases.NO_LIMITS


def test_a_problem_is_the_first_entry_and_opens_the_window_at_its_solution() -> None:
    rejected = menu(failed(ErrorCode.LOGIN_REJECTED, Status.UNAUTHORIZED))
    assert rejected[0] == Entry(
        Kind.ACTION,
        "Log in to Claude Code again…",
        Action.OPEN_WINDOW,
        name="login_rejected",
        picture=EntryPicture(Picture.ALERT, level="critical"),
    )
    assert rejected[1].kind is Kind.SEPARATOR
    key = menu(failed(ErrorCode.SESSION_KEY_REJECTED, Status.UNAUTHORIZED))[0]
    assert (key.text, key.action) == ("Paste a new session key…", Action.OPEN_SETTINGS)


def test_a_temporary_problem_is_no_alert() -> None:
    offline = menu(failed(ErrorCode.OFFLINE, Status.OFFLINE))[0]
    assert offline.text == message_for_code(ErrorCode.OFFLINE).title
    assert offline.picture == EntryPicture(Picture.ALERT, level="warning")


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_problem_has_a_single_line_that_is_not_too_wide(code: ErrorCode) -> None:
    group = first_group(failed(code, Status.OFFLINE))
    assert len(group) == 1
    assert group[0]
    assert len(group[0]) <= WIDEST_LINE


def test_during_a_rate_limit_a_line_says_so_and_there_is_no_refresh() -> None:
    shown = failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED, until_minutes=40)
    assert lines(shown)[:6] == [
        "81 %  Session · resets 14:10",
        "66 %  Fable (weekly) · resets Tue 17:00",
        "29 %  Weekly · resets Tue 17:00",
        "--",
        "Next update 12:40 · Claude limits how often we ask",
        "Open Claudometer",
    ]
    assert Action.REFRESH not in [entry.action for entry in menu(shown)]
    assert words.PAUSED in lines(failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED))


def test_before_the_first_response_it_says_that_it_is_loading() -> None:
    assert first_group(Snapshot(Mode.CLI)) == [words.LOADING]
    assert "Refresh now" in lines(Snapshot(Mode.CLI))


def test_the_demo_is_labeled() -> None:
    assert first_group(replace(snapshot(), demo=True))[0] == words.DEMO_NUMBERS


def test_refreshing_takes_the_place_of_the_age() -> None:
    assert words.REFRESHING in lines(replace(snapshot(), refreshing=True))


def test_the_next_check_is_not_shown() -> None:
    planned = replace(snapshot(), next_poll=Poll(NOON + timedelta(minutes=1), Reason.INTERVAL))
    assert lines(planned) == lines(snapshot())


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


def test_the_choice_of_an_organization_comes_first_while_none_is_chosen() -> None:
    unchosen = failed(ErrorCode.ORGANIZATION_NEEDED, Status.MISSING_CREDENTIALS)
    entries = menu(replace(unchosen, mode=Mode.WEB, organizations=TWO))
    assert (entries[0].kind, entries[0].text) == (Kind.SUBMENU, words.CHOOSE_ORGANIZATION)
    assert entries[0].picture == EntryPicture(Picture.ALERT, level="critical")
    assert [child.text for child in entries[0].children] == ["Example org", "Second org"]
    assert [entry.kind for entry in entries].count(Kind.SUBMENU) == 1


def test_the_choice_of_an_organization_opens_the_settings_while_none_is_known() -> None:
    unchosen = failed(ErrorCode.ORGANIZATION_NEEDED, Status.MISSING_CREDENTIALS)
    assert menu(unchosen)[0].action is Action.OPEN_SETTINGS


def test_a_notice_comes_before_the_numbers_and_after_the_problem() -> None:
    notice = Problem(ErrorCode.WINDOW_FAILED, facts=(("folder", "/log"),))
    shown = replace(failed(ErrorCode.OFFLINE, Status.OFFLINE), notices=(notice,))
    assert first_group(shown) == [menu_line(ErrorCode.OFFLINE), menu_line(ErrorCode.WINDOW_FAILED)]


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


def test_an_organization_without_a_name_is_still_distinguishable() -> None:
    nameless = (Organization("aaaaaaaa-1111", None), Organization("bbbbbbbb-2222", " \t"))
    submenu = organizations(replace(snapshot(mode=Mode.WEB), organizations=nameless))
    assert submenu is not None
    assert [child.text for child in submenu.children] == ["— aaaaaaaa", "— bbbbbbbb"]


def test_checking_for_updates_is_offered_only_where_it_does_something() -> None:
    options = MenuOptions(update=Update(running="0.1.0"))
    entries = menu(snapshot(), options=options)
    actions = [entry.action for entry in entries]
    assert actions.index(Action.CHECK_UPDATES) == actions.index(Action.OPEN_SETTINGS) + 1
    assert Action.CHECK_UPDATES not in [entry.action for entry in menu(snapshot())]


def test_a_newer_version_is_named() -> None:
    newer = Update(running="0.1.0", stage=Stage.AVAILABLE, version="0.2.0")
    assert "Update to 0.2.0…" in [entry.text for entry in menu(snapshot(), options=MenuOptions(update=newer))]


def test_the_same_snapshot_at_the_same_time_makes_an_equal_menu() -> None:
    assert menu(snapshot(reading(fable()))) == menu(snapshot(reading(fable())))


def test_an_unknown_number_comes_after_one_that_is_almost_nothing() -> None:
    shown = snapshot(reading(session(None), weekly(0.4)))
    assert [line.split("  ")[1].split(" ")[0] for line in first_group(shown)] == ["Weekly", "Session"]
