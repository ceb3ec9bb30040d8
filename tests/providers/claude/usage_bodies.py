"""Bodies of the usage endpoint for hypothesis: every form that the servers are known to send, and damage.

`tests/providers/claude/test_usage_bodies.py` checks that each of the known forms really comes.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        [
            *(" 42.5% ", "NaN", "2026-08-20T14:10:00Z", 1787300000, "session", "weekly_scoped", "EUR", "JPY"),
            *("out_of_credits", "org_level_disabled_until", "org_level_disabled", 250, 0),
        ]
    )
)
KEY_WORDS = """
    five_hour seven_day seven_day_opus limits spend extra_usage utilization percent resets_at kind scope model
    display_name surface used limit cap money amount_minor exponent currency is_enabled enabled used_credits
    monthly_limit iguana_necktie cinder_cove limit_dollars used_dollars remaining_dollars disabled_reason
    user_disabled spend_limit_reached decimal_places credits seven_day_breakdown
"""


def mostly(real: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw what the servers send, and seldom anything else: a body that is odd throughout is not read."""
    # Mapped, because a union of equal strategies has each only once, and takes a nested union apart.
    usual = [real.map(lambda value: value) for _ in range(9)]
    return st.one_of(*usual, LEAVES.map(lambda value: value))


KEYS = st.sampled_from(KEY_WORDS.split()) | st.text(max_size=8)
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(KEYS, inner, max_size=8),
    max_leaves=40,
)
WINDOW = st.fixed_dictionaries({"utilization": LEAVES, "resets_at": LEAVES})
ENTRY = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["session", "weekly_all", "weekly_scoped", None, "new"]) | LEAVES,
        "percent": LEAVES,
        "resets_at": LEAVES,
        "scope": ANY_JSON | st.fixed_dictionaries({"model": st.fixed_dictionaries({"display_name": LEAVES})}),
    }
)
RESETS = st.sampled_from(["2026-08-20T14:10:00Z", "2026-08-24T07:00:00Z", "2026-08-24T06:59:59.4Z", None])
PERCENT = st.integers(0, 120) | st.floats(0, 120).map(lambda value: round(value, 1))
REAL_WINDOW = st.fixed_dictionaries({"utilization": mostly(PERCENT), "resets_at": mostly(RESETS)})
DOLLARS = mostly(st.integers(0, 1000) | st.floats(0, 1000).map(lambda value: round(value, 2)))
CREDIT = st.fixed_dictionaries(
    {"utilization": mostly(PERCENT), "resets_at": mostly(RESETS), "limit_dollars": DOLLARS},
    optional={"used_dollars": DOLLARS, "remaining_dollars": DOLLARS, "locked_reason": LEAVES},
)
MODELS = st.sampled_from(["Opus", "Opus 5", "opus", "Claude Opus 5", "Fable", "Fable 5", "All models"])
SURFACE = st.fixed_dictionaries({"display_name": mostly(st.sampled_from(["Cloud sessions", "Cowork"]))})
SCOPE = st.fixed_dictionaries({"model": st.fixed_dictionaries({"display_name": mostly(MODELS)})}) | (
    st.fixed_dictionaries({"model": st.none(), "surface": SURFACE})
)
REAL_ENTRY = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["session", "weekly_all", "weekly_scoped", "weekly_scoped", "weekly_scoped"]),
        "percent": mostly(PERCENT),
        "resets_at": mostly(RESETS),
        "scope": SCOPE,
    },
    optional={"limit_dollars": DOLLARS, "severity": st.sampled_from(["normal", "warning", "critical"])},
)
CURRENCY = st.sampled_from(["USD", "EUR", "JPY", "KWD", None])
AMOUNT = st.fixed_dictionaries(
    {"amount_minor": mostly(st.integers(0, 9000) | st.just(4000))},
    optional={"currency": mostly(st.just("EUR") | CURRENCY), "exponent": mostly(st.just(2))},
)
REASONS = mostly(
    st.sampled_from([None, "out_of_credits", "org_level_disabled_until", "org_level_disabled", "new"])
)
CAP = st.fixed_dictionaries({"money": st.none() | AMOUNT, "credits": st.none() | AMOUNT})
CREDITS_CAP = st.fixed_dictionaries(
    {"money": st.none(), "credits": st.fixed_dictionaries({"amount_minor": st.integers(1, 9000)})}
)
SPEND = st.fixed_dictionaries(
    {
        "used": mostly(AMOUNT),
        "limit": st.none() | mostly(AMOUNT),
        "enabled": mostly(st.booleans()),
        "percent": mostly(PERCENT),
        "disabled_reason": REASONS,
    },
    optional={"cap": st.none() | CAP | CREDITS_CAP},
)
EXTRA_USAGE = st.fixed_dictionaries(
    {
        "is_enabled": mostly(st.booleans()),
        "monthly_limit": mostly(st.just(4000) | st.integers(0, 9000) | st.none()),
        "used_credits": mostly(st.just(4000.0) | st.integers(0, 9000)),
        "disabled_reason": REASONS,
    },
    optional={
        "user_disabled": mostly(st.booleans()),
        "spend_limit_reached": mostly(st.booleans()),
        "currency": mostly(CURRENCY),
        "decimal_places": mostly(st.sampled_from([0, 2, 3])),
    },
)
SHARE = st.fixed_dictionaries({"key": st.sampled_from(["claude_code", "chat", "other"]), "percent": PERCENT})
BREAKDOWN = st.fixed_dictionaries(
    {},
    optional={
        "as_of": RESETS,
        "rows": st.lists(SHARE, max_size=3),
    },
)
FULL_BODY = st.fixed_dictionaries(
    {
        "five_hour": st.none() | REAL_WINDOW,
        "seven_day": st.none() | REAL_WINDOW,
        "limits": st.lists(REAL_ENTRY | ENTRY, max_size=5),
    },
    optional={
        "seven_day_opus": st.none() | REAL_WINDOW,
        "seven_day_sonnet_max": st.none() | REAL_WINDOW,
        "iguana_necktie": st.none() | CREDIT,
        "velvet_lantern": CREDIT | REAL_WINDOW,
        "spend": st.none() | SPEND,
        "extra_usage": st.none() | EXTRA_USAGE,
        "seven_day_breakdown": BREAKDOWN | ANY_JSON,
    },
)
EMPTY_PLAN: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"five_hour": st.none(), "seven_day": st.none(), "limits": st.just([])},
    optional={
        "spend": st.none() | SPEND,
        "extra_usage": st.none() | EXTRA_USAGE,
        "cinder_cove": st.none() | CREDIT,
    },
)
"""The plans without a session and a week: extra usage alone, credits alone, or nothing."""

