"""Plan names: from a login and from an organization."""

from __future__ import annotations

import pytest

from claudometer.providers.claude.plans import plan_of_login, plan_of_organization

CHAT: dict[str, object] = {"capabilities": ["chat"], "rate_limit_tier": "default_claude_ai"}


@pytest.mark.parametrize(
    ("subscription", "tier", "plan"),
    [
        ("max", "default_claude_max_5x", "Max 5x"),
        ("max", "default_claude_max_20x", "Max 20x"),
        ("MAX", None, "Max"),
        ("max", "default_claude_max_50x", "Max"),
        ("pro", "default_claude_ai", "Pro"),
        ("pro", "default_claude_max_5x", "Pro"),
        ("team", None, "Team"),
        ("enterprise", "default_raven", "Enterprise"),
        ("free", "default_claude_ai", "Free"),
        (None, "default_claude_max_20x", "Max 20x"),
        (None, "claude_ai_max_5x_2025", "Max 5x"),
        (None, "default_claude_pro", "Pro"),
        (None, "claude_ai_pro_2024", "Pro"),
        (None, "team_claude_ai", "Team"),
        (None, "default_claude_ai", None),
        (None, "default_raven", None),
        ("ultra", "something_new", "Ultra"),
        ("ultra", "default_claude_max_20x", "Ultra"),
        (None, "default_claude_ultra", "Ultra"),
        ("enterprise", "default_claude_zero", "Enterprise"),
        (None, "default_claude_zero", "Enterprise"),
        ("something_new", "something_new", None),
        (None, None, None),
        (7, ["x"], None),
    ],
)
def test_a_login_names_its_plan_or_none(subscription: object, tier: object, plan: str | None) -> None:
    assert plan_of_login(subscription, tier) == plan


@pytest.mark.parametrize(
    ("organization", "plan"),
    [
        ({"capabilities": ["chat", "claude_max"], "rate_limit_tier": "default_claude_max_5x"}, "Max 5x"),
        ({"capabilities": ["chat", "claude_max"]}, "Max"),
        ({"capabilities": ["chat", "claude_max"], "rate_limit_tier": "default_claude_max_20x"}, "Max 20x"),
        ({"capabilities": ["chat", "claude_ultra"]}, "Ultra"),
        ({"capabilities": ["chat", "claude_pro"], "rate_limit_tier": "default_claude_ai"}, "Pro"),
        ({"capabilities": ["chat", "raven"], "raven_type": "team"}, "Team"),
        ({"capabilities": ["chat"], "raven_type": "enterprise"}, "Enterprise"),
        (
            {
                "capabilities": ["chat"],
                "rate_limit_tier": "default_claude_ai",
                "billing_type": "stripe_subscription",
            },
            "Pro",
        ),
        ({"capabilities": ["chat"], "rate_limit_tier": "default_claude_ai", "billing_type": "none"}, "Free"),
        ({"capabilities": ["chat"], "rate_limit_tier": "default_claude_ai", "billing_type": None}, "Free"),
        ({"capabilities": ["chat"], "rate_limit_tier": "default_claude_ai"}, None),
        (
            {"capabilities": ["api"], "rate_limit_tier": "auto_prepaid_tier_1", "billing_type": "prepaid"},
            None,
        ),
        ({}, None),
    ],
)
def test_an_organization_names_its_plan_or_none(organization: dict[str, object], plan: str | None) -> None:
    assert plan_of_organization(organization) == plan
