"""A snapshot survives the wire unchanged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.codec import snapshot_from_wire, snapshot_to_wire
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.policy import Paused, Poll, Reason
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import (
    Account,
    AccountId,
    CapState,
    Limit,
    LimitKind,
    Mode,
    Money,
    Organization,
    Origin,
    ProviderId,
    Reading,
    Source,
    Spend,
)
from tests.readings import reading, snapshot, spend

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
)
accounts = st.builds(
    Account,
    id=st.text(max_size=9).map(AccountId),
    mode=st.sampled_from(Mode),
    organization_id=st.none() | st.text(max_size=9),
    organization=st.none() | st.text(max_size=9),
    plan=st.none() | st.text(max_size=9),
)
readings = st.builds(
    Reading,
    provider=st.just(ProviderId("claude")),
    account=accounts,
    source=st.sampled_from(Source),
    fetched_at=times,
    limits=st.lists(limits, max_size=4).map(tuple),
    spend=st.none() | spends,
)
problems = st.builds(
    Problem,
    code=st.sampled_from(ErrorCode),
    until=st.none() | times,
    http_status=st.none() | st.integers(100, 599),
    facts=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2).map(
        lambda facts: tuple(facts.items())
    ),
)
snapshots = st.builds(
    Snapshot,
    mode=st.sampled_from(Mode),
    status=st.sampled_from(Status),
    reading=st.none() | readings,
    problem=st.none() | problems,
    next_poll=st.none()
    | st.builds(Poll, at=times, reason=st.sampled_from(Reason))
    | st.builds(Paused, st.sampled_from(ErrorCode)),
    organizations=st.lists(
        st.builds(Organization, id=st.text(max_size=9), name=st.none() | st.text(max_size=9)), max_size=3
    ).map(tuple),
    refreshing=st.booleans(),
    demo=st.booleans(),
    notices=st.lists(problems, max_size=2).map(tuple),
    clock_skew_s=st.integers(-60 * 10**9, 60 * 10**9),
)


@given(snapshots)
def test_a_snapshot_comes_back_as_it_went(original: Snapshot) -> None:
    assert snapshot_from_wire(json.loads(json.dumps(snapshot_to_wire(original)))) == original


def test_a_time_without_a_zone_is_refused() -> None:
    wire = snapshot_to_wire(snapshot())
    wire["reading"]["fetched_at"] = (datetime(2026, 1, 1) + timedelta(0)).isoformat()
    with pytest.raises(ValueError, match="zone"):
        snapshot_from_wire(wire)


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
    wire = snapshot_to_wire(snapshot())
    wire["reading"]["limits"][0][field] = value
    with pytest.raises((TypeError, ValueError)):
        snapshot_from_wire(wire)


@pytest.mark.parametrize("value", ["60", 60.5, True, None, 10**12, -(10**12)])
def test_a_deviation_that_leaves_no_date_is_refused(value: object) -> None:
    wire = snapshot_to_wire(snapshot()) | {"clock_behind_s": value}
    with pytest.raises((TypeError, ValueError)):
        snapshot_from_wire(wire)


@pytest.mark.parametrize(("field", "value"), [("minor", "1234"), ("exponent", -1), ("currency", None)])
def test_a_damaged_amount_is_refused(field: str, value: object) -> None:
    wire = snapshot_to_wire(snapshot(reading(spend=spend())))
    wire["reading"]["spend"]["used"][field] = value
    with pytest.raises((TypeError, ValueError)):
        snapshot_from_wire(wire)
