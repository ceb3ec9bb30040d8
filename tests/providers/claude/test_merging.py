"""Which number wins, and which account it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.usage import (
    AccountId,
    Limit,
    LimitKind,
    LocalLogin,
    LocalReading,
    Mode,
    Origin,
    Reading,
    Source,
    Spend,
    same_window,
)
from claudometer.providers.claude.merging import merge
from tests.clocks import NOON
from tests.readings import account, credit, fable, reading, session, spend, weekly

if TYPE_CHECKING:
    from random import Random

ORGANIZATION = "account-1"
LOGIN = LocalLogin(AccountId(ORGANIZATION))
NOW = NOON + timedelta(minutes=10)
SESSION_RESET = NOON + timedelta(hours=2, minutes=10)
MINUTE = timedelta(minutes=1)


def line(*limits: Limit, at: datetime = NOW - MINUTE, extra: Spend | None = None) -> LocalReading:
    """Return what the status line captured a minute ago."""
    return LocalReading(Source.STATUS_LINE, at, limits or (session(84.0), weekly(30.0)), spend=extra)


def cached(
    *limits: Limit,
    at: datetime = NOW - MINUTE,
    organization_id: str | None = ORGANIZATION,
    extra: Spend | None = None,
) -> LocalReading:
    """Return usage that Claude Code has cached."""
    other = line(*limits, at=at, extra=extra)
    return replace(other, source=Source.CLAUDE_CODE, organization_id=organization_id)


def named(shown: Reading | None = None, organization_id: str | None = ORGANIZATION) -> Reading:
    """Return a server reading whose login names its organization."""
    shown = shown or reading()
    return replace(shown, account=replace(shown.account, organization_id=organization_id))


def merged(
    server_reading: Reading | None, *local: LocalReading, login: LocalLogin = LOGIN
) -> dict[str, Limit]:
    found = merge(server_reading, local, login, NOW)
    return {limit.id: limit for limit in found.limits} if found else {}


def test_a_newer_number_replaces_only_that_of_its_limit_and_names_its_source() -> None:
    shown = merged(named(), line(session(84.0), weekly(29.0)))
    assert shown["session"].percent == 84.0
    assert shown["session"].origin == Origin(Source.STATUS_LINE, NOW - MINUTE)
    assert shown["weekly"].origin == Origin(Source.STATUS_LINE, NOW - MINUTE)
    assert shown["weekly:fable"] == fable()


def test_an_older_number_does_not_win() -> None:
    shown = merge(named(), [line(at=NOON - MINUTE), cached(at=NOON)], LOGIN, NOW)
    assert shown == named()


def test_a_lower_number_in_the_same_window_does_not_win_however_new() -> None:
    jitter = session(80.9, SESSION_RESET + timedelta(seconds=2))
    shown = merged(named(), line(jitter, weekly(28.0)), cached(session(80.0)))
    assert shown["session"] == session(81.0)
    assert shown["weekly"] == weekly(29.0)


def test_a_new_window_seen_after_the_known_one_was_over_starts_over() -> None:
    over = named(reading(session(81.0, NOON + 2 * MINUTE), weekly()))
    begun = session(3.0, NOON + timedelta(hours=5, minutes=2))
    assert merged(over, line(begun, weekly(29.0)))["session"].percent == 3.0


def test_a_new_window_seen_before_the_known_one_can_be_over_is_not_believed() -> None:
    strange = session(3.0, SESSION_RESET + timedelta(hours=2))
    assert merged(named(), line(strange, weekly(29.0)))["session"] == session(81.0)


def test_an_earlier_window_is_never_taken() -> None:
    earlier = session(99.0, SESSION_RESET - timedelta(hours=1, minutes=20))
    assert merged(named(), line(earlier, weekly(29.0)))["session"] == session(81.0)
    unknown = named(reading(session(None), weekly()))
    assert merged(unknown, line(earlier, weekly(29.0)))["session"].percent is None


def test_an_ended_window_is_never_taken() -> None:
    unknown = named(reading(session(None, NOW), weekly()))
    assert merged(unknown, line(session(99.0, NOW), weekly(29.0)))["session"].percent is None


def test_a_new_window_is_taken_from_the_source_that_saw_it_first() -> None:
    idle = named(reading(session(0.0, None), weekly()))
    assert merged(idle, line(session(2.0), weekly(29.0)))["session"].percent == 2.0


def test_a_number_without_a_known_window_may_only_rise() -> None:
    windowless = named(reading(session(50.0, None), weekly()))
    assert merged(windowless, line(session(49.0), weekly(29.0)))["session"].percent == 50.0
    assert merged(windowless, line(session(51.0), weekly(29.0)))["session"].percent == 51.0


@pytest.mark.parametrize(
    "useless",
    [session(None), session(84.0, None), replace(session(84.0), window_s=None)],
    ids=["no number", "no reset time", "no window"],
)
def test_a_local_number_that_cannot_be_judged_is_ignored(useless: Limit) -> None:
    assert merged(named(), line(useless, weekly(29.0)))["session"] == session(81.0)


def test_an_older_number_of_an_open_window_replaces_an_unknown_one() -> None:
    unknown = named(reading(session(None), weekly()))
    assert merged(unknown, cached(session(40.0), at=NOON - MINUTE))["session"].percent == 40.0


def test_a_limit_keeps_the_window_length_and_mark_that_the_server_gave() -> None:
    bare = replace(session(81.0), window_s=None, binding=True)
    shown = merged(named(reading(bare, weekly())), line())["session"]
    assert (shown.percent, shown.window_s, shown.binding) == (84.0, session().window_s, True)


def test_limits_of_unknown_window_are_compared_by_time_and_value() -> None:
    other = Limit("other:x", LimitKind.OTHER, "x", 5.0, NOON + timedelta(days=1))
    shown = merged(named(reading(other, weekly())), cached(replace(other, percent=9.0, window_s=86400)))
    assert shown["other:x"].percent == 9.0


def test_a_number_from_the_future_is_not_trusted_beyond_a_minute_of_tolerance() -> None:
    assert merged(named(), line(at=NOW + MINUTE))["session"].percent == 84.0
    assert merged(named(), line(at=NOW + MINUTE * 1.01))["session"].percent == 81.0


def test_a_status_line_contributes_only_session_and_week() -> None:
    shown = merged(named(), line(session(84.0), weekly(30.0), fable(99.0)))
    assert shown["weekly:fable"] == fable()


def test_a_local_reading_adds_a_limit_only_after_the_last_server_reading() -> None:
    without = named(reading(session(), weekly()))
    added = merged(without, cached(fable(70.0)))["weekly:fable"]
    assert added == replace(fable(70.0), origin=Origin(Source.CLAUDE_CODE, NOW - MINUTE))
    assert "weekly:fable" not in merged(without, cached(fable(70.0), at=NOON - MINUTE))
    lacking = named(reading(weekly()))
    assert "session" in merged(lacking, line())  # the plan got a session back
    assert "session" not in merged(lacking, line(at=NOON - MINUTE))


def test_limits_stay_in_display_order() -> None:
    opus = replace(fable(1.0), id="weekly:opus", label="Opus")
    other = Limit("other:x", LimitKind.OTHER, "x", 5.0, NOON + timedelta(days=1), 86400)
    shown = merged(named(reading(fable())), cached(other, opus, weekly(), session()))
    assert list(shown) == ["session", "weekly", "weekly:fable", "weekly:opus", "other:x"]


def spent(shown: Reading | None) -> Spend | None:
    assert shown is not None
    return shown.spend


def test_extra_usage_is_the_newest_of_server_and_cached_usage() -> None:
    server_reading = named(reading(spend=spend(100)))
    newer = spent(merge(server_reading, [cached(extra=spend(200))], LOGIN, NOW))
    assert newer == replace(spend(200), origin=Origin(Source.CLAUDE_CODE, NOW - MINUTE))
    assert spent(merge(server_reading, [cached(at=NOON - MINUTE, extra=spend(200))], LOGIN, NOW)) == spend(
        100
    )
    assert spent(merge(named(), [cached(at=NOON - MINUTE, extra=spend(200))], LOGIN, NOW)) is None
    assert spent(merge(server_reading, [line(extra=spend(200)), cached()], LOGIN, NOW)) == spend(100)


def test_credits_are_the_newest_of_server_and_cached_usage() -> None:
    server_reading = named(reading(credits_granted=(credit(100),)))
    newer = merge(server_reading, [replace(cached(), credits=(credit(200),))], LOGIN, NOW)
    assert newer is not None
    assert newer.credits == (replace(credit(200), origin=Origin(Source.CLAUDE_CODE, NOW - MINUTE)),)
    gone = merge(server_reading, [replace(cached(), credits=())], LOGIN, NOW)
    assert gone is not None
    assert gone.credits == ()


def test_cached_usage_that_is_too_old_to_know_the_credits_leaves_them() -> None:
    server_reading = named(reading(credits_granted=(credit(100),)))
    shown = merge(server_reading, [replace(cached(), credits=None)], LOGIN, NOW)
    assert shown is not None
    assert shown.credits == (credit(100),)


# Which account the numbers belong to


def test_cached_usage_of_another_organization_is_not_used() -> None:
    assert merge(named(), [cached(organization_id="somebody-else")], LOGIN, NOW) == named()


def test_cached_usage_without_a_name_is_recognized_by_its_week() -> None:
    assert merged(named(), cached(organization_id=None))["session"].percent == 84.0
    foreign = cached(session(84.0), weekly(30.0, NOON + timedelta(days=2)), organization_id=None)
    assert merge(named(), [foreign], LOGIN, NOW) == named()


def test_a_login_without_a_name_recognizes_cached_usage_by_its_week_whatever_its_name() -> None:
    nameless = reading()
    login = LocalLogin(nameless.account.id)
    assert merged(nameless, cached(organization_id="org-1"), login=login)["session"].percent == 84.0
    foreign = cached(session(84.0), weekly(30.0, NOON + timedelta(days=2)), organization_id="org-1")
    assert merge(nameless, [foreign], login, NOW) == nameless


@pytest.mark.parametrize(
    ("shift", "is_ours"),
    [
        (timedelta(seconds=-60), True),
        (timedelta(seconds=61), False),
        (timedelta(days=7, seconds=2), True),
        (timedelta(days=-7), False),
        (timedelta(hours=1), False),
    ],
)
def test_a_status_line_is_recognized_by_the_reset_time_of_its_week(shift: timedelta, is_ours: bool) -> None:
    known = weekly()
    assert known.resets_at is not None
    other = line(session(84.0), weekly(30.0, known.resets_at + shift))
    assert (merged(named(), other)["session"].percent == 84.0) is is_ours


def test_a_status_line_without_a_week_belongs_to_no_account() -> None:
    assert merge(named(), [line(session(84.0))], LOGIN, NOW) == named()
    started = named(reading(session(), weekly(0.0, None)))
    assert merge(started, [line()], LOGIN, NOW) == started


def test_a_status_line_is_recognized_by_the_week_of_cached_usage_too() -> None:
    started = named(reading(session(), weekly(0.0, None)))
    earlier = cached(at=NOW - 2 * MINUTE)
    assert merged(started, line(session(90.0), weekly(30.0)), earlier)["session"].percent == 90.0


def test_numbers_from_before_the_login_may_belong_to_the_previous_login() -> None:
    login = replace(LOGIN, since=NOW - timedelta(seconds=30))
    assert merge(named(), [line(at=NOW - MINUTE)], login, NOW) == named()
    assert merged(named(), line(at=NOW - timedelta(seconds=30)), login=login)["session"].percent == 84.0
    assert merged(named(), cached(), login=login)["session"].percent == 84.0  # its name is enough


@pytest.mark.parametrize("login", [LocalLogin(), LocalLogin(AccountId("somebody-else"))])
def test_without_the_login_of_the_server_reading_no_local_reading_is_used(login: LocalLogin) -> None:
    assert merge(named(), [line(), cached()], login, NOW) == named()


def test_a_web_account_uses_only_a_login_of_the_same_organization() -> None:
    web = replace(reading(), account=replace(account(Mode.WEB, organization_id="org-1"), id=AccountId("k")))
    other = LocalLogin(AccountId("org-2"))
    assert merge(web, [line(), cached(organization_id="org-2")], other, NOW) == web
    unknown = replace(web, account=replace(web.account, organization_id=None))
    assert merge(unknown, [line(), cached(organization_id="org-1")], LocalLogin(AccountId("org-1")), NOW) == (
        unknown
    )
    same = LocalLogin(AccountId("org-1"))
    assert merged(web, line(), login=same)["session"].percent == 84.0
    assert merged(web, cached(organization_id="org-1"), login=same)["session"].percent == 84.0


# Without a server reading


def test_without_a_server_reading_only_cached_usage_of_the_same_login_replaces_it() -> None:
    earlier = cached(session(50.0), weekly(30.5), at=NOW - 2 * MINUTE, extra=spend())
    shown = merge(None, [earlier, line()], LOGIN, NOW)
    assert shown is not None
    assert (shown.source, shown.fetched_at) == (Source.CLAUDE_CODE, NOW - 2 * MINUTE)
    assert (shown.account.id, shown.account.organization_id) == (ORGANIZATION, ORGANIZATION)
    assert [(limit.percent, limit.origin) for limit in shown.limits] == [
        (84.0, Origin(Source.STATUS_LINE, NOW - MINUTE)),
        (30.5, None),
    ]
    assert shown.spend == spend()


@pytest.mark.parametrize(
    "local",
    [line(), cached(organization_id=None), cached(organization_id="x"), cached(session(9.0, NOON))],
    ids=["a status line", "cached usage without a name", "of another account", "a window that is over"],
)
def test_without_a_server_reading_no_doubtful_reading_replaces_it(local: LocalReading) -> None:
    assert merge(None, [local], LOGIN, NOW) is None
    assert merge(None, [local], LocalLogin(), NOW) is None


def test_cached_usage_with_only_extra_usage_replaces_a_missing_reading() -> None:
    shown = merge(None, [cached(fable(None), extra=spend())], LOGIN, NOW)
    assert shown is not None
    assert (shown.limits, shown.spend) == ((), spend())


# Properties

PERCENTS = st.none() | st.floats(0, 130, width=16)
MINUTES = st.integers(-400, 12)
JITTERS = st.integers(-2, 2)


@st.composite
def limits(draw: st.DrawFn) -> tuple[Limit, ...]:
    found = []
    for make, window in ((session, timedelta(hours=5)), (weekly, timedelta(days=7)), (fable, None)):
        if draw(st.booleans()):
            known = make().resets_at
            assert known is not None
            shift = (window or timedelta(days=7)) * draw(st.sampled_from([0, 0, 0, 1, -1, 0.3]))
            resets_at = known + shift + timedelta(seconds=draw(JITTERS))
            found.append(make(draw(PERCENTS), draw(st.sampled_from([resets_at, resets_at, None]))))
    return tuple(found)


@st.composite
def local_readings(draw: st.DrawFn) -> LocalReading:
    source = draw(st.sampled_from([Source.STATUS_LINE, Source.CLAUDE_CODE]))
    name = draw(st.sampled_from([None, ORGANIZATION, "x"])) if source is Source.CLAUDE_CODE else None
    spent = draw(st.sampled_from([None, spend(1), spend(2)]))
    return LocalReading(source, NOON + MINUTE * draw(MINUTES), draw(limits()), name, spent)


SERVER_READINGS = st.none() | st.builds(
    lambda known, name: named(replace(reading(), limits=known), name),
    limits(),
    st.sampled_from([ORGANIZATION, None]),
)
LOCAL = st.lists(local_readings(), max_size=4)


@given(SERVER_READINGS, LOCAL, st.randoms())
def test_merging_is_idempotent_and_the_order_of_the_sources_does_not_matter(
    server_reading: Reading | None, local: list[LocalReading], chance: Random
) -> None:
    once = merge(server_reading, local, LOGIN, NOW)
    assert merge(once, local, LOGIN, NOW) == once
    shuffled = list(local)
    chance.shuffle(shuffled)
    assert merge(server_reading, shuffled, LOGIN, NOW) == once


@given(SERVER_READINGS, LOCAL)
def test_every_number_comes_from_a_source_and_appears_once(
    server_reading: Reading | None, local: list[LocalReading]
) -> None:
    shown = merge(server_reading, local, LOGIN, NOW)
    sources = ((server_reading.limits if server_reading else ()), *(one.limits for one in local))
    known = {(limit.id, limit.percent) for source in sources for limit in source}
    ids = [limit.id for limit in shown.limits] if shown else []
    assert len(ids) == len(set(ids))
    assert {(limit.id, limit.percent) for limit in (shown.limits if shown else ())} <= known


@given(SERVER_READINGS, LOCAL)
def test_within_a_window_a_number_never_falls_or_disappears(
    server_reading: Reading | None, local: list[LocalReading]
) -> None:
    if server_reading is None:
        return
    shown = merged(server_reading, *local)
    assert set(shown) >= {limit.id for limit in server_reading.limits}
    for before in server_reading.limits:
        after = shown[before.id]
        assert after.percent is not None or before.percent is None
        if before.resets_at is None or after.resets_at is None or before.percent is None:
            continue
        if same_window(before.resets_at, after.resets_at, before.window_s or 0):
            assert (after.percent or 0) >= before.percent
        else:
            assert after.resets_at > before.resets_at


@given(LOCAL)
def test_every_number_from_elsewhere_carries_its_source_and_time(local: list[LocalReading]) -> None:
    server_reading = named()
    for limit in merged(server_reading, *local).values():
        if limit.origin is None:
            assert limit in server_reading.limits
        else:
            sources = {(one.source, one.captured_at) for one in local}
            assert (limit.origin.source, limit.origin.fetched_at) in sources


def test_without_a_server_reading_a_status_line_of_the_same_organization_replaces_it() -> None:
    named_line = replace(line(), organization_id=ORGANIZATION)
    shown = merge(None, [named_line], LOGIN, NOW)
    assert shown is not None
    assert (shown.source, shown.fetched_at) == (Source.STATUS_LINE, NOW - MINUTE)
    assert [limit.percent for limit in shown.limits] == [84.0, 30.0]
    assert shown.account.organization_id == ORGANIZATION
    for other in (line(), replace(line(), organization_id="another")):
        assert merge(None, [other], LOGIN, NOW) is None


@pytest.mark.parametrize("source", [Source.STATUS_LINE, Source.CLAUDE_CODE])
def test_without_a_server_reading_a_session_that_has_ended_is_kept_without_a_number(source: Source) -> None:
    over = session(97.0, NOW - MINUTE)
    local = replace(line(weekly(30.0)), source=source, organization_id=ORGANIZATION, ended=(over,))
    shown = merge(None, [local], LOGIN, NOW)
    assert shown is not None
    assert [limit.id for limit in shown.limits] == ["session", "weekly"]
    assert merge(shown, [local], LOGIN, NOW) == shown
    # The server knows better: a plan without a session stays without one.
    without = named(replace(reading(), limits=(weekly(30.0),)))
    assert "session" not in merged(without, local)


def test_cached_usage_and_a_newer_status_line_together_replace_a_missing_reading() -> None:
    old = cached(session(60.0), weekly(20.0), fable(50.0), at=NOW - 5 * MINUTE)
    shown = merge(None, [replace(line(), organization_id=ORGANIZATION), old], LOGIN, NOW)
    assert shown is not None
    assert [limit.percent for limit in shown.limits] == [84.0, 30.0, 50.0]


def test_once_the_server_has_answered_a_status_line_must_have_its_week_whatever_it_names() -> None:
    other_week = weekly(30.0, NOON + timedelta(days=2))
    named_line = replace(line(session(99.0), other_week), organization_id=ORGANIZATION)
    assert merge(named(), [named_line], LOGIN, NOW) == named()
