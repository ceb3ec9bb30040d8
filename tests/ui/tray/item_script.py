"""Shows the icon and its menu on a bus. Reads one command per line, and prints what happened."""

from __future__ import annotations

import json
import logging
import resource
import sys
from dataclasses import replace
from functools import partial

from gi.repository import GLib

from claudometer.domain.settings import IconColors
from claudometer.present.icon import Arc, IconModel, Level, Shape
from claudometer.present.menu_entries import (
    OPENS_WINDOW,
    SEPARATOR,
    Action,
    Entry,
    EntryPicture,
    Kind,
    Picture,
)
from claudometer.ui.tray.notifier_icon import NotifierIcon

RING = EntryPicture(Picture.RING, 42, "ok")


def say(*words: object) -> None:
    """Print a line for the test."""
    print(*words, flush=True)  # noqa: T201 - how this program is observed


def icon(percent: int, tooltip: str = "") -> IconModel:
    """Return the icon for a percentage."""
    return IconModel(
        str(percent),
        Level.OK,
        Shape.RING,
        tooltip or f"Claude: Session {percent} %",
        (Arc(percent, Level.OK),),
    )


def entries(label: str, *, lines: int = 0, below: tuple[str, ...] = ("org-1", "org-2")) -> tuple[Entry, ...]:
    """Return a menu with every kind of line: with a picture, with an alert, and in a submenu."""
    organizations = tuple(
        Entry(Kind.ACTION, f"of_{value}", Action.ORGANIZATION, checked=value == "org-1", value=value)
        for value in below
    )
    return (
        Entry(Kind.ACTION, label, Action.OPEN_WINDOW, value="session"),
        *(
            Entry(Kind.ACTION, f"Line {number}", Action.OPEN_WINDOW, name=f"line-{number}")
            for number in range(lines)
        ),
        SEPARATOR,
        Entry(Kind.ACTION, "Refresh now", Action.REFRESH, picture=RING),
        Entry(Kind.ACTION, "Open Claudometer", Action.OPEN_WINDOW),
        Entry(Kind.SUBMENU, "Organization", children=organizations),
        Entry(Kind.ACTION, "Quit", Action.QUIT),
    )


class Script:
    """Carries out commands from standard input, on the UI thread."""

    def __init__(self) -> None:
        self.icon = NotifierIcon("claudometer", self._clicked, partial(say, "host"), patience_s=0.5)
        self.icon.list_entries(entries("42 %  Session"))
        self.icon.paint(icon(42))
        self._input = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115
        GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, self._readable)

    def _clicked(self, action: Action, value: str | None) -> None:
        token = self.icon.take_activation_token() if action in OPENS_WINDOW else None
        say("clicked", action.value, value, *([token] if token else []))

    def _readable(self, _source: int, condition: GLib.IOCondition) -> bool:
        line = self._input.readline()
        if not line or condition & GLib.IO_HUP:
            self.icon.stop()
            return False
        command, argument = json.loads(line)
        getattr(self, command)(argument)
        say("done", command)
        return True

    def menu(self, label: str) -> None:
        """Change the first line."""
        self.icon.list_entries(entries(label))

    def lines(self, count: int) -> None:
        """Show a long menu."""
        self.icon.list_entries(entries("42 %  Session", lines=count))

    def submenu(self, organizations: list[str]) -> None:
        """Show these lines in the submenu."""
        self.icon.list_entries(entries("42 %  Session", below=tuple(organizations)))

    def both(self, organizations: list[str]) -> None:
        """Show these lines in the submenu, and one more in the menu itself."""
        self.icon.list_entries(entries("42 %  Session", lines=1, below=tuple(organizations)))

    def tooltip(self, text: str) -> None:
        """Change the tooltip."""
        self.icon.paint(icon(42, text))

    def label(self, text: str) -> None:
        """Change the text beside the icon."""
        self.icon.paint(replace(icon(42), label=text))

    def colors(self, colors: str) -> None:
        """Change the icon's colors."""
        self.icon.paint(replace(icon(42), colors=IconColors(colors)))

    def number(self, number: int) -> None:
        """Change the icon and the menu."""
        self.icon.paint(icon(number % 100))
        self.icon.list_entries(entries(f"{number} %  Session"))

    def loaded(self, module: str) -> None:
        """Print whether a module is loaded."""
        say("loaded", module, module in sys.modules)

    def memory(self, _nothing: object) -> None:
        """Print the resident memory in bytes."""
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a Path would take memory itself
            say("memory", int(file.read().split()[1]) * resource.getpagesize())


def main() -> None:
    """Run until standard input ends."""
    logging.basicConfig()
    script = Script()
    say("ready")
    script.icon.run()
    say("ended")


if __name__ == "__main__":
    main()
