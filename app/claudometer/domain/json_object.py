"""The type of a JSON object whose members are not known yet. Only for type checkers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    JsonObject = dict[str, Any]
    """The content of one of our files. It may be damaged or from another version: check every member."""
