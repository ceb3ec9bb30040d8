"""A release server on this machine, with a manifest, files and faults."""

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
CHUNK = 64 * 1024  # bytes per write; a page's pace_s is the pause after each


@dataclass
class Page:
    """The response for a path.

    Attributes:
        content_length: the header in bytes; ``None`` for the body's length, -1 for no such header.
        location: the target of a redirect, which is sent instead of ``status``.
        pace_s: seconds after each 64 KiB.
    """

    body: bytes = b""
    status: int = 200
    content_length: int | None = None
    location: str | None = None
    pace_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


class Releases:
    """An HTTP server on an unused port, which runs inside a ``with`` block.

    ``pages`` has the responses by path and can be changed at any time. ``requests`` has the path and headers
    of each request.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self._server = _Server(self)
        # It looks for a shutdown every 0.01 s, so that a test ends quickly.
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
        """The URL of the manifest."""
        return self.url(MANIFEST)

    def url(self, path: str) -> str:
        """Return the URL of a path."""
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
        """Serve a file and a manifest that announces it."""
        self.pages[f"/{name}"] = Page(body)
        entry = {"url": url or self.url(f"/{name}"), "signature": base64.b64encode(signature).decode()}
        manifest = {"version": version, "notes": notes, "pub_date": "", "platforms": {platform: entry}}
        self.pages[MANIFEST] = Page(json.dumps(manifest).encode())

    def count(self, path: str) -> int:
        """Return the number of requests for a path."""
        return sum(requested == path for requested, _ in self.requests)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, releases: Releases) -> None:
        self.releases = releases
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        releases = self.server.releases
        releases.requests.append((self.path, dict(self.headers.items())))
        page = releases.pages.get(self.path, Page(status=404))
        self.send_response(302 if page.location else page.status)
        if page.location:
            self.send_header("Location", page.location)
        if page.content_length != -1:
            self.send_header("Content-Length", str(page.content_length or len(page.body)))
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
            return  # the client closed the connection, as tests of canceled downloads do

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""
