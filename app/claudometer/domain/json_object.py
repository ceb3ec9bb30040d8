"""The type of a JSON object whose members are not known yet. For type checkers alone."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    JsonObject = dict[str, Any]
    """What a file of ours holds: written by another version, or damaged, so each member is read with care."""
