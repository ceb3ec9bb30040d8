"""The alerts: the list for the window, and the answer to muting them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class AlertRow(TypedDict):
        """One past alert as text. ``fine``: showing it did not fail."""

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
        """What is muted, as text. ``account`` and ``limit`` are ``None`` if all alerts are muted."""

        account: str | None
        limit: str | None
        text: str
        button: str

    class AlertPanel(TypedDict):
        """The past alerts.

        Attributes:
            line: the present state, in one sentence.
            muted: whether all alerts are muted now.
            silences: everything that is muted now, each with the text of the button that ends it.
            tested: the result of the test alert that was requested; ``None`` if none was.
            worked: whether the desktop accepted it.
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
        """What is muted now, in one sentence. ``accepted``: whether that was changed."""

        accepted: bool
        message: str
