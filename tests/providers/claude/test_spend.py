"""Extra usage as money: the amount, and three different kinds of no cap."""

from __future__ import annotations

import pytest

from claudometer.domain.plan import StoppedBy
from claudometer.domain.usage import CapState, Money, Spend
from claudometer.providers.claude.spend import read_spend


def money(minor: object, currency: object = "EUR", exponent: object = 2) -> dict[str, object]:
    return {"amount_minor": minor, "currency": currency, "exponent": exponent}


def new(**fields: object) -> Spend | None:
    return read_spend({"spend": {"used": money(1234), "limit": money(4000), "enabled": True, **fields}})


def old(**fields: object) -> Spend | None:
    extra = {"is_enabled": True, "monthly_limit": 4000, "used_credits": 2276.0, "currency": "USD"}
    return read_spend({"extra_usage": extra | fields})


def test_spend_comes_before_extra_usage() -> None:
    body = {
        "spend": {"used": money(1000), "limit": money(4000), "enabled": True},
        "extra_usage": {"is_enabled": True, "used_credits": 999, "monthly_limit": 1, "currency": "EUR"},
    }
    assert read_spend(body) == Spend(enabled=True, used=Money(1000, 2, "EUR"), cap=Money(4000, 2, "EUR"))


def test_extra_usage_counts_where_spend_cannot_be_read() -> None:
    extra = {"is_enabled": True, "used_credits": 999, "monthly_limit": 2000, "currency": "EUR"}
    body = {"spend": {"used": "many", "limit": None, "enabled": True}, "extra_usage": extra}
    assert read_spend(body) == Spend(enabled=True, used=Money(999, 2, "EUR"), cap=Money(2000, 2, "EUR"))


def test_credits_of_the_old_form_are_minor_units_of_money() -> None:
    assert old() == Spend(enabled=True, used=Money(2276, 2, "USD"), cap=Money(4000, 2, "USD"))


@pytest.mark.parametrize(
    ("currency", "exponent", "expected"),
    [("JPY", 0, Money(500, 0, "JPY")), ("GBP", 2, Money(500, 2, "GBP")), ("KWD", 3, Money(500, 3, "KWD"))],
)
def test_the_server_decides_the_unit(currency: str, exponent: int, expected: Money) -> None:
    spend = new(used=money(500, currency, exponent), limit=None)
    assert spend is not None
    assert spend.used == expected


def test_no_limit_at_all_is_uncapped() -> None:
    expected = Spend(enabled=True, used=Money(1234, 2, "EUR"), cap=CapState.UNCAPPED)
    assert new(limit=None) == expected
    assert new(limit=None, cap=None) == expected
    assert new(limit=None, cap={"money": None, "credits": None}) == expected
    assert old(monthly_limit=None) == Spend(enabled=True, used=Money(2276, 2, "USD"), cap=CapState.UNCAPPED)


@pytest.mark.parametrize(
    "fields",
    [
        {"limit": "4000"},
        {"limit": money("many")},
        {"limit": money(-1)},
        {"limit": None, "cap": "none"},
        {"limit": None, "cap": {"money": None, "credits": 10000}},
        {"limit": None, "enabled": None},
        {"limit": money(4000, "USD")},
    ],
)
def test_a_cap_that_is_there_but_cannot_be_read_is_unknown_and_not_uncapped(
    fields: dict[str, object],
) -> None:
    assert new(**fields) == Spend(
        enabled=fields.get("enabled", True) is True or None, used=Money(1234, 2, "EUR"), cap=CapState.UNKNOWN
    )


def test_a_spend_that_does_not_mention_a_limit_is_not_uncapped() -> None:
    body = {"spend": {"used": money(1234), "enabled": True}}
    assert read_spend(body) == Spend(enabled=True, used=Money(1234, 2, "EUR"), cap=CapState.UNKNOWN)


@pytest.mark.parametrize("limit", ["lots", -4000, True, {}])
def test_an_unreadable_limit_of_the_old_form_is_unknown(limit: object) -> None:
    spend = old(monthly_limit=limit)
    assert spend is not None
    assert spend.cap is CapState.UNKNOWN


def test_a_cap_of_zero_is_a_cap() -> None:
    assert new(limit=money(0)) == Spend(enabled=True, used=Money(1234, 2, "EUR"), cap=Money(0, 2, "EUR"))


def test_the_cap_field_replaces_a_missing_limit() -> None:
    spend = new(limit=None, cap={"money": money(5000), "credits": None})
    assert spend is not None
    assert spend.cap == Money(5000, 2, "EUR")


def test_more_than_the_cap_can_be_spent() -> None:
    spend = new(used=money(4001))
    assert spend is not None
    assert spend.used == Money(4001, 2, "EUR")


@pytest.mark.parametrize("minor", [-5, "many", None, True, float("nan"), 10**17, {}])
def test_an_unreadable_amount_is_unknown(minor: object) -> None:
    assert new(used=money(minor)) == Spend(enabled=True, used=None, cap=Money(4000, 2, "EUR"))


@pytest.mark.parametrize("exponent", [-1, 0.5, 40, "two", True])
def test_an_amount_without_a_readable_unit_is_unknown(exponent: object) -> None:
    spend = new(used=money(1234, "EUR", exponent))
    assert spend is not None
    assert spend.used is None


