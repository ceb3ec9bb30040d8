"""The interface between the control server and the program: its views, and a handler for each operation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from claudometer.control.wire.page import AccountCard, UpdatePanel
    from claudometer.control.wire.report import AccountReport

Handler = Callable[[Mapping[str, object]], Awaitable[Mapping[str, object]]]
"""Carries out a request with these parameters, which may be any JSON values, and returns the result."""


class Bus(Protocol):
    """Delivers events. ``subscribe`` returns a function that unsubscribes."""

    def subscribe(self, kind: type[Any], callback: Callable[[Any], None], /) -> Callable[[], None]: ...


class Views(Protocol):
    """What is shown of every account now."""

    def cards(self) -> list[AccountCard]: ...
    def reports(self) -> list[AccountReport]: ...


class Application(Protocol):
    """The program behind the socket. Every method is called on the loop.

    The answers are ready to be shown: they contain texts, not values that a client would have to interpret.
    """

    @property
    def bus(self) -> Bus: ...
    @property
    def views(self) -> Views: ...
    def update_panel(self) -> UpdatePanel | None: ...
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers. ``status``, ``card`` and ``subscribe`` have none, because they send views."""
        ...
