"""The pair of sentences that every error has. Cheap to import, since the quick commands use it."""

from __future__ import annotations


class Message:
    """Two sentences: what happened, and the one step that helps.

    ``everywhere``: the step can be taken, and is true, in the window and in every terminal.

    No dataclass: ``claudometer status`` imports this, and ``dataclasses`` alone would cost it 12 ms.
    """

    __slots__ = ("everywhere", "hint", "title")

    def __init__(self, title: str, hint: str, *, everywhere: bool = False) -> None:
        self.title = title
        self.hint = hint
        self.everywhere = everywhere

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.title, self.hint) == (other.title, other.hint)

    def __hash__(self) -> int:
        return hash((self.title, self.hint))

    def __repr__(self) -> str:
        return f"Message({self.title!r}, {self.hint!r})"
