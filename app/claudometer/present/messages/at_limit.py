"""What is said of a limit that is reached. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple


class AtLimit(NamedTuple):
    """What still goes on at a reached limit.

    Attributes:
        other_models: the limit is of one model, so others still work.
        paying: extra usage pays for more.
        go_on_slowly: Claude Code may offer its low-priority lane.
        alone: nothing of the kind is known.
    """

    other_models: str
    paying: str
    go_on_slowly: str
    alone: str


BESIDE: Final = AtLimit(
    "Limit reached; other models still work",
    "Limit reached; extra usage is paying now: {amount}",
    "Limit reached; Claude Code may offer to go on slowly",
    "Limit reached",
)
"""Beside the limit's name and number."""

SENTENCE: Final = AtLimit(
    "{name}: limit reached; other models still work.",
    "{name}: limit reached; extra usage is paying now: {amount}.",
    "{name}: limit reached; Claude Code may offer to go on slowly.",
    "{name}: limit reached.",
)
"""A line of its own, below the numbers."""
