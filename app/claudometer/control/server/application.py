"""What the control server needs of the program: what is shown, and a handler for every operation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from claudometer.control.wire.page import AccountCard, UpdatePanel
    from claudometer.control.wire.report import AccountReport

Handler = Callable[[Mapping[str, object]], Awaitable[Mapping[str, object]]]
"""Carries out a request with these parameters, which may be anything that JSON can say."""


class Bus(Protocol):
    """Where events are published."""

    def subscribe(self, kind: type[Any], callback: Callable[[Any], None], /) -> Callable[[], None]: ...


class Views(Protocol):
    """What is shown at this moment, of every account."""

    def cards(self) -> list[AccountCard]: ...
    def reports(self) -> list[AccountReport]: ...


class Application(Protocol):
    """The program behind the socket. Every method is called on the loop.

    The answers are ready for the client: they hold words, not values that it would have to understand.
    """

    @property
    def bus(self) -> Bus: ...
    @property
    def views(self) -> Views: ...
    def update_panel(self) -> UpdatePanel | None: ...
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers; ``status``, ``card`` and ``subscribe`` have none: they tell ``views``."""
        ...
