"""Serves the page with the scripted bridge to a normal browser: `dev.py ui [--port N] [--no-browser]`."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # started as a script, `tests` is not importable yet

from tests.page.scenarios import SCENARIOS
from tests.page.scripted_page import page_with_bridge

INDEX = """<!doctype html><html lang="en"><meta charset="utf-8"><title>The page, scenario by scenario</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.7 system-ui; margin: 3rem auto; max-width: 40rem }}
</style>
<h1>The page, scenario by scenario</h1>
<p>Each is rendered again from web/ on every load: change a file there and reload.</p>
<ul>{items}</ul>"""


def index() -> str:
    """Return the list of scenarios."""
    links = (
        f'<li><a href="/{name}">{escape(scenario.title)}</a></li>' for name, scenario in SCENARIOS.items()
    )
    return INDEX.format(items="".join(links))


class Pages(BaseHTTPRequestHandler):
    """Answers GET with the index or a scenario."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if not name:
            self._answer(HTTPStatus.OK, index())
        elif name in SCENARIOS:
            self._answer(HTTPStatus.OK, page_with_bridge(SCENARIOS[name]))
        else:
            self._answer(HTTPStatus.NOT_FOUND, "There is no such scenario.")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the terminal quiet."""

    def _answer(self, status: HTTPStatus, body: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py ui", description="Show the page alone in a browser.")
    parser.add_argument("--port", type=int, default=0, help="listen there instead of on a free port")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    wanted = parser.parse_args()
    with ThreadingHTTPServer(("127.0.0.1", wanted.port), Pages) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"The page is at {address} (Ctrl+C ends)", flush=True)  # noqa: T201 - a developer's tool
        if not wanted.no_browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
