"""The result of ``doctor``, as ``doctor --json`` prints it and the window shows it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypedDict

    class Step(TypedDict):
        """The one step that helps.

        Attributes:
            text: a sentence.
            command: a line for a shell, if there is one to copy.
            button: what the app itself can do instead, if it can.
        """

        text: str
        command: str | None
        button: Literal["settings", "install-status-line", "install-hook", "unlock-keyring"] | None

    class CheckedPart(TypedDict):
        """One part. ``id`` is a value of ``domain.checkup.Part``, ``state`` one of its ``State``."""

        id: str
        title: str
        state: str
        sentence: str
        action: Step | None

    class CheckReport(TypedDict):
        """All parts, in a fixed order. ``needs_you`` is how many of them need the user."""

        schema: int
        version: str
        needs_you: int
        verdict: str
        checks: list[CheckedPart]

    class DoctorAnswer(TypedDict):
        """The report for the window. ``rest`` goes with the verdict; ``text`` is the report to copy."""

        report: CheckReport
        rest: str
        text: str
