"""Shows the settings window, and on request runs a script in its page, holds up pywebview, or opens a bus."""

from __future__ import annotations

import argparse
import importlib.abc
import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gi.repository import Gio

from claudometer.domain.errors import ClaudometerError
from claudometer.ui.window.frame import Frame
from claudometer.ui.window.main import run

if TYPE_CHECKING:
    from webview import Window


class Hold(importlib.abc.MetaPathFinder):
    """Lets the import of pywebview wait until a file exists."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def find_spec(self, name: str, *_: object) -> None:
        while name == "webview" and not self._file.exists():
            time.sleep(0.01)


def refuse(_frame: Frame, window: Window) -> None:
    """Stand in for ``Frame.adopt`` with a pywebview that is built differently."""
    raise AttributeError(window)


def probe(script: str) -> None:
    """Wait until the page shows its limits, run the script in it, and print its value as JSON."""
    import webview

    while not webview.windows:
        time.sleep(0.01)
    window = webview.windows[0]
    window.events.loaded.wait()
    while not window.evaluate_js("document.querySelectorAll('#limits > li').length"):
        time.sleep(0.05)
    sys.stdout.write(json.dumps(window.evaluate_js(script)))
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("socket")
    parser.add_argument("--probe")
    parser.add_argument("--hold", type=Path)
    parser.add_argument("--refuse", action="store_true")
    parser.add_argument("--share-bus", action="store_true", help="open GLib's shared connection and keep it")
    wanted = parser.parse_args()
    if wanted.probe:
        threading.Thread(target=probe, args=(wanted.probe,), daemon=True).start()
    if wanted.hold:
        sys.meta_path.insert(0, Hold(wanted.hold))
    if wanted.refuse:
        Frame.adopt = refuse  # type: ignore[method-assign, assignment]
    shared = Gio.bus_get_sync(Gio.BusType.SESSION) if wanted.share_bus else None
    try:
        return run(wanted.socket, start_log=lambda: "/the/log")
    except ClaudometerError as error:
        sys.stderr.write(error.code.value)
        return 69
    finally:
        del shared


if __name__ == "__main__":
    sys.exit(main())
