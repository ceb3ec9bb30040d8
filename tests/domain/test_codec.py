"""A reading survives the state file unchanged."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.codec import reading_from_wire, reading_to_wire
from claudometer.domain.plan import StoppedBy
from claudometer.domain.usage import (
    Account,
    AccountId,
    CapState,
    Credit,
    Limit,
    LimitKind,
    Mode,
    Money,
    Origin,
    ProviderId,
    Reading,
    Source,
    Spend,
)
from tests.readings import reading, spend

times = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
percents = st.none() | st.floats(0, 1000, allow_nan=False)
origins = st.builds(Origin, source=st.sampled_from(Source), fetched_at=times)
limits = st.builds(
    Limit,
    id=st.text(max_size=20),
    kind=st.sampled_from(LimitKind),
    label=st.text(max_size=80),
    percent=percents,
    resets_at=st.none() | times,
    window_s=st.none() | st.integers(1, 10**7),
    binding=st.booleans(),
    origin=st.none() | origins,
)
money = st.builds(
    Money, minor=st.integers(0, 10**12), exponent=st.integers(0, 4), currency=st.text(max_size=3)
)
spends = st.builds(
    Spend,
    enabled=st.none() | st.booleans(),
    used=st.none() | money,
    cap=money | st.sampled_from(CapState),
    origin=st.none() | origins,
    percent=percents,
    stopped_by=st.none() | st.sampled_from(StoppedBy),
)
credits_granted = st.builds(
    Credit,
    id=st.text(max_size=20),
    label=st.text(max_size=80),
    used=st.none() | money,
    limit=money,
    percent=percents,
    expires_at=st.none() | times,
    origin=st.none() | origins,
)
accounts = st.builds(
    Account,
    id=st.text(max_size=9).map(AccountId),
    mode=st.sampled_from(Mode),
    organization_id=st.none() | st.text(max_size=9),
    organization=st.none() | st.text(max_size=9),
    plan=st.none() | st.text(max_size=9),
    tier=st.none() | st.text(max_size=9),
)
readings = st.builds(
    Reading,
    provider=st.just(ProviderId("claude")),
    account=accounts,
    source=st.sampled_from(Source),
    fetched_at=times,
    limits=st.lists(limits, max_size=4).map(tuple),
    spend=st.none() | spends,
    credits=st.lists(credits_granted, max_size=3).map(tuple),
)


@given(readings)
def test_a_reading_survives_encoding_unchanged(original: Reading) -> None:
    assert reading_from_wire(json.loads(json.dumps(reading_to_wire(original)))) == original


def test_a_time_without_a_zone_is_refused() -> None:
    wire = reading_to_wire(reading())
    wire["fetched_at"] = datetime(2026, 1, 1).isoformat()
    with pytest.raises(ValueError, match="zone"):
        reading_from_wire(wire)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", 5),
        ("label", None),
        ("label", 7),
        ("percent", "81"),
        ("percent", float("nan")),
        ("percent", True),
        ("percent", -4),
        ("percent", 1e300),
        ("window_s", "x"),
        ("window_s", 0.5),
    ],
)
def test_a_damaged_limit_is_refused_and_never_shown(field: str, value: object) -> None:
    wire = reading_to_wire(reading())
    wire["limits"][0][field] = value
    with pytest.raises((TypeError, ValueError)):
        reading_from_wire(wire)


@pytest.mark.parametrize(("field", "value"), [("minor", "1234"), ("exponent", -1), ("currency", None)])
def test_a_damaged_amount_is_refused(field: str, value: object) -> None:
    wire = reading_to_wire(reading(spend=spend()))
    wire["spend"]["used"][field] = value
    with pytest.raises((TypeError, ValueError)):
        reading_from_wire(wire)
