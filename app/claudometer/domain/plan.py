"""What an account pays for, and what stops it from paying more. No I/O, no sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Plan:
    """What an account pays for: our name for it, and the server's own word, kept for support."""

    name: str | None = None
    tier: str | None = None


UNKNOWN_PLAN = Plan()


class StoppedBy(StrEnum):
    """Who or what stopped extra usage.

    The user's own switch, the reached cap, a lack of credits, or the organization of the account.
    """

    USER = "user"
    CAP = "cap"
    CREDITS = "credits"
    ORGANIZATION = "organization"


def allowance_of(plan: str | None, tier: str | None) -> str | None:
    """Return plan and tier in one text, which changes with either; ``None`` while both are unknown."""
    return " / ".join(part for part in (plan, tier) if part) or None


def is_other_plan(before: str | None, now: str | None) -> bool:
    """Return whether two texts of :func:`allowance_of` differ. A reading that names no plan is no change."""
    return None not in (before, now) and before != now
