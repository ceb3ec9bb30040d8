"""Of several sessions the newest numbers count, and old numbers drawn again do not become new."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S
from claudometer.providers.claude import capture
from claudometer.providers.claude.capture import Capture, choose, record
from claudometer.providers.claude.capture_codec import from_wire, read_windows, to_wire

if TYPE_CHECKING:
    from claudometer.providers.claude.capture import Windows

NOW = 1_787_300_000.0
RESET = NOW + 9000
WEEK = NOW + 4 * 86400


def windows(session: float, week: float = 12.0, reset: float = RESET) -> Windows:
    return {"five_hour": (session, reset), "seven_day": (week, WEEK)}


def recorded(*steps: tuple[str, Windows, float], login: str = "") -> Capture:
    kept = Capture()
    for session, shown, seconds in steps:
        kept = record(kept, session, shown, NOW + seconds, login)
    return kept


def age(kept: Capture) -> float | None:
    return None if kept.captured_at is None else kept.captured_at - NOW


def test_numbers_drawn_again_keep_the_time_they_were_first_seen() -> None:
    first = recorded(("a", windows(41), 0))
    assert record(first, "a", windows(41), NOW + 7200) is first
    assert age(first) == 0


def test_a_response_without_numbers_does_not_replace_earlier_numbers() -> None:
    first = recorded(("a", windows(41), 0))
    assert record(first, "a", {}, NOW + 60) is first
    other = record(first, "b", {}, NOW + 60)
    assert (other.windows, age(other)) == (windows(41), 0)


def test_the_session_whose_numbers_changed_last_is_shown() -> None:
    kept = recorded(
        ("a", {}, 0), ("b", {}, 0), ("a", windows(41), 10), ("b", windows(42), 20), ("a", windows(43), 30)
    )
    assert (kept.windows, age(kept)) == (windows(43), 30)


def test_an_idle_session_that_draws_its_old_numbers_changes_nothing() -> None:
    kept = recorded(("a", windows(41), 0), ("b", windows(60), 3600))
    assert record(kept, "a", windows(41), NOW + 7200) is kept


def test_a_lower_number_in_the_same_window_is_older() -> None:
    kept = recorded(("a", windows(60), 0), ("b", windows(41), 10))
    assert (kept.windows, age(kept)) == (windows(60), 0)


def test_the_reset_time_may_jitter_within_a_window() -> None:
    kept = recorded(("a", windows(60), 0), ("b", windows(41, reset=RESET + 2), 10))
    assert kept.windows == windows(60)


def test_a_lower_number_in_a_later_window_is_newer_and_in_an_earlier_one_older() -> None:
    kept = recorded(("a", windows(60), 0), ("b", windows(2, reset=RESET + SESSION_WINDOW_S), 9010))
    assert age(kept) == 9010
    assert record(kept, "c", windows(99), NOW + 9020).windows == kept.windows


def test_a_new_session_with_old_numbers_does_not_make_them_new() -> None:
    kept = recorded(("a", windows(41), 0), ("after /clear", windows(41), 7200))
    assert age(kept) == 0


def test_a_session_that_confirms_the_numbers_makes_them_new() -> None:
    kept = recorded(("a", windows(41), 0), ("b", {}, 7100), ("b", windows(41), 7200))
    assert (kept.windows, age(kept)) == (windows(41), 7200)


def test_lower_numbers_count_once_they_are_certainly_new() -> None:
    """The server may reset early, and the account may be a different one."""
    kept = recorded(("b", windows(70), 0), ("a", windows(80), 10), ("b", windows(5), 20))
    assert kept.windows == windows(80)
    assert record(kept, "b", windows(6), NOW + 30).windows == windows(6)
    assert record(kept, "a", windows(5), NOW + 30).windows == windows(5)


OTHERS: Windows = {"five_hour": (20.0, NOW + 1800), "seven_day": (5.0, NOW + 90_000)}
"""The windows of another account."""


def test_a_new_session_with_the_numbers_of_another_account_does_not_count() -> None:
    higher: Windows = {"five_hour": (99.0, NOW + 12_000), "seven_day": (99.0, NOW + 6 * 86400)}
    assert recorded(("a", windows(60), 0), ("b", higher, 10)).windows == windows(60)


def test_a_session_with_another_reset_time_shows_its_own_numbers() -> None:
    kept = recorded(("a", windows(90), 0), ("b", OTHERS, 10))
    assert kept.windows == windows(90)
    assert choose(kept, "b", "", NOW + 30) == (NOW + 10, OTHERS)
    assert choose(kept, "a", "", NOW + 30) == (NOW, windows(90))


def test_without_a_known_login_a_first_prompt_shows_the_newest_numbers() -> None:
    assert choose(recorded(("a", windows(90), 0), ("b", {}, 10)), "b", "", NOW + 30) == (NOW, windows(90))


def test_after_another_login_no_number_of_the_previous_account_is_shown() -> None:
    kept = recorded(("a", windows(90), 0), login="first")
    assert choose(kept, "a", "second", NOW + 10) == (None, {})
    kept = record(kept, "b", {}, NOW + 20, "second")
    assert choose(kept, "b", "second", NOW + 20) == (None, {})
    kept = record(kept, "after /clear in a", windows(90), NOW + 30, "second")
    assert choose(kept, "after /clear in a", "second", NOW + 30) == (None, {})
    kept = record(kept, "b", OTHERS, NOW + 40, "second")
    assert (kept.windows, kept.login) == (OTHERS, "second")
    assert choose(kept, "a", "second", NOW + 50) == (NOW + 40, OTHERS)


def moved(shown: Windows, seconds: float) -> Windows:
    """Return the same numbers with their reset times shifted."""
    return {name: (used, None if reset is None else reset + seconds) for name, (used, reset) in shown.items()}


@pytest.mark.parametrize("seconds", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("used", [90, 91])
@pytest.mark.parametrize("session", ["a", "after /clear in a", "begun before the login"])
def test_after_another_login_a_reset_that_moved_does_not_make_old_numbers_the_new_accounts(
    session: str, used: float, seconds: float
) -> None:
    kept = recorded(("a", windows(90), 0), ("begun before the login", {}, 5), login="first")
    shown = moved(windows(used), seconds)
    kept = record(kept, session, shown, NOW + 10, "second")
    assert choose(kept, session, "second", NOW + 10) == (None, {})
    assert choose(kept, "b", "second", NOW + 10) == (None, {})
    assert kept.login == "first"
    kept = record(kept, "b", OTHERS, NOW + 20, "second")
    kept = record(kept, session, moved(shown, 1), NOW + 30, "second")
    assert (kept.windows, kept.login) == (OTHERS, "second")


def test_a_reset_time_that_moved_slightly_is_not_new() -> None:
    kept = recorded(("a", windows(90), 0), login="first")
    assert record(kept, "a", moved(windows(90), 1), NOW + 600, "first") is kept


def test_numbers_with_their_own_resets_belong_to_the_login_of_their_time() -> None:
    kept = recorded(("a", windows(90), 0), login="first")
    kept = record(kept, "a", OTHERS, NOW + 10, "second")
    assert (kept.windows, kept.login) == (OTHERS, "second")
    assert choose(kept, "a", "second", NOW + 10) == (NOW + 10, OTHERS)


def test_numbers_without_a_reset_that_changed_belong_to_the_login_of_their_time() -> None:
    kept = recorded(("a", {"five_hour": (90.0, None)}, 0), login="first")
    kept = record(kept, "a", {"five_hour": (5.0, None)}, NOW + 10, "second")
    assert choose(kept, "a", "second", NOW + 10) == (NOW + 10, {"five_hour": (5.0, None)})


def test_after_the_first_login_came_back_its_numbers_are_shown_with_their_age() -> None:
    kept = record(recorded(("a", windows(90), 0), login="first"), "b", OTHERS, NOW + 10, "second")
    assert kept.windows == OTHERS
    assert choose(kept, "a", "first", NOW + 600) == (NOW, windows(90))


def test_a_login_that_cannot_be_read_for_a_moment_takes_nothing_away() -> None:
    kept = recorded(("a", windows(90), 0), login="first")
    assert choose(kept, "a", "", NOW + 10) == (NOW, windows(90))
    assert record(kept, "a", windows(91), NOW + 20).windows == windows(91)


def test_after_all_windows_have_ended_any_session_may_report_new_ones() -> None:
    ended: Windows = {"five_hour": (80.0, NOW + 60)}
    kept = recorded(("a", ended, 0), ("b", {"seven_day": (3.0, WEEK)}, 120))
    assert kept.windows == {"seven_day": (3.0, WEEK)}


def test_a_window_that_has_ended_leaves_no_new_response_behind() -> None:
    first = recorded(("a", windows(41), 0))
    left: Windows = {"seven_day": (12.0, WEEK + 1)}
    for seconds in (9001, 9000 + 86400):
        assert record(first, "a", left, NOW + seconds) is first
    assert choose(first, "a", "", NOW + 9001) == (NOW, windows(41))
    # After "/clear" the same session has a new name.
    renamed = record(first, "b", left, NOW + 9002)
    assert (renamed.windows, age(renamed)) == (windows(41), 0)
    assert choose(renamed, "b", "", NOW + 9003) == (NOW, windows(41))


def test_an_idle_session_whose_window_ends_does_not_replace_newer_numbers() -> None:
    kept = recorded(("a", windows(41), 0), ("b", windows(60, 20.0), 3600))
    assert record(kept, "a", {"seven_day": (12.0, WEEK)}, NOW + 9001) is kept


def test_a_window_that_is_missing_before_its_end_or_beside_a_new_number_is_a_response() -> None:
    first = recorded(("a", windows(41), 0))
    early = record(first, "a", {"seven_day": (12.0, WEEK)}, NOW + 600)
    assert (early.windows, age(early)) == ({"seven_day": (12.0, WEEK)}, 600)
    late = record(first, "a", {"seven_day": (13.0, WEEK)}, NOW + 9100)
    assert (late.windows, age(late)) == ({"seven_day": (13.0, WEEK)}, 9100)


def test_a_window_that_returns_after_its_end_is_a_response() -> None:
    first = record(recorded(("a", windows(41), 0)), "a", {"seven_day": (12.0, WEEK)}, NOW + 9001)
    again = windows(1, reset=RESET + SESSION_WINDOW_S)
    assert age(record(first, "a", again, NOW + 9100)) == 9100


def test_the_oldest_sessions_are_forgotten() -> None:
    kept = recorded(
        *((str(number), windows(number / 10), number) for number in range(capture.MAX_SESSIONS + 5))
    )
    assert len(kept.sessions) == capture.MAX_SESSIONS
    assert "4" not in kept.sessions


@pytest.mark.parametrize(
    ("passed", "read"),
    [
        ({"five_hour": {"used_percentage": 41.3, "resets_at": RESET}}, {"five_hour": (41.3, RESET)}),
        ({"five_hour": {"used_percentage": 141, "resets_at": RESET * 1000}}, {"five_hour": (141.0, RESET)}),
        ({"seven_day": {"used_percentage": 0, "resets_at": None}}, {"seven_day": (0.0, None)}),
        ({"seven_day": {"resets_at": "2026-08-21T09:33:20Z"}}, {"seven_day": (None, 1_787_304_800.0)}),
        ({"seven_day": {"resets_at": "2026-08-21T09:33:20"}}, {"seven_day": (None, 1_787_304_800.0)}),
        ({"five_hour": {"used_percentage": 4, "resets_at": NOW + 21 * 86400}}, {"five_hour": (4.0, None)}),
        ({"five_hour": {"used_percentage": -1, "resets_at": "soon"}}, {}),
        ({"five_hour": {"used_percentage": True, "resets_at": 0}}, {}),
        ({"five_hour": {"used_percentage": float("nan")}, "seven_day": {"used_percentage": 10**400}}, {}),
        ({"five_hour": None, "seven_day": [], "seven_day_opus": {}}, {}),
        (
            {"seven_day_opus": {"used_percentage": 4}, "a b": {"used_percentage": 5}, "x": 6},
            {"seven_day_opus": (4.0, None)},
        ),
        (
            {"spend_limit": {"used_usd": 520.0, "limit_usd": 500, "period": "monthly"}},
            {"spend_limit": (104.0, None)},
        ),
        ({"spend_limit": {"used_usd": 520.0, "limit_usd": 0}}, {}),
        (
            {"spend_limit": {"used_percentage": 104, "resets_at": NOW + 30 * 86400, "used_usd": 520.0}},
            {"spend_limit": (104.0, NOW + 30 * 86400)},
        ),
        (None, {}),
        ([], {}),
    ],
)
def test_the_windows_are_read_and_impossible_values_are_unknown(passed: object, read: Windows) -> None:
    assert read_windows(passed, NOW) == read


def test_the_window_lengths_equal_those_of_the_limits() -> None:
    assert list(capture.WINDOW_LENGTHS.values()) == [SESSION_WINDOW_S, WEEK_WINDOW_S]


seconds = st.integers(0, 20 * 86400).map(float)
one_window = st.tuples(st.none() | st.integers(0, 120).map(float), st.none() | seconds.map(lambda s: NOW + s))
some_windows = st.dictionaries(st.sampled_from(["five_hour", "seven_day"]), one_window).map(
    lambda found: {
        name: found[name]
        for name in ("five_hour", "seven_day")
        if found.get(name, (None, None)) != (None, None)
    }
)
steps = st.lists(
    st.tuples(st.sampled_from("abc"), some_windows, st.integers(0, 5000).map(float)), max_size=12
)


@given(steps)
def test_a_capture_is_the_same_after_writing_and_reading(
    events: list[tuple[str, Windows, float]],
) -> None:
    now, kept = NOW, Capture()
    for session, shown, later in events:
        now += later
        kept = record(kept, session, shown, now)
        back = from_wire(json.loads(json.dumps(to_wire(kept))), now)
        assert to_wire(back) == to_wire(kept)
        assert record(back, session, shown, now + 1) is back


@given(steps)
def test_the_time_of_the_numbers_is_one_at_which_a_session_showed_them(
    events: list[tuple[str, Windows, float]],
) -> None:
    now, kept, shown_at = NOW, Capture(), set()
    for session, shown, later in events:
        now += later
        shown_at.add((now, json.dumps(shown)))
        kept = record(kept, session, shown, now)
        assert kept.captured_at is None or (kept.captured_at, json.dumps(kept.windows)) in shown_at


class Account:
    """The real state of an account: its usage grows, and its windows end."""

    def __init__(self, ahead_s: float = 0) -> None:
        self.now = NOW
        self.session, self.week = 0.0, 0.0
        self.resets = [NOW + SESSION_WINDOW_S - ahead_s % SESSION_WINDOW_S, NOW + WEEK_WINDOW_S - ahead_s]

    def wait(self, seconds: float) -> None:
        self.now += seconds
        if self.now >= self.resets[0]:
            self.session, self.resets[0] = 0.0, self.now + SESSION_WINDOW_S
        if self.now >= self.resets[1]:
            self.week, self.resets[1] = 0.0, self.now + WEEK_WINDOW_S

    def use(self, points: int) -> None:
        self.session += points
        self.week += points // 4

    def respond(self) -> Windows:
        return {"five_hour": (self.session, self.resets[0]), "seven_day": (self.week, self.resets[1])}


acts = st.lists(
    st.tuples(
        st.sampled_from(["respond", "draw", "draw", "clear"]),
        st.sampled_from("abc"),
        st.integers(0, 9000),
        st.integers(0, 9),
    ),
    max_size=60,
)


@settings(max_examples=3 * settings().max_examples)
@given(acts)
def test_the_capture_was_true_at_its_time_and_is_the_newest_response_drawn(
    events: list[tuple[str, str, int, int]],
) -> None:
    """Every response is drawn immediately, as Claude Code does; old ones are drawn again at any time."""
    account, kept = Account(), Capture()
    last: dict[str, Windows] = {}
    names: dict[str, str] = {}
    truth: dict[float, Windows] = {}
    newest: Windows = {}
    for act, session, later, points in events:
        account.wait(later)
        if act == "respond":
            account.use(points)
            last[session] = newest = truth[account.now] = account.respond()
        elif act == "clear":  # a new session id with the old numbers
            names[session] = f"{session}{account.now}"
        kept = record(kept, names.get(session, session), last.get(session, {}), account.now)
        assert kept.windows == newest
        if kept.captured_at is not None:
            assert truth[kept.captured_at] == kept.windows


def test_a_clock_that_was_set_back_makes_the_numbers_unknown_but_a_moment_does_not() -> None:
    kept = to_wire(recorded(("a", windows(41), 0)))
    assert from_wire(kept, NOW - 1).captured_at == NOW - 1
    assert from_wire(kept, NOW - 61).captured_at is None
    assert from_wire(kept, NOW - 61).windows == {}


switches = st.lists(
    st.tuples(
        st.sampled_from(["switch", "respond", "draw", "draw", "clear", "begin"]),
        st.sampled_from("abc"),
        st.integers(0, 9000),
        st.integers(0, 9),
    ),
    max_size=40,
)


@settings(max_examples=3 * settings().max_examples)
@given(switches)
def test_no_session_ever_shows_the_numbers_of_an_account_that_is_not_logged_in(
    events: list[tuple[str, str, int, int]],
) -> None:
    """Two accounts take turns in one folder; sessions redraw their last numbers, resets a second off."""
    accounts, login, kept = {"first": Account(), "second": Account(ahead_s=50_000)}, "first", Capture()
    last: dict[str, Windows] = {}
    names: dict[str, str] = {}
    truth: dict[str, list[Windows]] = {"first": [], "second": []}
    for act, session, later, points in events:
        for account in accounts.values():
            account.wait(later + 1)
        now = accounts[login].now
        if act == "switch":
            login = "second" if login == "first" else "first"
        elif act == "respond":
            accounts[login].use(points + 1)
            last[session] = accounts[login].respond()
            truth[login].append(last[session])
        elif act in {"clear", "begin"}:
            names[session] = f"{session}{now}"
            last[session] = last.get(session, {}) if act == "clear" else {}
        drawn = moved(last.get(session, {}), points % 3 - 1)
        kept = record(kept, names.get(session, session), drawn, now, login)
        _, shown = choose(kept, names.get(session, session), login, now)
        assert not shown or any(capture.is_same(shown, true) for true in truth[login])
        assert act != "respond" or capture.is_same(shown, last[session])
