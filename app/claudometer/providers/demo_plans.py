"""The plans that the demo can have, each with the limits that the server reports for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from claudometer.providers.claude.plans import plan_of_login
from claudometer.system.demo_plan import DEMO_PLANS


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What the server says of a plan.

    Attributes:
        subscription: ``subscriptionType`` of the login; ``tier`` is its ``rateLimitTier``.
        session: whether the plan has a session limit.
        week: whether it has a weekly limit; ``model``: whether it has one for a model, too.
        spend: the state of extra usage: ``None`` if there is none, "pays", "limit" (a spend limit without
            other limits), or the server's reason for stopping it.
        credit: whether the account was granted money once.
    """

    subscription: str
    tier: str
    session: bool = True
    week: bool = True
    model: bool = False
    spend: str | None = None
    credit: bool = False

    @property
    def name(self) -> str | None:
        """Our name for it, as for any other login."""
        return plan_of_login(self.subscription, self.tier)


_PLANS = {
    "max-5x": DemoPlan("max", "default_claude_max_5x", model=True, spend="pays"),
    "max-20x": DemoPlan("max", "default_claude_max_20x", session=False, model=True, credit=True),
    "max": DemoPlan("max", "default_claude_max", model=True),
    "ultra": DemoPlan("ultra", "default_claude_ultra", session=False, model=True, credit=True),
    "pro": DemoPlan("pro", "default_claude_ai"),
    "team": DemoPlan("team", "default_raven", spend="org_level_disabled"),
    "enterprise": DemoPlan("enterprise", "default_claude_zero", session=False, week=False, spend="limit"),
    "free": DemoPlan("free", "default_claude_ai", week=False),
}


USUAL_PLAN = _PLANS[DEMO_PLANS[0]]
"""What the demo has if no plan is named."""


def demo_plan_named(name: str) -> DemoPlan:
    """Return the plan of that name, one of ``DEMO_PLANS``; the first for any other name."""
    return _PLANS.get(name, USUAL_PLAN)