SOUND_WINDOW = st.fixed_dictionaries({"utilization": PERCENT, "resets_at": RESETS})
SOUND_AMOUNT = st.fixed_dictionaries(
    {
        "amount_minor": st.sampled_from([0, 1234, 4000, 9000]),
        "currency": st.sampled_from(["EUR", "USD", "JPY"]),
        "exponent": st.just(2),
    }
)
SOUND_REASON = st.sampled_from([None, "out_of_credits", "org_level_disabled_until", "org_level_disabled"])
SOUND_SPEND = st.fixed_dictionaries(
    {
        "used": SOUND_AMOUNT,
        "limit": st.none() | SOUND_AMOUNT,
        "enabled": st.booleans(),
        "disabled_reason": SOUND_REASON,
    },
    optional={"cap": st.none() | CREDITS_CAP},
)
SOUND_EXTRA_USAGE = st.fixed_dictionaries(
    {
        "is_enabled": st.booleans(),
        "monthly_limit": st.just(4000) | st.none(),
        "used_credits": st.sampled_from([0, 1234, 4000]),
        "disabled_reason": SOUND_REASON,
    },
    optional={"user_disabled": st.booleans(), "spend_limit_reached": st.booleans()},
)
SOUND_ENTRY = st.fixed_dictionaries(
    {
        "kind": st.just("weekly_scoped"),
        "percent": PERCENT,
        "resets_at": RESETS,
        "scope": st.fixed_dictionaries({"model": st.fixed_dictionaries({"display_name": MODELS})}),
    }
)
SOUND_BODY = st.fixed_dictionaries(
    {
        "five_hour": st.none() | SOUND_WINDOW,
        "seven_day": st.none() | SOUND_WINDOW,
        "limits": st.lists(SOUND_ENTRY, max_size=4),
    },
    optional={"seven_day_opus": SOUND_WINDOW, "spend": SOUND_SPEND, "extra_usage": SOUND_EXTRA_USAGE},
)
"""Nothing odd in it, for forms that need several fields to be right at once."""

LIKELY_BODY = (
    st.dictionaries(KEYS, WINDOW | st.lists(ENTRY, max_size=5) | ANY_JSON, max_size=8)
    | st.fixed_dictionaries({"limits": st.lists(ENTRY), "five_hour": WINDOW, "seven_day": WINDOW})
    | FULL_BODY.map(lambda body: body)
    | FULL_BODY
    | EMPTY_PLAN
    | EMPTY_PLAN.map(lambda body: body)
    | SOUND_BODY.map(lambda body: body)
    | SOUND_BODY
)
