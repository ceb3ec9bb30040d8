"""What is said of a limit that is reached. Pure."""

from __future__ import annotations

from typing import Final

OTHER_MODELS: Final = "Limit reached; other models still work"
PAYING: Final = "Limit reached; extra usage is paying now: {amount}"
GO_ON_SLOWLY: Final = "Limit reached; Claude Code may offer to go on slowly"
OF_LIMIT: Final = "{name}: {sentence}."
"""A sentence of its own below the numbers of a terminal."""
