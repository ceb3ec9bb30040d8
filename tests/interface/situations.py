"""The recorded situations, each as a function that brings it about."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.fixtures import load_body, load_case
from tests.simulator.account import ACCESS_TOKEN, CHAT_ORGANIZATION, TEAM_ORGANIZATION, Token

if TYPE_CHECKING:
    from tests.interface.stage import Stage

Situation = Callable[["Stage"], None]

CONFIG = ".config/claudometer/settings.json"
STATE = ".local/state/claudometer/state.json"


def status_line_input(stage: Stage, five_hour: object = 41.3, seven_day: object = 12) -> bytes:
    """Return what Claude Code writes to the standard input of its status line."""
    now = int(stage.now.timestamp())
    limits = {
        "five_hour": {"used_percentage": five_hour, "resets_at": now + 7830},
        "seven_day": {"used_percentage": seven_day, "resets_at": now + 4 * 86400 + 60},
    }
    return json.dumps({"session_id": "first", "rate_limits": limits}).encode()


def _with_body(body: object, **login: object) -> Situation:
    def prepare(stage: Stage) -> None:
        stage.log_in(**login)
        stage.answer(body)

    return prepare


def _form(name: str, **login: object) -> Situation:
    return _with_body(load_body(name), **login)


def _plays(scenario: str) -> Situation:
    def prepare(stage: Stage) -> None:
        stage.log_in()
        stage.simulator.play(scenario)

    return prepare


def _in_the_web(scenario: str) -> Situation:
    def prepare(stage: Stage) -> None:
        stage.use_session_key()
        stage.simulator.play(scenario)

    return prepare


def _after_a_success(scenario: str, **later: float) -> Situation:
    """Poll successfully, and play the scenario some time later."""

    def prepare(stage: Stage) -> None:
        stage.log_in()
        stage.run("status", "--json")
        stage.wait(**later)
        stage.simulator.play(scenario)

    return prepare


def _no_login(stage: Stage) -> None:
    stage.env["CLAUDOMETER_MODE"] = "cli"


def _no_claude_code(stage: Stage) -> None:
    _no_login(stage)
    stage.home.claude.unlink()
    stage.env["PATH"] = "/nowhere"


def _unreadable_login(stage: Stage) -> None:
    stage.env["CLAUDOMETER_MODE"] = "cli"
    stage.write(".claude/.credentials.json", "{")


def _resting_login(stage: Stage) -> None:
    an_hour_ago = stage.now - timedelta(hours=1)
    stage.log_in(expiresAt=int(an_hour_ago.timestamp() * 1000))
    stage.simulator.account.tokens = {ACCESS_TOKEN: Token(expires_at=an_hour_ago)}


def _no_mode_chosen(stage: Stage) -> None:
    stage.log_in()
    del stage.env["CLAUDOMETER_MODE"]


def _limited_and_again(stage: Stage) -> None:
    stage.log_in()
    stage.simulator.play("rate_limited_hour")
    stage.run("status", "--json")
    stage.wait(minutes=10)
    stage.simulator.play("normal")


def _team_is_chosen(stage: Stage) -> None:
    _in_the_web("several_organizations")(stage)
    stage.write(CONFIG, {"organization_id": TEAM_ORGANIZATION})


def _unknown_key(stage: Stage) -> None:
    stage.use_session_key("sk-ant-sid02-a-key-that-nobody-knows")


def _interval_of_an_hour(stage: Stage) -> None:
    stage.log_in()
    stage.write(CONFIG, {"interval_seconds": 3600, "mode": "cli"})
    del stage.env["CLAUDOMETER_MODE"]


def _settings_not_json(stage: Stage) -> None:
    stage.log_in()
    stage.write(CONFIG, "{")


def _state_not_json(stage: Stage) -> None:
    stage.log_in()
    stage.write(STATE, "{")


def _status_line_alone(stage: Stage) -> None:
    stage.log_in()
    stage.run("statusline", stdin=status_line_input(stage))
    stage.wait(minutes=2)
    stage.simulator.play("rate_limited")


def _status_line_newer(stage: Stage) -> None:
    stage.log_in()
    stage.run("status", "--json")
    stage.wait(minutes=20)
    body = load_body("c_full")
    limits = {
        name: {"used_percentage": percent, "resets_at": _seconds(body[name]["resets_at"])}
        for name, percent in (("five_hour", 84), ("seven_day", 30))
    }
    stage.run("statusline", stdin=json.dumps({"session_id": "first", "rate_limits": limits}).encode())
    stage.wait(minutes=1)
    stage.simulator.play("reset")


def _claude_codes_own(stage: Stage) -> None:
    stage.log_in()
    account = "3c1f0000-0000-4000-8000-000000000001"
    usage = {
        "accountUuid": account,
        "fetchedAtMs": int((stage.now - timedelta(minutes=4)).timestamp() * 1000),
        "utilization": load_body("c_full"),
    }
    owner = {"accountUuid": account, "organizationUuid": CHAT_ORGANIZATION}
    stage.write(".claude.json", {"cachedUsageUtilization": usage, "oauthAccount": owner})
    stage.simulator.play("rate_limited")


def _variable(name: str, value: str) -> Situation:
    def prepare(stage: Stage) -> None:
        stage.log_in()
        stage.env[name] = value

    return prepare


def _seconds(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp).timestamp())


def _spend(**changes: object) -> dict[str, Any]:
    """Return a body whose ``spend`` has these members, without its older form ``extra_usage``."""
    body = load_body("c_full")
    del body["extra_usage"]
    body["spend"] |= changes
    return body


def _money(minor: int, currency: str | None, exponent: int) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": currency, "exponent": exponent}


def _in_currency(used: int, cap: int, currency: str | None, exponent: int) -> Situation:
    limit = _money(cap, currency, exponent)
    spent = _money(used, currency, exponent)
    return _with_body(_spend(used=spent, limit=limit, cap={"money": limit, "credits": None}))


def _scoped(name: str, percent: object = 12) -> dict[str, Any]:
    scope = {"model": {"id": None, "display_name": name}, "surface": None}
    return {"kind": "weekly_scoped", "percent": percent, "resets_at": "2026-08-25T17:00:00Z", "scope": scope}


def _limits(*entries: dict[str, Any]) -> dict[str, Any]:
    body = load_body("h_limits_only")
    body["limits"] += entries
    return body


def _percents(*percents: float) -> dict[str, Any]:
    body = load_body("a_flat")
    for name, percent in zip(("five_hour", "seven_day", "seven_day_opus"), percents, strict=True):
        body[name]["utilization"] = percent
    return body


def _stopped(reason: str) -> dict[str, Any]:
    body = load_case("stopped_by_cap")
    body["extra_usage"] |= {"disabled_reason": reason, "spend_limit_reached": False, "used_credits": 120.0}
    body["spend"] |= {"disabled_reason": reason, "percent": 24}
    body["spend"]["used"]["amount_minor"] = 120
    return body


def _enterprise_without_tokens() -> dict[str, Any]:
    body = load_case("spend_limit_reached")
    cap = {"money": None, "credits": {"amount_minor": 50000, "exponent": 2}}
    del body["extra_usage"]
    body["spend"] |= {"limit": None, "cap": cap, "percent": 60, "enabled": True, "disabled_reason": None}
    return body


def _without_session() -> dict[str, Any]:
    body = load_body("c_full")
    body["five_hour"] = None
    body["limits"] = [entry for entry in body["limits"] if entry["kind"] != "session"]
    return body


def _two_opus() -> dict[str, Any]:
    body = _limits(_scoped("Opus 5", 40))
    body["seven_day_opus"] = {"utilization": 62.0, "resets_at": load_body("a_flat")["seven_day"]["resets_at"]}
    return body


_MONTHLY = {"kind": "monthly_all", "group": "monthly", "percent": 31, "resets_at": "2026-09-01T00:00:00Z"}
_PRO = {"subscriptionType": "pro", "rateLimitTier": "default_claude_ai"}
_TEAM = {"subscriptionType": "team", "rateLimitTier": "default_raven"}
_ENTERPRISE_ZERO = {"subscriptionType": "enterprise", "rateLimitTier": "default_claude_zero"}
_ENTERPRISE = {"subscriptionType": "enterprise", "rateLimitTier": "default_raven"}

ANSWERED: dict[str, Situation] = {
    "max": _form("c_full"),
    "max_20x": _form("c_full", rateLimitTier="default_claude_max_20x"),
    "pro": _form("a_flat", **_PRO),
    "pro_null_models": _form("b_null_models", **_PRO),
    "team": _form("h_limits_only", **_TEAM),
    "enterprise_spend_only": _form("g_spend_only", **_ENTERPRISE),
    "unknown_plan": _form("a_flat", subscriptionType="stellar", rateLimitTier=None),
    "over_the_limit": _form("d_over_the_limit"),
    "exactly_full": _with_body(_percents(100, 12, 3)),
    "almost_full": _with_body(_percents(99.4, 99.0, 0.6)),
    "not_started": _form("e_not_started"),
    "odd_values": _form("f_tolerance"),
    "empty_body": _with_body({}),
    "many_limits": _with_body(_limits(*(_scoped(f"Model {number}", number) for number in range(80)))),
    "odd_names": _with_body(
        _limits(_scoped("Fa\x1b[2J\x07ble"), _scoped("日本 🙂"), _scoped("x" * 300), _scoped("Ünï"))
    ),
    "unknown_kind": _with_body(_limits(_MONTHLY)),
    "yen": _in_currency(1234, 40000, "JPY", 0),
    "dinar": _in_currency(1234, 40000, "KWD", 3),
    "no_currency": _in_currency(1234, 40000, None, 2),
    "spend_over_cap": _in_currency(4100, 4000, "USD", 2),
    "no_cap": _with_body(_spend(limit=None, cap=None)),
    "cap_in_credits": _with_body(_spend(limit=None, cap={"money": None, "credits": 500})),
    "cap_in_credits_alone": _with_body(_enterprise_without_tokens(), **_ENTERPRISE_ZERO),
    "spend_limit_reached": _with_body(load_case("spend_limit_reached"), **_ENTERPRISE_ZERO),
    "stopped_by_cap": _with_body(load_case("stopped_by_cap")),
    "out_of_credits": _with_body(_stopped("out_of_credits")),
    "stopped_by_organization": _with_body(_stopped("org_level_disabled"), **_TEAM),
    "no_limits": _with_body(load_case("no_limits"), **_ENTERPRISE_ZERO),
    "credit_spent": _with_body(load_case("credit_spent"), rateLimitTier="default_claude_max_20x"),
    "no_session": _with_body(_without_session(), rateLimitTier="default_claude_max_20x"),
    "two_opus": _with_body(_two_opus()),
    "spend_switched_off": _with_body(_spend(enabled=False, disabled_reason="user")),
    "no_mode_chosen": _no_mode_chosen,
    "interval_of_an_hour": _interval_of_an_hour,
    "settings_not_json": _settings_not_json,
    "state_not_json": _state_not_json,
    "web": _in_the_web("normal"),
    "web_team_is_chosen": _team_is_chosen,
}

FAILED: dict[str, Situation] = {
    "no_login": _no_login,
    "no_claude_code": _no_claude_code,
    "unreadable_login": _unreadable_login,
    "resting_login": _resting_login,
    "nothing_chosen": lambda _stage: None,
    **{
        name: _plays(name)
        for name in (
            "signed_out",
            "expired",
            "revoked",
            "no_scope",
            "forbidden",
            "identity_check",
            "region_block",
            "challenge",
            "portal",
            "portal_redirect",
            "redirect",
            "rate_limited",
            "rate_limited_zero",
            "rate_limited_hour",
            "not_found",
            "overloaded",
            "server_error",
            "bad_gateway",
            "not_json",
            "reset",
            "short",
            "bomb",
        )
    },
    "rate_limited_and_again": _limited_and_again,
    "refused_address": _variable("CLAUDOMETER_OAUTH_URL", "http://example.org/api"),
    "unusable_mode": _variable("CLAUDOMETER_MODE", "telepathy"),
    "unusable_interval": _variable("CLAUDOMETER_INTERVAL_SECONDS", "5"),
    "status_line_alone": _status_line_alone,
    "web_unknown_key": _unknown_key,
    **{
        f"web_{name}": _in_the_web(name)
        for name in (
            "several_organizations",
            "no_organizations",
            "console_only",
            "dead_session",
            "wrong_organization",
            "rate_limited",
            "server_error",
        )
    },
}

KEPT: dict[str, Situation] = {
    "offline_but_young": _after_a_success("reset", minutes=2),
    "offline_and_stale": _after_a_success("reset", hours=1),
    "offline_after_the_reset": _after_a_success("reset", hours=3),
    "offline_after_a_week": _after_a_success("reset", days=8),
    "limited_with_numbers": _after_a_success("rate_limited", minutes=3),
    "refused_with_numbers": _after_a_success("revoked", minutes=3),
    "status_line_newer": _status_line_newer,
    "claude_codes_own": _claude_codes_own,
}

WITH_NUMBERS = frozenset(ANSWERED | KEPT)
SITUATIONS: dict[str, Situation] = ANSWERED | FAILED | KEPT
