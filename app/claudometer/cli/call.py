"""A command of the command line, and one call of it. The table of commands is in ``cli.commands``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Command:
    """A word of the command line. ``options`` maps each to whether it takes a value."""

    __slots__ = ("hidden", "name", "options", "run")

    def __init__(
        self,
        name: str,
        run: Callable[[Call], int],
        options: dict[str, bool] | None = None,
        *,
        hidden: bool = False,
    ) -> None:
        self.name = name
        self.run = run
        self.options = options or {}
        self.hidden = hidden


class Call:
    """A command with the options it was given."""

    __slots__ = ("command", "values")

    def __init__(self, command: Command, values: dict[str, str]) -> None:
        self.command = command
        self.values = values

    def has(self, option: str) -> bool:
        """Tell whether the option was given."""
        return option in self.values

    @property
    def demo(self) -> bool:
        """Whether it is all about the built-in simulated account."""
        return "--demo" in self.values
