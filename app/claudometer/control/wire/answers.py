"""The answer to each operation, the events of a subscription, and the refusal of a request."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, NotRequired, TypedDict

    from claudometer.control.wire.chart import DayByDay, HistoryChart
    from claudometer.control.wire.page import AccountCard, Form, RequestPanel, UpdatePanel
    from claudometer.control.wire.report import AccountReport

    ViewName = Literal["card", "report"]
    """What a client may subscribe to."""

    class Ping(TypedDict):
        """Who answers. ``windows`` counts the pages that have shown their data so far."""

        pid: int
        version: str
        demo: bool
        windows: int

    class StatusAnswer(TypedDict):
        """Every account that is watched; one of them is shown in the tray."""

        accounts: list[AccountReport]

    class CardAnswer(TypedDict):
        """As :class:`StatusAnswer`, for the window."""

        accounts: list[AccountCard]

    class RefreshAnswer(TypedDict):
        """Whether a request was sent; ``message`` says why not."""

        accepted: bool
        message: str | None

    class FormAnswer(TypedDict):
        """The form. After a save or a removal, ``message`` says in a sentence what was done."""

        form: Form
        message: NotRequired[str]

    class RequestsAnswer(TypedDict):
        """The panel of requests."""

        panel: RequestPanel

    class HistoryAnswer(TypedDict):
        """The history of one limit, ``None`` in a program that keeps none.

        ``days`` is of the same limit or, if its window is too short for days, of the weekly limit.
        """

        chart: HistoryChart | None
        days: DayByDay | None

    class UpdateAnswer(TypedDict):
        """The panel about updates, ``None`` in a program that does not check for any."""

        panel: UpdatePanel | None

    class Empty(TypedDict):
        """The answer to an operation that returns nothing."""

    # The stream of `subscribe`.

    class CardEvent(TypedDict):
        """The cards have changed, if only in the text of an age."""

        event: Literal["card"]
        accounts: list[AccountCard]

    class ReportEvent(TypedDict):
        """The reports have changed in more than the time at which they were made."""

        event: Literal["report"]
        accounts: list[AccountReport]

    class UpdateEvent(TypedDict):
        """The panel about updates has changed. Only with ``card``."""

        event: Literal["update"]
        panel: UpdatePanel

    class Place(TypedDict):
        """What the window has to show: a page and, on the usage page, perhaps one limit."""

        page: Literal["welcome", "usage", "settings", "resets", "alerts", "updates"]
        limit: str | None

    class FocusEvent(TypedDict):
        """The window has to come to the front, and to show ``place`` if there is one. Only with ``card``."""

        event: Literal["focus"]
        place: Place | None

    Event = CardEvent | ReportEvent | UpdateEvent | FocusEvent

    # Refusals.

    Fact = str | int | float | bool | None

    class Refusal(TypedDict):
        """Why a request was refused. ``field`` names the input beside which the message is shown."""

        code: str
        facts: dict[str, Fact]
        field: NotRequired[str]
