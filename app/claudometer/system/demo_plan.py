"""Which plan the demo of this process has. Set once, from the command line, before anything else runs.

``claudometer status`` loads this module, so it imports nothing.
"""

from __future__ import annotations

DEMO_PLANS = ("max-5x", "max-20x", "max", "ultra", "pro", "team", "enterprise", "free")
"""The plans that the demo can have; the first is the default."""

_chosen = [DEMO_PLANS[0]]


def choose_demo_plan(plan: str) -> None:
    """Give the demo of this process a plan, one of ``DEMO_PLANS``."""
    _chosen[0] = plan


def demo_plan() -> str:
    """Return the plan of this process's demo."""
    return _chosen[0]


def demo_name() -> str:
    """Return the name of the demo's files, which depends on the plan, so that demos can run side by side."""
    return f"demo{DEMO_PLANS.index(demo_plan()) or ''}"


def demo_arguments() -> tuple[str, ...]:
    """Return the command-line options of a child process of the same demo."""
    return ("--demo",) if demo_plan() == DEMO_PLANS[0] else ("--demo", "--plan", demo_plan())
