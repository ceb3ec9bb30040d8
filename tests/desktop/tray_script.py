"""Shows a tray icon and its menu: one scene after another, each named by a line in a pipe."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from claudometer.domain.errors import ClaudometerError
from claudometer.domain.tray_state import TrayState
from claudometer.present.icon import Arc, IconModel, Level, Shape
from claudometer.present.menu_entries import SEPARATOR, Action, Entry, Kind
from claudometer.ui.tray.main_loop import call_on_ui
from claudometer.ui.tray.tray import Tray

PATIENCE_S = float(os.environ.get("PATIENCE_S", "1"))


def icon(percent: int) -> IconModel:
    """Return the icon for a percentage far below the limit."""
    return IconModel(
        str(percent), Level.OK, Shape.RING, f"Claude: Session {percent} %", (Arc(percent, Level.OK),)
    )


def entries(percent: int, *, chosen: str = "org-1", models: int = 0) -> tuple[Entry, ...]:
    """Return a small menu with every kind of entry."""
    organizations = tuple(
        Entry(Kind.ACTION, f"of_{value}", Action.ORGANIZATION, checked=value == chosen, value=value)
        for value in ("org-1", "org-2")
    )
    return (
        Entry(Kind.ACTION, f"{percent} %  Session", Action.OPEN_WINDOW, value="session"),
        *(
            Entry(Kind.ACTION, f"1 %  Model {number}", Action.OPEN_WINDOW, value=f"model-{number}")
            for number in range(models)
        ),
        SEPARATOR,
        Entry(Kind.ACTION, "Refresh now", Action.REFRESH),
        Entry(Kind.ACTION, "Fail", Action.CHECK_UPDATES),
        Entry(Kind.SUBMENU, "Organization", children=organizations),
        Entry(Kind.ACTION, "Quit", Action.QUIT),
    )


SCENES = {
    "first": (icon(42), entries(42)),
    "odd": (replace(icon(42), tooltip="Claude: R&D <1 %"), entries(42)),
    "same": (icon(42), entries(42)),
    "moved": (icon(43), entries(43)),
    "longer": (icon(43), entries(43, models=2)),
    "other": (icon(43), entries(43, chosen="org-2")),
    **{str(number): (icon(number), entries(number)) for number in range(60, 66)},
}


def say(*words: object) -> None:
    """Print a line for the test."""
    print(*words, flush=True)  # noqa: T201 - how this program is observed


def say_state(state: TrayState) -> None:
    """Print whether a panel shows the icon, and whether one has not taken it."""
    say("host", state is TrayState.SHOWN, *(["not_taken"] if state is TrayState.NOT_TAKEN else []))


class Player:
    """Plays the scenes in a tray."""

    def __init__(self, folder: Path) -> None:
        self.tray = Tray(self._clicked, on_state=say_state, patience_s=PATIENCE_S)
        self._pipe = folder / "scenes"

    def run(self) -> None:
        """Show the first scene, then those named in the pipe, until Quit or a signal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: self._end(signal.Signals(number).name))
        os.mkfifo(self._pipe)
        self.tray.show(*SCENES["first"])
        threading.Thread(target=self._follow, daemon=True).start()
        call_on_ui(lambda: say("ready", os.environ.get("GDK_GL"), os.environ.get("PYSTRAY_BACKEND")))
        self.tray.run()
        say("ended")

    def _follow(self) -> NoReturn:
        while True:
            for line in self._pipe.read_text(encoding="utf-8").split():
                call_on_ui(partial(self._play, line))

    def _play(self, scene: str) -> None:
        self.tray.show(*SCENES[scene])
        say("showed", scene)

    def _clicked(self, action: Action, value: str | None) -> None:
        say("clicked", action.value, value)
        if action is Action.CHECK_UPDATES:
            raise RuntimeError("a click that fails")
        if action is Action.QUIT:
            self._end("quit")

    def _end(self, reason: str) -> None:
        say("ending", reason)
        self.tray.stop()


def main() -> None:
    """Run, or print the code of the error."""
    logging.basicConfig(level=logging.INFO)
    try:
        Player(Path(sys.argv[1])).run()
    except ClaudometerError as error:
        say("error", error.code.value)


if __name__ == "__main__":
    main()
