"""The observed resets: the list for the window, and the pieces of its CSV."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class ResetRow(TypedDict):
        """One reset, as text. ``fine``: it came at the announced time, or was not observed."""

        time: str
        limit: str
        used: str
        cause: str
        text: str
        fine: bool

    class ResetDay(TypedDict):
        """The resets of one day, newest first."""

        day: str
        rows: list[ResetRow]

    class ResetPanel(TypedDict):
        """The latest resets.

        ``summary`` says how many are kept, or why none is shown; ``more`` says what is left out.
        ``some``: whether there are any to save.
        """

        summary: str
        hint: str | None
        days: list[ResetDay]
        more: str | None
        some: bool

    class ResetsAnswer(TypedDict):
        """The resets of the account that is shown."""

        panel: ResetPanel

    class ResetsCsvAnswer(TypedDict):
        """A piece of the CSV, of about 32 KB at most. ``text`` is ``None`` if the history cannot be read.

        ``next`` is the number of the line at which the next piece begins, ``None`` at the end.
        """

        text: str | None
        next: int | None
