"""Shows the settings window, and on request runs a script in its page."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time

from claudometer.domain.errors import ClaudometerError
from claudometer.ui.window.main import run


def probe(script: str) -> None:
    """Wait for the page, run the script in it, and print its value as JSON."""
    import webview

    while not webview.windows:
        time.sleep(0.01)
    window = webview.windows[0]
    window.events.loaded.wait(20)
    time.sleep(0.3)  # the page is filled in shortly after it is loaded
    sys.stdout.write(json.dumps(window.evaluate_js(script)))
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("socket")
    parser.add_argument("--probe")
    wanted = parser.parse_args()
    if wanted.probe:
        threading.Thread(target=probe, args=(wanted.probe,), daemon=True).start()
    try:
        return run(wanted.socket, log_folder="/the/log")
    except ClaudometerError as error:
        sys.stderr.write(error.code.value)
        return 69


if __name__ == "__main__":
    sys.exit(main())
