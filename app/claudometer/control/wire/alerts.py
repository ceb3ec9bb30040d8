"""The alerts: the list for the window, and the answer to muting them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class AlertRow(TypedDict):
        """One past alert in words. ``fine``: nothing went wrong with showing it."""

        time: str
        title: str
        body: str
        outcome: str
        fine: bool

    class AlertDay(TypedDict):
        """The alerts of one day, newest first."""

        day: str
        rows: list[AlertRow]

    class MutedRow(TypedDict):
        """What is muted, in words. ``account`` and ``limit`` are ``None`` where all alerts are."""

        account: str | None
        limit: str | None
        text: str
        button: str

    class AlertPanel(TypedDict):
        """The past alerts.

        Attributes:
            line: what is so now, in one sentence.
            muted: whether all alerts are muted now.
            silences: all that is muted now, each with the text of the button that ends it.
            tested: what became of a test alert that was asked for, if one was.
            worked: whether the desktop took it.
        """

        line: str
        muted: bool
        silences: list[MutedRow]
        tested: str | None
        worked: bool
        days: list[AlertDay]

    class AlertsAnswer(TypedDict):
        """The panel, ``None`` in a program that has no alerts."""

        panel: AlertPanel | None

    class MuteAnswer(TypedDict):
        """What is muted now, in a sentence; not ``accepted`` if nothing was changed."""

        accepted: bool
        message: str
