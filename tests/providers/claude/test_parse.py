"""The usage body: every form observed, and arbitrary JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Unreadable
from claudometer.domain.usage import CapState, Limit, LimitKind, Money, Spend
from claudometer.providers.claude.parse import MAX_LIMITS, Decoded, Usage, decode, parse_usage
from claudometer.providers.claude.values import read_percent
from tests.clocks import NOON
from tests.fixtures import FORMS, load_body
from tests.providers.claude.usage_bodies import ANY_JSON, LIKELY_BODY


def parsed(body: object, *, now: datetime = NOON) -> Usage:
    usage = parse_usage(body, now=now)
    assert isinstance(usage, Usage), usage
    return usage


def numbers(usage: Usage) -> dict[str, float | None]:
    return {limit.id: limit.percent for limit in usage.limits}


def limit_of(usage: Usage, name: str) -> Limit:
    return next(limit for limit in usage.limits if limit.id == name)


def entry(kind: str | None, percent: object, **more: object) -> dict[str, object]:
    return {"kind": kind, "percent": percent, "resets_at": "2026-08-24T07:00:00Z", **more}


def scoped(name: object, percent: object = 10, **more: object) -> dict[str, object]:
    return entry("weekly_scoped", percent, scope={"model": {"id": None, "display_name": name}}, **more)


def test_the_flat_form_gives_session_week_and_models_in_order() -> None:
    usage = parsed(load_body("a_flat"))
    assert numbers(usage) == {"session": 46.5, "weekly": 58.0, "weekly:opus": 17.0, "weekly:sonnet": 5.5}
    assert list(numbers(usage)) == ["session", "weekly", "weekly:opus", "weekly:sonnet"]
    assert limit_of(usage, "session").resets_at == datetime(2026, 8, 20, 15, 10, tzinfo=UTC)
    assert limit_of(usage, "weekly:opus").label == "Opus"
    assert usage.spend is None


def test_null_and_placeholder_windows_are_hidden_and_a_new_one_shows_under_its_own_name() -> None:
    usage = parsed(load_body("b_null_models"))
    assert numbers(usage) == {"session": 2.0, "weekly": 39.0, "other:velvet-lantern": 11.0}
    lantern = limit_of(usage, "other:velvet-lantern")
    assert (lantern.label, lantern.kind, lantern.resets_at) == ("Velvet Lantern", LimitKind.OTHER, None)


def test_the_full_form_shows_the_scoped_model_and_the_spend_once() -> None:
    usage = parsed(load_body("c_full"))
    assert numbers(usage) == {"session": 81.0, "weekly": 28.6, "weekly:fable": 66.0}
    assert limit_of(usage, "session").binding
    assert not limit_of(usage, "weekly:fable").binding
    assert usage.spend == Spend(
        enabled=True, used=Money(1234, 2, "EUR"), cap=Money(4000, 2, "EUR"), percent=31.0
    )


def test_over_the_limit_stays_over_and_an_uncapped_spend_is_uncapped() -> None:
    usage = parsed(load_body("d_over_the_limit"))
    assert numbers(usage) == {"session": 106.0, "weekly": 100.0}
    assert usage.spend == Spend(enabled=True, used=Money(951, 2, "USD"), cap=CapState.UNCAPPED)


def test_windows_that_have_not_started_are_zero_without_a_reset() -> None:
    usage = parsed(load_body("e_not_started"))
    assert [(limit.id, limit.percent, limit.resets_at) for limit in usage.limits] == [
        ("session", 0.0, None),
        ("weekly", 0.0, None),
    ]


def test_strings_epochs_nulls_and_duplicates_are_tolerated() -> None:
    usage = parsed(load_body("f_tolerance"))
    assert numbers(usage) == {
        "session": 42.5,
        "weekly": None,
        "other:monthly-all": 3.0,
        "other:unnamed": 9.0,
    }
    assert limit_of(usage, "session").resets_at == datetime(2026, 8, 20, 16, 20, tzinfo=UTC)
    assert limit_of(usage, "other:monthly-all").label == "Monthly All"


def test_a_plan_with_only_a_spend_limit_has_no_limits_and_is_readable() -> None:
    usage = parsed(load_body("g_spend_only"))
    assert usage.limits == ()
    assert usage.spend == Spend(
        enabled=True, used=Money(27450, 2, "USD"), cap=Money(60000, 2, "USD"), percent=45.75
    )


def test_a_list_without_flat_keys_is_enough() -> None:
    assert numbers(parsed(load_body("h_limits_only"))) == {"session": 23.0, "weekly": 8.0}


@pytest.mark.parametrize("form", FORMS)
def test_a_body_moved_in_time_reads_the_same(form: str) -> None:
    later = NOON + timedelta(days=90, hours=3)
    assert numbers(parsed(load_body(form, now=later), now=later)) == numbers(parsed(load_body(form)))


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        None,
        "text",
        17,
        True,
        [{"five_hour": {"utilization": 3}}],
        {"five_hour": 12},
        {"limits": {"kind": "session"}},
        {"limits": ["x"]},
        {"velvet_lantern": {"utilization": "many"}},
        {"error": {"message": "no"}},
    ],
)
def test_a_body_without_a_readable_number_is_an_error_and_never_zero(body: object) -> None:
    assert parse_usage(body, now=NOON) == Unreadable(ErrorCode.NO_NUMBERS)


@pytest.mark.parametrize(
    "body",
    [
        {"limits": []},
        {"limits": None},
        {"limits": [{"kind": "session", "percent": None}]},
        {"five_hour": None, "seven_day": None},
        {"five_hour": {"utilization": None, "resets_at": None}},
        {"extra_usage": {"is_enabled": True, "used_credits": None}},
        {"extra_usage": {"is_enabled": False, "used_credits": None}},
        {"limits": [], "new_key": {"name": "x"}},
    ],
)
def test_a_body_with_a_single_empty_place_lists_nothing(body: object) -> None:
    assert parse_usage(body, now=NOON) == Unreadable(ErrorCode.NOTHING_LISTED)


@pytest.mark.parametrize(
    "value", [-1, -0.5, 1e309, float("nan"), "NaN", True, False, "", "many", [], {}, "-3"]
)
def test_an_unreadable_number_is_unknown_beside_readable_ones(value: object) -> None:
    usage = parsed({"five_hour": {"utilization": value}, "seven_day": {"utilization": 12.5}})
    assert numbers(usage) == {"session": None, "weekly": 12.5}


def test_one_percent_early_in_a_window_is_one_percent() -> None:
    assert numbers(parsed({"five_hour": {"utilization": 1.0}})) == {"session": 1.0}
    assert numbers(parsed({"five_hour": {"utilization": 0.4}})) == {"session": 0.4}


def test_the_rounding_of_the_list_is_undone_by_the_flat_key_of_the_same_window() -> None:
    body = {
        "seven_day": {"utilization": 45.52, "resets_at": "2026-08-24T07:00:00.9Z"},
        "limits": [entry("weekly_all", 46)],
    }
    assert numbers(parsed(body)) == {"weekly": 45.52}


def test_a_list_that_does_not_round_is_the_more_exact_one() -> None:
    body = {
        "seven_day": {"utilization": 46, "resets_at": "2026-08-24T07:00:00Z"},
        "limits": [entry("weekly_all", 45.52)],
    }
    assert numbers(parsed(body)) == {"weekly": 45.52}


def test_where_list_and_flat_key_disagree_the_list_counts() -> None:
    body = {
        "seven_day": {"utilization": 12.5, "resets_at": "2026-08-24T07:00:00Z"},
        "limits": [entry("weekly_all", 46)],
    }
    assert numbers(parsed(body)) == {"weekly": 46.0}


def test_the_flat_key_of_another_window_fills_nothing() -> None:
    body = {
        "seven_day": {"utilization": 45.6, "resets_at": "2026-08-30T07:00:00Z"},
        "limits": [entry("weekly_all", 46)],
    }
    usage = parsed(body)
    assert limit_of(usage, "weekly").percent == 46.0
    assert limit_of(usage, "weekly").resets_at == datetime(2026, 8, 24, 7, tzinfo=UTC)


def test_the_flat_key_fills_what_the_list_leaves_open() -> None:
    body = {
        "five_hour": {"utilization": 8.0, "resets_at": "2026-08-20T13:00:00Z"},
        "limits": [{"kind": "session", "percent": None, "resets_at": None}],
    }
    session = limit_of(parsed(body), "session")
    assert (session.percent, session.resets_at) == (8.0, datetime(2026, 8, 20, 13, tzinfo=UTC))


def test_a_limit_that_does_not_bind_is_shown_too() -> None:
    body = {"limits": [entry("weekly_all", 90, is_active=False), scoped("Fable", 100, is_active=True)]}
    usage = parsed(body)
    assert numbers(usage) == {"weekly": 90.0, "weekly:fable": 100.0}
    assert [limit.binding for limit in usage.limits] == [False, True]


def test_a_scope_of_all_models_does_not_repeat_the_week() -> None:
    assert numbers(parsed({"limits": [entry("weekly_all", 20), scoped("All Models", 20)]})) == {
        "weekly": 20.0
    }


def test_a_scope_with_only_a_surface_is_shown_under_its_name() -> None:
    body = {"limits": [entry("weekly_scoped", 33, scope={"model": None, "surface": "cowork"})]}
    (limit,) = parsed(body).limits
    assert (limit.id, limit.label, limit.percent) == ("other:cowork", "Cowork", 33.0)


def test_a_model_on_one_surface_is_another_limit_than_the_model() -> None:
    both = entry("weekly_scoped", 4, scope={"model": {"display_name": "Opus"}, "surface": "cowork"})
    usage = parsed({"limits": [scoped("Opus", 50), both]})
    assert numbers(usage) == {"weekly:opus": 50.0, "weekly:opus-cowork": 4.0}


def test_a_model_without_a_display_name_shows_its_id() -> None:
    body = {"limits": [entry("weekly_scoped", 5, scope={"model": {"id": "m-7", "display_name": None}})]}
    assert [(limit.id, limit.label) for limit in parsed(body).limits] == [("weekly:m-7", "m-7")]


def test_a_session_limit_of_one_model_is_not_taken_for_the_session() -> None:
    body = {"limits": [entry("session", 60, scope={"model": {"display_name": "Opus"}}), entry("session", 20)]}
    usage = parsed(body)
    assert numbers(usage) == {"session": 20.0, "other:session-opus": 60.0}
    assert limit_of(usage, "other:session-opus").label == "Opus (Session)"


def test_a_scoped_placeholder_at_zero_without_a_reset_is_hidden_but_a_real_zero_is_not() -> None:
    real, placeholder = scoped("Fable", 0), scoped("Opus", 0) | {"resets_at": None}
    assert numbers(parsed({"limits": [entry("session", 3), real, placeholder]})) == {
        "session": 3.0,
        "weekly:fable": 0.0,
    }


@pytest.mark.parametrize("reset", [None, ""])
def test_a_model_of_which_nothing_is_known_is_no_limit(reset: object) -> None:
    ghost = scoped("Ghost", None) | {"resets_at": reset}
    assert numbers(parsed({"limits": [entry("session", 5), ghost]})) == {"session": 5.0}
    flat = {"five_hour": {"utilization": 5}, "seven_day_opus": {"utilization": None, "resets_at": reset}}
    assert numbers(parsed(flat)) == {"session": 5.0}


@pytest.mark.parametrize("nothing", [None, "n/a", "N/A", "none", "-", "—"])
@pytest.mark.parametrize("kind", ["session", "weekly_all", "weekly_scoped"])
def test_a_row_without_a_number_and_a_reset_is_no_row(nothing: object, kind: str) -> None:
    scope = {"model": {"display_name": "Ghost"}} if kind == "weekly_scoped" else None
    ghost = entry(kind, nothing, scope=scope) | {"resets_at": None}
    other = {"kind": "monthly_all", "percent": 5, "resets_at": None}
    assert numbers(parsed({"limits": [ghost, other]})) == {"other:monthly-all": 5.0}
    key = {"session": "five_hour", "weekly_all": "seven_day", "weekly_scoped": "seven_day_opus"}[kind]
    flat = {key: {"utilization": nothing, "resets_at": nothing}, "monthly": {"utilization": 5}}
    assert numbers(parsed(flat)) == {"other:monthly": 5.0}


def test_a_week_of_which_only_the_reset_is_known_is_a_row() -> None:
    body = {"five_hour": {"utilization": 5}, "limits": [entry("weekly_all", None)]}
    assert numbers(parsed(body)) == {"session": 5.0, "weekly": None}


@pytest.mark.parametrize(
    "repeated",
    [
        {"kind": "iguana_necktie", "percent": 100},
        {"kind": "iguana_necktie", "group": "weekly", "percent": 100, "resets_at": "2026-09-01T07:59:00Z"},
        {"kind": "Iguana Necktie", "percent": 100},
        {"kind": "weekly_scoped", "percent": 100, "scope": {"surface": {"display_name": "Iguana Necktie"}}},
    ],
)
def test_a_credit_that_the_list_repeats_is_no_limit(repeated: dict[str, object]) -> None:
    credit = {"utilization": 100.0, "limit_dollars": 250, "used_dollars": 250.0}
    usage = parsed({"five_hour": {"utilization": 12}, "iguana_necktie": credit, "limits": [repeated]})
    assert numbers(usage) == {"session": 12.0}
    assert [granted.id for granted in usage.credits] == ["iguana_necktie"]


def test_a_credit_of_the_list_that_a_flat_key_repeats_is_no_limit() -> None:
    credit = {"kind": "cinder_cove", "percent": 100, "limit_dollars": 20, "used_dollars": 20}
    usage = parsed(
        {"five_hour": {"utilization": 12}, "cinder_cove": {"utilization": 100.0}, "limits": [credit]}
    )
    assert numbers(usage) == {"session": 12.0}


def test_extra_usage_that_the_list_repeats_is_shown_once() -> None:
    spend = {"used": {"amount_minor": 500, "currency": "EUR", "exponent": 2}, "enabled": True}
    body = {"five_hour": {"utilization": 12}, "limits": [{"kind": "spend", "percent": 100}]}
    assert numbers(parsed(body | {"spend": spend})) == {"session": 12.0}
    assert numbers(parsed(body)) == {"session": 12.0, "other:spend": 100.0}


def test_a_model_with_a_known_reset_and_an_unknown_percentage_is_a_limit() -> None:
    assert numbers(parsed({"limits": [scoped("Opus", None)]} | {"five_hour": {"utilization": 5}})) == {
        "session": 5.0,
        "weekly:opus": None,
    }


def test_a_model_listed_with_its_version_is_not_repeated_from_the_flat_key() -> None:
    flat = {"utilization": 40.0, "resets_at": "2026-08-24T07:00:00Z"}
    body = {"seven_day_opus": flat, "seven_day_sonnet": flat, "limits": [scoped("Opus 4.5", 40)]}
    assert numbers(parsed(body)) == {"weekly:opus-4-5": 40.0, "weekly:sonnet": 40.0}


@pytest.mark.parametrize(
    "flat",
    [
        {"utilization": 62.0, "resets_at": "2026-08-24T07:00:00Z"},
        {"utilization": 40.0, "resets_at": "2026-08-30T07:00:00Z"},
        {"utilization": None, "resets_at": "2026-08-24T07:00:00Z"},
    ],
    ids=["another number", "another window", "an unknown number"],
)
def test_a_flat_model_that_differs_from_the_listed_version_is_another_limit(flat: dict[str, object]) -> None:
    shown = numbers(parsed({"seven_day_opus": flat, "limits": [scoped("Opus 5", 40)]}))
    assert shown == {"weekly:opus": flat["utilization"], "weekly:opus-5": 40.0}


def test_how_the_week_splits_is_no_window() -> None:
    split = {
        "as_of": "2026-08-20T12:00:00Z",
        "utilization": 100,
        "rows": [{"key": "chat", "display_name": "Chat", "percent": 100}],
    }
    for breakdown in (split, {}, None):
        body = {"seven_day": {"utilization": 20.0}, "seven_day_breakdown": breakdown}
        assert numbers(parsed(body)) == {"weekly": 20.0}


def test_windows_of_new_weekly_keys_are_shown_under_their_own_name() -> None:
    body = {
        "seven_day_cowork": {"utilization": 21.5, "resets_at": "2026-08-24T07:00:00Z"},
        "seven_day_oauth_apps": {"utilization": 2.0, "resets_at": None},
        "seven_day_omelette": None,
    }
    assert [(limit.label, limit.percent, limit.window_s) for limit in parsed(body).limits] == [
        ("Cowork", 21.5, 604800),
        ("OAuth Apps", 2.0, 604800),
    ]


def test_names_of_the_server_are_shown_without_control_and_bidi_characters() -> None:
    name = "Fa\u202eble\x07\u200b\n  5 " + "x" * 300
    (limit,) = parsed({"limits": [scoped(name)]}).limits
    assert limit.label.startswith("Fable 5 xxx")
    assert len(limit.label) == 60


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (
            "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033da\u030f\u0304" + "\u0338" * 500,
            "Z\u0351\u036ba\u030f\u0304",
        ),
        ("\u0301\u0301Accent first", "Accent first"),
        ("\u3164\u2800Blank\u3164", "Blank"),
        ("\ud800Half\udfff", "Half"),
        ("שלום", "שלום"),
        ("👩\u200d🚀 Fable", "👩🚀 Fable"),
    ],
    ids=["flood of accents", "accent alone", "fillers", "half a character", "right to left", "joined emoji"],
)
def test_no_name_extends_beyond_its_line(name: str, label: str) -> None:
    (limit,) = parsed({"limits": [scoped(name)]}).limits
    assert limit.label == label


def test_a_name_of_100_kb_is_truncated_everywhere() -> None:
    long = "日" * 100_000
    odd = {"kind": long, "percent": 5, "scope": {"model": {"display_name": long}, "surface": long}}
    usage = parsed({long: {"utilization": 7.0}, "limits": [scoped(long), odd, entry(long, 9, group=long)]})
    assert len(usage.limits) == 2  # the others are one limit by their names
    assert all(len(limit.label) <= 60 for limit in usage.limits)
    assert all(len(limit.id) <= 70 for limit in usage.limits)


def test_the_group_gives_the_window_length_of_an_unknown_kind() -> None:
    body = {"limits": [entry("hourly_new", 5, group="session"), entry("weekly_new", 6, group="weekly")]}
    assert [(limit.id, limit.window_s) for limit in parsed(body).limits] == [
        ("other:hourly-new", 18000),
        ("other:weekly-new", 604800),
    ]


def test_models_are_sorted_by_name() -> None:
    body = {
        "limits": [
            scoped("sonnet"),
            scoped("Fable"),
            entry("weekly_all", 1),
            scoped("Opus"),
            entry("session", 1),
        ]
    }
    assert [limit.label for limit in parsed(body).limits] == ["Session", "Weekly", "Fable", "Opus", "sonnet"]


def test_of_a_thousand_limits_the_session_and_the_fullest_are_kept_and_the_rest_is_counted() -> None:
    models = [scoped(f"Model {number:03}", percent=number / 10) for number in range(999)]
    usage = parsed({"limits": [*models, entry("session", 5)]})
    assert len(usage.limits) == MAX_LIMITS
    assert usage.limits[0].id == "session"
    assert [limit.percent for limit in usage.limits[1:]] == [number / 10 for number in range(976, 999)]
    assert usage.left_out == 1000 - MAX_LIMITS


def test_ten_thousand_unknown_keys_hide_no_limit() -> None:
    unknown: dict[str, object] = {f"velvet_{number}": {"lantern": number} for number in range(10_000)}
    usage = parsed(unknown | {"five_hour": {"utilization": 7.0, "resets_at": None}})
    assert [(limit.id, limit.percent) for limit in usage.limits] == [("session", 7.0)]
    assert usage.left_out == 0


def test_an_impossible_reset_is_dropped_and_its_percent_kept() -> None:
    body = {
        "five_hour": {"utilization": 7.0, "resets_at": (NOON + timedelta(days=21)).isoformat()},
        "seven_day": {"utilization": 8.0, "resets_at": "0001-01-01T00:00:00Z"},
    }
    assert [(limit.percent, limit.resets_at) for limit in parsed(body).limits] == [(7.0, None), (8.0, None)]


def test_a_reset_just_past_is_kept_so_that_the_window_can_be_shown_as_ended() -> None:
    just_past = NOON - timedelta(minutes=3)
    (limit,) = parsed({"five_hour": {"utilization": 7.0, "resets_at": just_past.isoformat()}}).limits
    assert limit.resets_at == just_past


def test_a_body_of_a_megabyte_is_read() -> None:
    body = load_body("c_full") | {"padding": "x" * 1_000_000}
    decoded = decode(json.dumps(body).encode())
    assert isinstance(decoded, Decoded)
    assert numbers(parsed(decoded.value))["session"] == 81.0


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html>", b'{"five_hour": {"utiliz', b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5000, b"\x80abc"],
)
def test_invalid_json_is_unreadable(raw: bytes) -> None:
    assert decode(raw) == Unreadable(ErrorCode.NOT_JSON)


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [value]


@given(ANY_JSON | LIKELY_BODY)
def test_any_json_gives_usage_or_unreadable_and_no_number_that_was_not_there(body: object) -> None:
    usage = parse_usage(body, now=NOON)
    if isinstance(usage, Unreadable):
        return
    given_numbers = {read_percent(leaf) for leaf in leaves(body)}
    shown = [limit.percent for limit in usage.limits if limit.percent is not None]
    assert set(shown) <= given_numbers
    assert all(percent >= 0 for percent in shown)
    assert len({limit.id for limit in usage.limits}) == len(usage.limits) <= MAX_LIMITS
    assert all(limit.label and limit.label.isprintable() for limit in usage.limits)
    assert all(credit.limit.minor > 0 for credit in usage.credits)
    assert not {credit.id for credit in usage.credits} & {limit.id for limit in usage.limits}
    has_number = shown or usage.credits or (usage.spend is not None and usage.spend.used is not None)
    assert has_number or not usage.limits


@given(st.binary(max_size=200) | LIKELY_BODY.map(lambda body: json.dumps(body).encode()))
def test_any_bytes_decode_or_are_unreadable(raw: bytes) -> None:
    decoded = decode(raw)
    assert isinstance(decoded, Decoded) or decoded == Unreadable(ErrorCode.NOT_JSON)
