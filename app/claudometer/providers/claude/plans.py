"""Derives the plan's name from Claude Code's login or from an organization of claude.ai. Pure.

Unknown words give no name, because a missing name is better than a wrong name. Some programs call Max 20x
"Ultra" since October 2026, but the server was observed to say ``max_20x`` still: a plan has that name only
where the word itself comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.providers.claude.values import read_list, read_object, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX = "Max"
_ULTRA = "Ultra"
_BY_SUBSCRIPTION = {"pro": "Pro", "team": "Team", "enterprise": "Enterprise", "free": "Free"}
_BY_TIER = {
    "team": "Team",
    "enterprise": "Enterprise",
    "claude_zero": "Enterprise",  # without a token quota
    "claude_pro": "Pro",
    "claude_ai_pro": "Pro",
}
"""``default_claude_ai`` is missing on purpose: Free and Pro both have it."""


def plan_of_login(subscription: object, tier: object) -> str | None:
    """Return the plan of a Claude Code login. The tier adds the multiple, or is all there is."""
    kind, tier_text = _lower(subscription), _lower(tier)
    # Before "max": a word may name both.
    if "ultra" in kind:
        return _ULTRA
    if "max" in kind:
        return _name_max(tier_text)
    return _BY_SUBSCRIPTION.get(kind) or _plan_of_tier(tier_text)


def plan_of_organization(organization: Mapping[str, object]) -> str | None:
    """Return the plan of an organization from the list of claude.ai."""
    capabilities = capabilities_of(organization)
    tier = _lower(organization.get("rate_limit_tier"))
    # The server marks Team and Enterprise organizations with "raven".
    raven = organization.get("raven_type")
    if raven or "raven" in capabilities:
        return "Enterprise" if "enterprise" in _lower(raven) else "Team"
    if "claude_ultra" in capabilities:
        return _ULTRA
    if "claude_max" in capabilities:
        return _name_max(tier)
    if "claude_pro" in capabilities:
        return "Pro"
    return _plan_of_tier(tier) or _plan_of_billing(organization, capabilities, tier)


def capabilities_of(organization: Mapping[str, object]) -> frozenset[str]:
    """Return the organization's capabilities, in the server's words."""
    words = (read_text(word) for word in read_list(organization.get("capabilities")))
    return frozenset(word for word in words if word)


def _plan_of_billing(
    organization: Mapping[str, object], capabilities: frozenset[str], tier: str
) -> str | None:
    if "chat" not in capabilities:
        return None
    billing = _lower(organization.get("billing_type"))
    if billing in ("", "none"):
        return "Free" if "billing_type" in organization else None
    return "Pro" if "stripe" in billing and "claude" in tier else None


def _plan_of_tier(tier: str) -> str | None:
    if "ultra" in tier:
        return _ULTRA
    if "max" in tier:
        return _name_max(tier)
    return next((name for mark, name in _BY_TIER.items() if mark in tier), None)


def _name_max(tier: str) -> str:
    if "ultra" in tier:
        return _ULTRA
    # As in `default_claude_max_20x`.
    multiple = next((word for word in ("20x", "5x") if f"max_{word}" in tier), None)
    return _MAX if multiple is None else f"{_MAX} {multiple}"


def _lower(value: object) -> str:
    return (read_text(value) or read_text(read_object(value).get("name")) or "").casefold()