@pytest.mark.parametrize(
    ("currency", "exponent"),
    [
        ("EUR", 2),
        ("USD", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("HUF", 2),
        ("KWD", 3),
        ("TND", 3),
        ("CLF", 4),
        (None, 2),
    ],
)
def test_without_decimals_the_currencys_own_count(currency: str | None, exponent: int) -> None:
    expected = Money(2276, exponent, currency or "")
    spend = old(currency=currency)
    assert spend is not None
    assert spend.used == expected
    spend = old(currency=currency, decimal_places=None)
    assert spend is not None
    assert spend.used == expected
    spend = new(used={"amount_minor": 2276, "currency": currency}, limit=None)
    assert spend is not None
    assert spend.used == expected


def test_a_cap_in_credits_has_no_currency_and_is_not_uncapped() -> None:
    cap = {"money": None, "credits": {"amount_minor": 10000, "exponent": 2}}
    assert new(limit=None, cap=cap) == Spend(
        enabled=True, used=Money(1234, 2, "EUR"), cap=Money(10000, 2, "")
    )


OFF: dict[str, object] = {"is_enabled": False, "user_disabled": False}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"user_disabled": True}, StoppedBy.USER),
        ({"user_disabled": True, "disabled_reason": "out_of_credits"}, StoppedBy.USER),
        ({"disabled_reason": "user_disabled", "user_disabled": None}, StoppedBy.USER),
        ({"spend_limit_reached": True}, StoppedBy.CAP),
        ({"spend_limit_reached": True, "disabled_reason": "org_level_disabled_until"}, StoppedBy.CAP),
        ({"disabled_reason": "org_level_disabled_until", "used_credits": 4000}, StoppedBy.CAP),
        ({"disabled_reason": "out_of_credits"}, StoppedBy.CREDITS),
        ({"disabled_reason": "OUT_OF_CREDITS "}, StoppedBy.CREDITS),
        ({"disabled_reason": "org_level_disabled"}, StoppedBy.ORGANIZATION),
        ({"disabled_reason": "org_level_disabled", "used_credits": 4001}, StoppedBy.ORGANIZATION),
        ({"disabled_reason": "org_level_disabled_until"}, StoppedBy.ORGANIZATION),
        ({"disabled_reason": "seat_tier_level_disabled"}, StoppedBy.ORGANIZATION),
        ({"disabled_reason": "member_zero_credit_limit"}, StoppedBy.ORGANIZATION),
        ({"disabled_reason": "something_new"}, None),
        ({"disabled_reason": 7}, None),
        ({}, None),
        ({"is_enabled": True, "disabled_reason": "org_level_disabled"}, None),
        ({"is_enabled": True, "spend_limit_reached": True}, StoppedBy.CAP),
        ({"is_enabled": None, "disabled_reason": "out_of_credits"}, StoppedBy.CREDITS),
    ],
)
def test_what_stopped_extra_usage_is_identified(
    fields: dict[str, object], expected: StoppedBy | None
) -> None:
    spend = old(**OFF | fields)
    assert spend is not None
    assert spend.stopped_by is expected


def test_the_new_form_alone_says_what_stopped_it() -> None:
    spent = {"used": money(30040), "limit": money(30000), "percent": 100, "enabled": False}
    for reason, expected in (
        ("org_level_disabled_until", StoppedBy.CAP),
        ("org_level_disabled", StoppedBy.ORGANIZATION),
        ("out_of_credits", StoppedBy.CREDITS),
    ):
        spend = read_spend({"spend": spent | {"disabled_reason": reason}})
        assert spend is not None
        assert spend.stopped_by is expected


@pytest.mark.parametrize("limit", [{"amount_minor": "?"}, money(5000, currency="USD")])
@pytest.mark.parametrize(("percent", "stopped_by"), [(100, StoppedBy.CAP), (99, StoppedBy.ORGANIZATION)])
def test_of_a_cap_that_cannot_be_compared_the_stated_share_says_whether_it_is_reached(
    limit: object, percent: float, stopped_by: StoppedBy
) -> None:
    spend = new(limit=limit, percent=percent, enabled=False, disabled_reason="org_level_disabled_until")
    assert spend is not None
    assert (spend.cap, spend.stopped_by) == (CapState.UNKNOWN, stopped_by)


def test_a_reached_cap_is_reported_also_if_nothing_was_used() -> None:
    none_left = {"is_enabled": False, "used_credits": 0, "monthly_limit": 0, "spend_limit_reached": True}
    spend = read_spend({"extra_usage": none_left})
    assert spend is not None
    assert spend.stopped_by is StoppedBy.CAP


def test_an_amount_of_unnamed_currency_is_kept_without_guessing_one() -> None:
    assert old(currency=None) == Spend(enabled=True, used=Money(2276, 2, ""), cap=Money(4000, 2, ""))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"spend": None, "extra_usage": None},
        {"extra_usage": {"is_enabled": False, "monthly_limit": None, "used_credits": None}},
        {"spend": [], "extra_usage": "on"},
    ],
)
def test_an_account_that_reports_nothing_has_no_spend(body: dict[str, object]) -> None:
    assert read_spend(body) is None


def test_an_amount_from_before_it_was_switched_off_is_still_reported() -> None:
    assert old(is_enabled=False, monthly_limit=None) == Spend(
        enabled=False, used=Money(2276, 2, "USD"), cap=CapState.UNKNOWN
    )


def test_extra_usage_that_is_off_and_was_never_used_is_not_reported() -> None:
    never = {"is_enabled": False, "used_credits": 0.0, "monthly_limit": 2000, "currency": "EUR"}
    assert read_spend({"extra_usage": never}) is None
