"""An app without an engine that speaks the real protocol over a real socket, with real messages."""

from __future__ import annotations

import queue
import threading
from datetime import UTC, datetime
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from typing import TYPE_CHECKING, Any

from claudometer.control import protocol
from claudometer.domain.region import UTC_REGION
from claudometer.present.card import card_for
from claudometer.present.form import form_for
from claudometer.present.messages.answers import FORGOTTEN, saved_answer
from claudometer.present.request_panel import panel_for
from tests.views import view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from claudometer.control.wire.answers import Event, Place, RefreshAnswer, Refusal
    from claudometer.control.wire.page import AccountCard, RequestPanel
    from claudometer.domain.form_state import FormState
    from claudometer.domain.snapshot import Snapshot


class ScriptedApp:
    """Listens until closed. ``requested`` lists every request, ``refusals`` has the errors by operation."""

    def __init__(
        self,
        socket: Path,
        snapshot: Snapshot,
        form: FormState,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.requested: list[tuple[str, Mapping[str, object]]] = []
        self.refusals: dict[str, Refusal] = {}
        self.refresh_answer: RefreshAnswer = {"accepted": True, "message": None}
        self.requests: RequestPanel = panel_for(None, (), now(), UTC_REGION)
        self.snapshot = snapshot
        self.form = form
        self._now = now
        self._revision = 0
        self._streams: list[queue.SimpleQueue[Event | None]] = []
        self._server = _Server(str(socket), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def publish(self, snapshot: Snapshot) -> None:
        """Send the card of a new snapshot to all subscribers."""
        self.snapshot = snapshot
        self._revision += 1
        self._send({"event": "card", "accounts": self.cards()})

    def let_time_pass(self) -> None:
        """Send the current card to all subscribers: only its times differ from those of the last one."""
        self._send({"event": "card", "accounts": self.cards()})

    def ask_to_come_forward(self, place: Place | None = None) -> None:
        self._send({"event": "focus", "place": place})

    def followers(self) -> int:
        return len(self._streams)

    def close(self) -> None:
        """End every stream and stop listening, as an app does that quits."""
        self._send(None)
        self._server.shutdown()
        self._server.server_close()

    def cards(self) -> list[AccountCard]:
        card = card_for(view(self.snapshot, self._now()), self._revision)
        return [{"provider": "claude", "id": "account-1", "shown": True, "card": card}]

    def answer(self, op: str, params: Mapping[str, Any]) -> Mapping[str, object]:
        self.requested.append((op, params))
        if op == "save_settings":
            self._take(params)
            return {"form": form_for(self.form), "message": saved_answer(tested="session_key" in params)}
        answers: dict[str, Mapping[str, object]] = {
            "settings": {"form": form_for(self.form)},
            "forget_key": {"form": form_for(self.form), "message": FORGOTTEN},
            "card": {"accounts": self.cards()},
            "refresh": self.refresh_answer,
            "requests": {"panel": self.requests},
            "history": {"chart": None, "days": None},
            "update": {"panel": None},
        }
        return answers.get(op, {})

    def _take(self, fields: Mapping[str, object]) -> None:
        switches = {"session_key", "autostart", "ask_through_browser", "check_daily"}
        form: Any = self.form
        self.form = form | {name: value for name, value in fields.items() if name not in switches}

    def stream(self) -> Iterator[Event]:
        """Open a stream: the current card, then every message sent after this call."""
        messages: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        messages.put({"event": "card", "accounts": self.cards()})
        self._streams.append(messages)
        return iter(messages.get, None)

    def _send(self, message: Event | None) -> None:
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
                self._write(protocol.failure(number, self.server.app.refusals[op]))
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

    def _write(self, message: Mapping[str, object]) -> None:
        self.wfile.write(protocol.encode(message))
