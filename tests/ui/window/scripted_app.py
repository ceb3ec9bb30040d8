"""An app that speaks the real wire over a real socket and answers from a script. Knows no engine."""

from __future__ import annotations

import queue
import threading
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from typing import TYPE_CHECKING, Any

from claudometer.control import protocol
from claudometer.domain.codec import snapshot_to_wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from claudometer.domain.snapshot import Snapshot

Refusal = dict[str, Any]


class ScriptedApp:
    """Listens until closed; ``asked`` holds every request, ``answers`` what the next one gets."""

    def __init__(self, socket: Path, snapshot: Snapshot, form: dict[str, Any]) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refusals: dict[str, Refusal] = {}
        self.refresh_answer: dict[str, Any] = {"accepted": True, "until": None}
        self.requests: dict[str, Any] = {"kept": False, "today": None, "latest": []}
        self.snapshot = snapshot
        self.form = form
        self._streams: list[queue.SimpleQueue[dict[str, Any] | None]] = []
        self._server = _Server(str(socket), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def publish(self, snapshot: Snapshot) -> None:
        """Send a new snapshot to all who follow."""
        self.snapshot = snapshot
        self._send({"event": "snapshot", "snapshot": snapshot_to_wire(snapshot)})

    def ask_to_come_forward(self) -> None:
        self._send({"event": "focus"})

    def followers(self) -> int:
        return len(self._streams)

    def close(self) -> None:
        """End as an app that quits: every stream with it."""
        self._send(None)
        self._server.shutdown()
        self._server.server_close()

    def answer(self, op: str, params: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((op, params))
        match op:
            case "save_settings":
                switches = {"session_key", "autostart", "ask_through_browser", "check_daily"}
                taken = {name: value for name, value in params.items() if name not in switches}
                self.form = self.form | taken
                return self.form
            case "settings" | "forget_key":
                return self.form
            case "refresh":
                return self.refresh_answer
            case "requests":
                return self.requests
            case "update":
                return {"update": None}
            case _:
                return {}

    def stream(self) -> Iterator[dict[str, Any]]:
        """Open a stream; it holds whatever happens from this call on."""
        messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        messages.put({"event": "snapshot", "snapshot": snapshot_to_wire(self.snapshot)})
        self._streams.append(messages)
        return iter(messages.get, None)

    def _send(self, message: dict[str, Any] | None) -> None:
        for stream in self._streams:
            stream.put(message)


class _Server(ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path: str, app: ScriptedApp) -> None:
        self.app = app
        super().__init__(path, _Connection)


class _Connection(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        for line in self.rfile:
            request = protocol.parse_request(line)
            op, number = request["op"], request["id"]
            if op in self.server.app.refusals:
                self._write({"id": number, "ok": False, "error": self.server.app.refusals[op]})
                continue
            self._write(protocol.success(number, self.server.app.answer(op, request["params"])))
            if op == "subscribe":
                self._follow()
                return

    def _follow(self) -> None:
        try:
            for message in self.server.app.stream():
                self._write(message)
        except BrokenPipeError:
            return  # the window has closed

    def _write(self, message: dict[str, Any]) -> None:
        self.wfile.write(protocol.encode(message))
