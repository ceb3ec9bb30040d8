"""Plays Anthropic's API for Claude Code, over TLS on a loopback address: it answers every prompt with a word.

``python -m tests.interop.server FOLDER`` reads how to answer from ``FOLDER/answer.json`` for each request:
``refused`` (429 or 200), and for each window its share from 0 to 1 and its reset in seconds since 1970.
"""

from __future__ import annotations

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PORT = 443
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
WORD = "Hello"


def unified_headers(answer: dict[str, Any]) -> dict[str, str]:
    """Return the rate limit headers from which Claude Code fills its status line."""
    status = "rejected" if answer["refused"] else "allowed"
    headers = {"unified-status": status, "unified-representative-claim": "five_hour"}
    headers["unified-reset"] = str(answer["5h"][1])
    for name in ("5h", "7d"):
        share, reset = answer[name]
        headers |= {f"unified-{name}-utilization": str(share), f"unified-{name}-reset": str(reset)}
        headers[f"unified-{name}-status"] = status if name == "5h" else "allowed"
    return {f"anthropic-ratelimit-{name}": value for name, value in headers.items()}


def message_events(model: str) -> bytes:
    """Return an answer of one word as server-sent events."""
    message: dict[str, Any] = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
    }  # fmt: skip
    block = {"type": "text", "text": ""}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": WORD}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]
    return "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers prompts as told, and everything else with an empty object."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        with (FOLDER / "requests.log").open("a", encoding="utf-8") as log:
            log.write(f"{self.command} {self.headers.get('host')}{self.path}\n")
        if not self.path.startswith("/v1/messages?"):
            self._send(200, b"{}", "application/json", {})
            return
        answer = json.loads((FOLDER / "answer.json").read_text(encoding="utf-8"))
        if answer["refused"]:
            error = {"type": "error", "error": {"type": "rate_limit_error", "message": "Limit reached."}}
            self._send(429, json.dumps(error).encode(), "application/json", unified_headers(answer))
            return
        events = message_events(json.loads(body)["model"])
        self._send(200, events, "text/event-stream", unified_headers(answer))

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        fixed = {"content-type": kind, "content-length": str(len(body)), "request-id": "req_1"}
        for name, value in (headers | fixed).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_HEAD = do_PUT = _answer  # noqa: N815 - the names that the base class calls


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "cert.pem", FOLDER / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
