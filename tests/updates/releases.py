"""A publisher's server on this machine: a manifest, files, and everything that can go wrong on the way."""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

MANIFEST = "/latest.json"
PLATFORM = "linux-x86_64"
CHUNK = 64 * 1024


@dataclass
class Page:
    """What one path answers.

    Attributes:
        said_length: the ``Content-Length``, ``None`` for the true one, -1 for none at all.
        location: where it sends on to, instead of answering.
        pace_s: between two pieces of 64 KiB.
    """

    body: bytes = b""
    status: int = 200
    said_length: int | None = None
    location: str | None = None
    pace_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


class Releases:
    """Listens on a port of its own while entered. ``pages`` may be changed at any time."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where the manifest is."""
        return self.url(MANIFEST)

    def url(self, path: str) -> str:
        """Return a path's whole address."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def publish(
        self,
        version: str,
        name: str,
        body: bytes,
        signature: bytes,
        *,
        platform: str,
        url: str | None = None,
        notes: str = "Quicker.",
    ) -> None:
        """Put a file there and a manifest that names it."""
        self.pages[f"/{name}"] = Page(body)
        entry = {"url": url or self.url(f"/{name}"), "signature": base64.b64encode(signature).decode()}
        manifest = {"version": version, "notes": notes, "pub_date": "", "platforms": {platform: entry}}
        self.pages[MANIFEST] = Page(json.dumps(manifest).encode())

    def count(self, path: str) -> int:
        """Say how often a path was asked for."""
        return sum(asked == path for asked, _ in self.asked)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, releases: Releases) -> None:
        self.releases = releases
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        releases = self.server.releases
        releases.asked.append((self.path, dict(self.headers.items())))
        page = releases.pages.get(self.path, Page(status=404))
        self.send_response(302 if page.location else page.status)
        if page.location:
            self.send_header("Location", page.location)
        if page.said_length != -1:
            self.send_header("Content-Length", str(page.said_length or len(page.body)))
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._send(page)

    def _send(self, page: Page) -> None:
        try:
            for start in range(0, len(page.body), CHUNK):
                self.wfile.write(page.body[start : start + CHUNK])
                time.sleep(page.pace_s)
        except ConnectionError:
            return  # whoever asked has had enough

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the terminal quiet."""
