"""The simulator's HTTP server: it routes and records requests, and checks credentials as the real servers."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from tests.fixtures import load_body
from tests.simulator import bodies, scenarios
from tests.simulator.account import Account, cookie_names
from tests.simulator.gate import Gate, Kind
from tests.simulator.script import Endpoint, Reply, reply_from_json
from tests.simulator.wire import send

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

MAX_SCRIPT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request without its secrets. ``credential`` is "none", "known" or "unknown"."""

    method: str
    path: str
    endpoint: str | None
    header_names: tuple[str, ...]
    cookie_names: tuple[str, ...]
    user_agent: str | None
    accept: str | None
    beta: str | None
    credential: str
    status: int


def _now() -> datetime:
    return datetime.now(UTC)


class Simulator:
    """Both servers at the same port. Use it as a context manager, or call ``start`` and ``stop``."""

    def __init__(
        self, *, port: int = 0, now: Callable[[], datetime] = _now, tls: ssl.SSLContext | None = None
    ) -> None:
        self.now = now
        self._tls = tls
        self.stopping = threading.Event()
        self._port = port
        self._server: _Server | None = None
        self.reset()

    def reset(self) -> None:
        """Drop scripts and recorded requests, and set up a healthy account with the complete usage body."""
        started = self.now()
        self.account = Account(usage=lambda _now: load_body("c_full", now=started))
        self.oauth, self.organizations, self.usage = Endpoint(), Endpoint(), Endpoint()
        self.gate: Gate | None = None
        self.requests: list[Recorded] = []

    def start(self) -> Self:
        """Listen on the loopback interface."""
        self._server = _Server(self, self._port)
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening, and end the responses that are not finished."""
        self.stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """The URL of the server; RuntimeError before the start."""
        if self._server is None:
            raise RuntimeError("the simulator is not started")
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def web_url(self) -> str:
        """The base of the web API."""
        return f"{self.base_url}/api"

    @property
    def oauth_url(self) -> str:
        """The base of the OAuth API."""
        return f"{self.base_url}/api/oauth"

    def environment(self) -> dict[str, str]:
        """Return the environment variables that make Claudometer use this server."""
        return {"CLAUDOMETER_WEB_URL": self.web_url, "CLAUDOMETER_OAUTH_URL": self.oauth_url}

    def set_clock(self, *, ahead_s: float) -> None:
        """Set the server's clock ahead of this machine's. ``Date`` and the account's data use that clock."""
        self.now = lambda: datetime.now(UTC) + timedelta(seconds=ahead_s)

    def play(self, scenario: str) -> None:
        """Reset the simulator to one of ``scenarios.SCENARIOS``, but keep the recorded requests.

        Raises:
            KeyError: there is no such scenario.
        """
        begin, requests = scenarios.SCENARIOS[scenario], self.requests
        self.reset()
        self.requests = requests
        begin(self)

    def respond(self, method: str, target: str, headers: dict[str, str]) -> Reply:
        """Return the reply to a request, and record the request. Header names are in lower case."""
        path = urlsplit(target).path
        name, endpoint, own = self._route(method, path, headers)
        stopped = self.gate.stop(target, headers) if self.gate and name != "oauth" else None
        reply = stopped or (endpoint.take() if endpoint else None) or own
        self.requests.append(
            Recorded(
                method=method,
                path=path,
                endpoint=name,
                header_names=tuple(sorted(headers)),
                cookie_names=cookie_names(headers.get("cookie")),
                user_agent=headers.get("user-agent"),
                accept=headers.get("accept"),
                beta=headers.get("anthropic-beta"),
                credential=self._judge(headers),
                status=reply.status,
            )
        )
        return reply

    def _route(
        self, method: str, path: str, headers: dict[str, str]
    ) -> tuple[str | None, Endpoint | None, Reply]:
        if method == "HEAD":
            return None, None, Reply(404)
        if method != "GET":
            return None, None, bodies.refusal(405, "invalid_request_error", "Method Not Allowed")
        match path.strip("/").split("/"):
            case ["api", "oauth", "usage"]:
                refused = self.account.refuse_token(headers.get("authorization"), self.now())
                return "oauth", self.oauth, refused or self._usage(headers.get("authorization"))
            case ["api", "organizations"]:
                refused = self.account.refuse_cookie(headers.get("cookie"))
                return "organizations", self.organizations, refused or Reply(body=self.account.organizations)
            case ["api", "organizations", uuid, "usage"]:
                refused = self.account.refuse_cookie(headers.get("cookie"))
                refused = refused or self.account.refuse_organization(unquote(uuid))
                return "usage", self.usage, refused or self._usage()
            case _:
                return None, None, bodies.NOT_FOUND

    def _usage(self, authorization: str | None = None) -> Reply:
        return Reply(body=self.account.usage_of(authorization, self.now()))

    def _judge(self, headers: dict[str, str]) -> str:
        token, cookie = headers.get("authorization"), headers.get("cookie")
        if token is None and cookie is None:
            return "none"
        known = (token or "").removeprefix("Bearer ") in self.account.tokens
        return "known" if known or self.account.knows_cookie(cookie) else "unknown"

    def control(self, command: dict[str, Any]) -> None:
        """Run a command that another process posted to ``/_script``.

        ``{"scenario": name}`` plays a scenario. ``{"gate": kind}`` sets the check, ``null`` removes it.
        ``{"clock_ahead_s": n}`` sets the server's clock ``n`` seconds ahead of this machine's.
        ``{"endpoint": "oauth" | "organizations" | "usage", "times": n, …}`` with a reply's fields queues the
        reply ``n`` times, once by default, or sets it as the standing reply with ``null``; with
        ``"clear": true`` the endpoint responds with the account's data again.

        Raises:
            KeyError, TypeError, ValueError: the command is invalid.
        """
        if "scenario" in command:
            self.play(command["scenario"])
            return
        if "clock_ahead_s" in command:
            self.set_clock(ahead_s=float(command["clock_ahead_s"]))
            return
        if "gate" in command:
            self.gate = None if command["gate"] is None else Gate(Kind(command["gate"]))
            return
        fields = dict(command)
        endpoint = {"oauth": self.oauth, "organizations": self.organizations, "usage": self.usage}[
            fields.pop("endpoint")
        ]
        times, clear = fields.pop("times", 1), fields.pop("clear", False)
        if clear or times is None:
            endpoint.stand(None if clear else reply_from_json(fields))
            return
        for _ in range(times):
            endpoint.queue(reply_from_json(fields))


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a hanging response does not keep the tests from ending

    def __init__(self, simulator: Simulator, port: int) -> None:
        self.simulator = simulator
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 20  # seconds for a request to arrive, so that a silent client does not keep a thread

    def do_GET(self) -> None:
        simulator = self.server.simulator
        if self.path == "/_requests":
            recorded = [asdict(request) for request in simulator.requests]
            self._send(Reply(body={"requests": recorded}))
            return
        self._send(simulator.respond("GET", self.path, self._lower_headers()))

    def do_HEAD(self) -> None:
        reply = self.server.simulator.respond("HEAD", self.path, self._lower_headers())
        self._send(replace(reply, body=""))

    def do_POST(self) -> None:
        if self.path != "/_script":
            self._send(self.server.simulator.respond("POST", self.path, self._lower_headers()))
            return
        try:
            size = min(int(self.headers.get("Content-Length", "0")), MAX_SCRIPT_BYTES)
            self.server.simulator.control(json.loads(self.rfile.read(size)))
        except (KeyError, TypeError, ValueError) as error:
            self._send(Reply(400, {"error": f"{type(error).__name__}: {error}"}))
            return
        self._send(Reply(body={"ok": True}))

    def _lower_headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _send(self, reply: Reply) -> None:
        simulator = self.server.simulator
        self.close_connection = True  # a response may be broken on purpose
        send(self.connection, reply, simulator.stopping, simulator.now)

    def log_message(self, *_: object) -> None:
        """Print nothing; tests read ``requests``."""
