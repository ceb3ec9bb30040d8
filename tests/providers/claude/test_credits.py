"""Money that was granted once: told apart from limits by its dollars, whatever its key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from claudometer.domain.usage import Credit, Money
from claudometer.providers.claude.parse import Usage, parse_usage
from tests.clocks import NOON
from tests.fixtures import load_case

EMPTY: dict[str, object] = {"five_hour": None, "seven_day": None, "limits": [], "spend": None}
ENDS = datetime(2030, 2, 5, 7, 59, tzinfo=UTC)


def parsed(body: object) -> Usage:
    usage = parse_usage(body, now=NOON)
    assert isinstance(usage, Usage), usage
    return usage


def granted(key: str = "iguana_necktie", **fields: object) -> tuple[Credit, ...]:
    credit = {
        "utilization": 20.6,
        "resets_at": "2030-02-05T07:59:00+00:00",
        "limit_dollars": 250,
        "used_dollars": 51.5,
        "remaining_dollars": 198.5,
        "locked_reason": None,
    }
    return parsed({"five_hour": {"utilization": 12.0}, key: credit | fields}).credits


def dollars(minor: int) -> Money:
    return Money(minor, 2, "USD")


def test_a_credit_that_is_used_up_is_no_limit() -> None:
    usage = parsed(load_case("credit_spent"))
    assert {limit.id: limit.percent for limit in usage.limits} == {"session": 12.0, "weekly": 18.0}
    assert usage.credits == (
        Credit("iguana_necktie", "Iguana Necktie", dollars(25000), dollars(25000), 100.0, ENDS),
    )


@pytest.mark.parametrize("key", ["cinder_cove", "velvet_lantern", "seven_day_new_thing", "omelette"])
def test_the_key_does_not_matter(key: str) -> None:
    (credit,) = granted(key)
    assert (credit.id, credit.used, credit.limit) == (key, dollars(5150), dollars(25000))
    assert credit.percent == pytest.approx(20.6)


@pytest.mark.parametrize("key", ["five_hour", "seven_day"])
def test_session_and_week_stay_limits_also_when_they_are_counted_in_dollars(key: str) -> None:
    window = {"utilization": 40.0, "limit_dollars": 30, "used_dollars": 12.0, "resets_at": None}
    usage = parsed({key: window})
    assert [limit.percent for limit in usage.limits] == [40.0]
    assert usage.credits == ()


@pytest.mark.parametrize("limit", [None, "many", True, -5, [], float("nan")])
def test_without_a_number_of_dollars_it_is_a_window(limit: object) -> None:
    body = {"five_hour": {"utilization": 3.0}, "cinder_cove": {"utilization": 7.0, "limit_dollars": limit}}
    usage = parsed(body)
    assert usage.credits == ()
    assert [shown.id for shown in usage.limits] == ["session", "other:cinder-cove"]


@pytest.mark.parametrize(
    ("fields", "used", "percent"),
    [
        ({"used_dollars": None}, 5150, 20.6),
        ({"used_dollars": None, "remaining_dollars": None}, None, 20.6),
        ({"used_dollars": None, "remaining_dollars": None, "utilization": None}, None, None),
        ({"used_dollars": 0, "utilization": 0.0}, 0, 0.0),
        ({"used_dollars": 260}, 26000, 104.0),
        ({"used_dollars": "many", "remaining_dollars": 900}, None, 20.6),
    ],
)
def test_the_used_amount_is_read_from_any_member_that_has_it(
    fields: dict[str, object], used: int | None, percent: float | None
) -> None:
    (credit,) = granted("cinder_cove", **fields)
    assert credit.used == (None if used is None else dollars(used))
    assert credit.percent == pytest.approx(percent)


def test_an_unreadable_expiry_is_unknown() -> None:
    for unreadable in (None, "", "soon"):
        (credit,) = granted(resets_at=unreadable)
        assert credit.expires_at is None


def test_a_credit_of_nothing_is_left_out() -> None:
    assert granted(limit_dollars=0) == ()


def test_an_amount_that_no_float_can_hold_in_cents_is_left_out() -> None:
    assert granted(limit_dollars=1.7e308) == ()


def test_a_credit_in_the_list_of_limits_is_one_too() -> None:
    entry = {"kind": "promotion", "percent": 100, "limit_dollars": 50, "used_dollars": 50.0}
    usage = parsed({"limits": [{"kind": "session", "percent": 9}, entry]})
    assert [limit.id for limit in usage.limits] == ["session"]
    assert [(credit.id, credit.percent) for credit in usage.credits] == [("promotion", 100.0)]


def test_credits_alone_are_an_answer() -> None:
    usage = parsed(EMPTY | {"cinder_cove": {"limit_dollars": 10}})
    assert [credit.limit for credit in usage.credits] == [dollars(1000)]


@pytest.mark.parametrize(
    "body",
    [
        load_case("no_limits"),
        EMPTY,
        EMPTY | {"limits": None, "extra_usage": {"is_enabled": False}},
        {"limits": [], "extra_usage": {"is_enabled": False, "used_credits": None}},
        {"five_hour": None, "limits": []},
        EMPTY | {"five_hour": {"utilization": None, "resets_at": None}},
        EMPTY | {"limits": [{"kind": "session", "percent": None, "resets_at": None}]},
        EMPTY | {"spend": {"enabled": True, "used": None, "limit": None}},
        EMPTY | {"velvet_lantern": None, "seven_day_breakdown": {}},
        EMPTY | {"seven_day_opus": {"utilization": 0, "resets_at": None}},
        EMPTY | {"cinder_cove": {"utilization": None, "limit_dollars": 0}},
        EMPTY | {"limits": [{"kind": "promotion", "percent": None, "limit_dollars": 0}]},
        EMPTY | {"spend": {"enabled": False, "used": {"amount_minor": 0, "currency": "USD"}}},
    ],
)
def test_a_plan_that_reports_no_limit_is_an_answer(body: dict[str, object]) -> None:
    usage = parsed(body)
    assert usage.limits == ()
    assert usage.credits == ()


@pytest.mark.parametrize(
    "damage",
    [
        {"five_hour": {"utilization": "many"}},
        {"five_hour": 12},
        {"limits": {}},
        {"limits": "none"},
        {"limits": [{"kind": "session", "percent": "many"}]},
        {"spend": "none"},
        {"spend": {"enabled": True, "used": {"amount_minor": "many"}}},
        {"spend": {"enabled": False, "used": {"amount_minor": "many"}}},
        {"extra_usage": {"is_enabled": False, "used_credits": "many"}},
        {"limits": ["x"]},
        {"limits": [None]},
        {"limits": [7, {"kind": "session", "percent": None}]},
        {"limits": [{}]},
        {"limits": [{"name": "session"}]},
        {"limits": [{"kind": "session", "utilization": 50}]},
        {"limits": [{"kind": "session", "utilization": "50"}]},
        {"five_hour": {"percent": 40, "resets_at": None}},
        {"five_hour": {"utilization": None, "resets_at": "2030-01-01T15:00:00+00:00"}},
        {"five_hour": "soon"},
        {"five_hour": []},
        {"seven_day_opus": {"utilization": "many"}},
        {"velvet_lantern": {"utilization": [40], "resets_at": None}},
        {"cinder_cove": {"utilization": None, "limit_dollars": "many"}},
    ],
)
def test_a_place_that_holds_something_unreadable_is_damage(damage: dict[str, object]) -> None:
    assert not isinstance(parse_usage(EMPTY | damage, now=NOON), Usage)
