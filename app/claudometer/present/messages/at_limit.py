"""What is said of a limit that is reached. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple


class AtLimit(NamedTuple):
    """What still goes on: other models, extra usage that pays, perhaps the slow lane, or nothing known."""

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
