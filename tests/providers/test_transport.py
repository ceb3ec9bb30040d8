"""Requests over real sockets, and every way they can fail."""

from __future__ import annotations

import asyncio
import errno
import gc
import gzip
import logging
import resource
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import tracemalloc
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import truststore

from claudometer.domain.addresses import is_safe_url
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Offline, Unreadable
from claudometer.providers.certificates import make_lean_tls_context, make_tls_context
from claudometer.providers.client import Exchange
from claudometer.providers.proxy_progress import ProxyProgress
from claudometer.providers.reach import NotReached, reach
from claudometer.providers.response import Response, Timeouts
from claudometer.providers.transport import (
    CODES,
    MAX_BODY_BYTES,
    NEVER_RAISED,
    outcome_of,
    user_agent,
)
from tests.providers.socks_proxy import SocksProxy
from tests.simulator import Fault, Reply, Simulator
from tests.simulator.wire import BOMB_BYTES
from tests.waiting import TIMEOUT_S, until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TLS = Path(__file__).parents[1] / "fixtures" / "tls"
CANARY = "sk-ant-oat01-canary-in-transport"
PATIENT = Timeouts(connect_s=20.0, read_s=20.0, total_s=30.0)  # so that a slow machine fails no test
QUICK = Timeouts(connect_s=1.0, read_s=0.4, total_s=1.0)  # for what has to time out
Ended = Response | Offline | Unreadable


def get(url: str, headers: Mapping[str, str] | None = None, *, timeouts: Timeouts = PATIENT) -> Ended:
    return asyncio.run(Exchange(timeouts).get(url, headers or {}))


def served(simulator: Simulator, reply: Reply, *, timeouts: Timeouts = PATIENT) -> Ended:
    simulator.oauth.stand(reply)
    return get(f"{simulator.oauth_url}/usage", timeouts=timeouts)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_response_keeps_the_headers_that_a_decision_needs_and_no_cookie(simulator: Simulator) -> None:
    headers = {"Retry-After": "30", "CF-Mitigated": "challenge", "Set-Cookie": "sessionKey=sk-ant-sid02-x"}
    response = served(simulator, Reply(429, {"a": 1}, headers))
    assert isinstance(response, Response)
    assert (response.status, response.body) == (429, b'{"a": 1}')
    assert {name: value for name, value in response.headers.items() if name != "date"} == {
        "retry-after": "30",
        "cf-mitigated": "challenge",
        "content-type": "application/json",
    }
    assert "sid02" not in repr(response)


def test_the_request_carries_our_own_name_and_accepts_json(simulator: Simulator) -> None:
    get(f"{simulator.oauth_url}/usage", {"X-Extra": "1"})
    (request,) = simulator.requests
    assert request.user_agent == user_agent()
    assert user_agent().startswith("claudometer/0")
    assert request.accept == "application/json"
    assert "x-extra" in request.header_names


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b'{"n": 1}', mtime=0)),
        ("deflate", zlib.compress(b'{"n": 1}')),
        ("identity", b'{"n": 1}'),
        ("GZIP", gzip.compress(b'{"n": 1}', mtime=0)),
    ],
)
def test_a_compressed_body_is_decompressed(simulator: Simulator, encoding: str, packed: bytes) -> None:
    response = served(simulator, Reply(200, packed, {"Content-Encoding": encoding}))
    assert isinstance(response, Response)
    assert response.body == b'{"n": 1}'


@pytest.mark.parametrize(
    ("encoding", "packed", "expected"),
    [
        ("gzip", b"not packed at all", Unreadable(ErrorCode.NOT_JSON)),
        ("br", b"\x0b\x02\x80", Unreadable(ErrorCode.NOT_JSON)),
        ("gzip", gzip.compress(b"x" * 9000, mtime=0)[:-9], Offline(ErrorCode.CONNECTION_BROKEN)),
    ],
)
def test_a_wrongly_compressed_body_is_unreadable(
    simulator: Simulator, encoding: str, packed: bytes, expected: Ended
) -> None:
    assert served(simulator, Reply(200, packed, {"Content-Encoding": encoding})) == expected


def test_bytes_after_the_end_of_a_compressed_body_are_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n"

    async def ask() -> Ended:
        ended = asyncio.Event()

        async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(head + gzip.compress(b'{"n": 1}', mtime=0))
            with suppress(ConnectionError):
                while True:
                    writer.write(b"x" * 1024)
                    await writer.drain()
                    await asyncio.sleep(0.001)
            writer.close()
            ended.set()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            response = await Exchange(PATIENT).get(f"http://127.0.0.1:{port}/", {})
            await asyncio.wait_for(ended.wait(), TIMEOUT_S)
        return response

    response = asyncio.run(ask())
    assert isinstance(response, Response)
    assert response.body == b'{"n": 1}'


def test_a_body_of_two_megabytes_passes_and_one_byte_more_does_not(simulator: Simulator) -> None:
    response = served(simulator, Reply(200, b"x" * MAX_BODY_BYTES))
    assert isinstance(response, Response)
    assert len(response.body) == MAX_BODY_BYTES
    assert served(simulator, Reply(200, b"x" * (MAX_BODY_BYTES + 1))) == Unreadable(ErrorCode.TOO_LARGE)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.DROP, Offline(ErrorCode.CONNECTION_BROKEN)),
        (Fault.RESET, Offline(ErrorCode.CONNECTION_BROKEN)),
        (Fault.SHORT, Offline(ErrorCode.CONNECTION_BROKEN)),
        (Fault.GARBAGE, Offline(ErrorCode.CONNECTION_BROKEN)),
        (Fault.HANG, Offline(ErrorCode.TIMED_OUT)),
        (Fault.SLOW, Offline(ErrorCode.TIMED_OUT)),
        (Fault.ENDLESS, Unreadable(ErrorCode.TOO_LARGE)),
        (Fault.BOMB, Unreadable(ErrorCode.TOO_LARGE)),
    ],
)
def test_a_broken_connection_is_a_value(simulator: Simulator, fault: Fault, expected: Ended) -> None:
    body = {"five_hour": {"utilization": 5.0}, "padding": "x" * 50}
    timeouts = QUICK if expected == Offline(ErrorCode.TIMED_OUT) else PATIENT
    assert served(simulator, Reply(200, body, fault=fault), timeouts=timeouts) == expected


def test_a_decompression_bomb_does_not_fill_memory(simulator: Simulator) -> None:
    served(simulator, Reply(200, {}))  # loads httpx and the certificates before measuring
    tracemalloc.start()
    try:
        served(simulator, Reply(fault=Fault.BOMB))
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 4 * MAX_BODY_BYTES < BOMB_BYTES


@contextmanager
def serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[str]:
    """Serve with this handler, and yield host and port as ``host:port``."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def sending(head: bytes) -> type[socketserver.BaseRequestHandler]:
    """Return a handler that sends the same head to every request."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            # All of the request is read: a socket that is closed with unread data is reset.
            while self.rfile.readline().strip():
                pass
            self.wfile.write(head)

    return Handler


@pytest.mark.parametrize(
    "fields",
    [
        b"Location: https://xn--/\r\n",
        b"Location: /next\r\nSet-Cookie: guest=\xe2\x82\xac\r\n",
    ],
)
def test_a_redirect_that_httpx_cannot_prepare_is_a_value(fields: bytes) -> None:
    with serving(sending(b"HTTP/1.1 302 Found\r\n" + fields + b"Content-Length: 0\r\n\r\n")) as address:
        assert get(f"http://{address}/usage") == Unreadable(ErrorCode.REDIRECTED)
        assert reach(f"http://{address}/usage") == NotReached(ErrorCode.CONNECTION_BROKEN)


def test_a_redirect_is_a_response_and_is_not_followed(simulator: Simulator) -> None:
    simulator.oauth.answer(302, "", headers={"Location": f"{simulator.base_url}/api/organizations"})
    response = get(f"{simulator.oauth_url}/usage")
    assert isinstance(response, Response)
    assert (response.status, response.headers["location"]) == (302, f"{simulator.base_url}/api/organizations")
    assert [request.path for request in simulator.requests] == ["/api/oauth/usage"]


def test_no_cookie_is_carried_from_one_request_to_the_next(simulator: Simulator) -> None:
    async def twice() -> None:
        exchange = Exchange(PATIENT)
        for _ in range(2):
            await exchange.get(f"{simulator.oauth_url}/usage", {})

    simulator.oauth.stand(Reply(200, {}, {"Set-Cookie": "__cf_bm=abc; Path=/"}))
    asyncio.run(twice())
    assert [request.cookie_names for request in simulator.requests] == [(), ()]


def test_a_port_without_a_listener_is_offline() -> None:
    assert get(f"http://127.0.0.1:{free_port()}/usage") == Offline(ErrorCode.OFFLINE)


def test_a_host_name_that_does_not_exist_is_a_dns_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxy(monkeypatch)
    assert get("https://no-such-host.invalid/usage") == Offline(ErrorCode.DNS_FAILED)


def test_a_server_that_does_not_speak_tls_is_a_certificate_problem(simulator: Simulator) -> None:
    url = simulator.oauth_url.replace("http://", "https://")
    assert get(f"{url}/usage") == Offline(ErrorCode.TLS_FAILED)


def test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent(
    tls_simulator: Simulator,
) -> None:
    assert get(f"{tls_simulator.oauth_url}/usage") == Offline(ErrorCode.TLS_FAILED)
    assert tls_simulator.requests == []


def test_an_authority_that_the_system_trusts_is_trusted(
    tls_simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    assert isinstance(get(f"{tls_simulator.oauth_url}/usage"), Response)
    named = tls_simulator.oauth_url.replace("127.0.0.1", "localhost")
    assert isinstance(get(f"{named}/usage"), Response)


def test_certificates_that_node_is_given_are_trusted_as_well(
    tls_simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(TLS / "ca.pem"))
    assert isinstance(get(f"{tls_simulator.oauth_url}/usage"), Response)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/there/is/no/such/file.pem")
    expected = Offline(ErrorCode.TLS_FAILED, "NODE_EXTRA_CA_CERTS")
    assert get(f"{tls_simulator.oauth_url}/usage") == expected


def name_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.delenv(name, raising=False)


def use_folder(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let OpenSSL's default folder of certificates be another one."""
    paths = ssl.get_default_verify_paths()._replace(capath=str(folder))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such folder")
def test_a_certificate_is_read_from_the_systems_folder_when_it_is_needed(
    tls_simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_no_certificates(monkeypatch)
    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(TLS / "ca.pem")]
    digest = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / f"{digest}.0").symlink_to(TLS / "ca.pem")
    use_folder(monkeypatch, tmp_path)
    context = make_lean_tls_context()
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.cert_store_stats()["x509_ca"] == 0
    assert isinstance(get(f"{tls_simulator.oauth_url}/usage"), Response)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such folder")
def test_a_certificate_that_the_folder_lacks_is_found_in_the_file(
    tls_simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_no_certificates(monkeypatch)
    (tmp_path / "00000000.0").touch()
    use_folder(monkeypatch, tmp_path)

    def load_the_file() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=TLS / "ca.pem")

    monkeypatch.setattr("claudometer.providers.transport.make_tls_context", load_the_file)
    assert isinstance(get(f"{tls_simulator.oauth_url}/usage"), Response)
    assert len(tls_simulator.requests) == 1


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"])
def test_certificates_that_a_variable_names_are_loaded(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    name_no_certificates(monkeypatch)
    monkeypatch.setenv(name, str(TLS / "ca.pem"))
    assert make_lean_tls_context() is None


def without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    "proxy",
    [
        "http://127.0.0.1:{port}",
        "socks5://127.0.0.1:{port}",
    ],
)
def test_an_unreachable_proxy_is_a_proxy_failure(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    without_proxy(monkeypatch)
    monkeypatch.setenv("HTTPS_PROXY", proxy.format(port=free_port()))
    outcome = get("https://api.example.org/usage")
    assert outcome == Offline(ErrorCode.PROXY_UNREACHABLE, "HTTPS_PROXY")


@pytest.mark.parametrize(
    "proxy",
    ["no proxy at all", "http://127.0.0.1:99999", "127.0.0.1:99999", "socks4://127.0.0.1:1080", "http://"],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_that_cannot_be_used_is_reported_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    without_proxy(monkeypatch)
    monkeypatch.setenv(variable, proxy)
    assert get("https://api.example.org/usage") == Offline(ErrorCode.PROXY_UNUSABLE, variable)


@pytest.mark.parametrize("speaks_tls", [True, False])
def test_a_proxy_without_a_trusted_certificate_is_to_blame_and_not_claude(
    monkeypatch: pytest.MonkeyPatch, simulator: Simulator, tls_simulator: Simulator, *, speaks_tls: bool
) -> None:
    without_proxy(monkeypatch)
    address = (tls_simulator if speaks_tls else simulator).base_url.partition("://")[2]
    monkeypatch.setenv("HTTPS_PROXY", f"https://{address}")
    outcome = get("https://api.example.org/usage")
    assert outcome == Offline(ErrorCode.PROXY_UNTRUSTED, "HTTPS_PROXY")
    assert isinstance(outcome, Offline)
    assert outcome.proxy == address
    assert reach("https://api.example.org/") == NotReached(ErrorCode.PROXY_UNTRUSTED, "HTTPS_PROXY")


class ConnectProxy(socketserver.BaseRequestHandler):
    """Answers every CONNECT, and passes on what follows to the server at ``target``."""

    target: tuple[str, int]

    def handle(self) -> None:
        self.request.recv(4096)
        self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with socket.create_connection(self.target) as server:
            server.sendall(self.request.recv(65536))
            self.request.sendall(server.recv(65536))


def test_an_untrusted_certificate_behind_a_proxy_is_not_the_proxys(
    monkeypatch: pytest.MonkeyPatch, tls_simulator: Simulator
) -> None:
    without_proxy(monkeypatch)
    host, _, port = tls_simulator.base_url.partition("://")[2].partition(":")
    monkeypatch.setattr(ConnectProxy, "target", (host, int(port)), raising=False)
    with serving(ConnectProxy) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy}")
        assert get("https://api.example.org/usage") == Offline(ErrorCode.TLS_FAILED)
        assert reach("https://api.example.org/") == NotReached(ErrorCode.TLS_FAILED)


class SilentServer(socketserver.BaseRequestHandler):
    """Reads what comes, and answers nothing for longer than the client waits, or hangs up at once."""

    hangs_up = False

    def handle(self) -> None:
        self.request.settimeout(1.5)
        with suppress(TimeoutError):
            while self.request.recv(4096) and not self.hangs_up:
                pass


# httpcore leaves a connection on which TLS did not start to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize(
    ("scheme", "hangs_up", "code"),
    [
        ("http", False, ErrorCode.PROXY_NOT_CONNECTED),
        ("http", True, ErrorCode.PROXY_FAILED),
        ("https", False, ErrorCode.PROXY_UNTRUSTED),
        ("https", True, ErrorCode.PROXY_UNTRUSTED),
    ],
)
def test_what_fails_before_the_proxy_has_opened_the_way_is_the_proxys(
    monkeypatch: pytest.MonkeyPatch, scheme: str, code: ErrorCode, *, hangs_up: bool
) -> None:
    """Such as a SOCKS proxy under an http address: it hangs up at the first byte."""
    without_proxy(monkeypatch)
    monkeypatch.setattr(SilentServer, "hangs_up", hangs_up)
    monkeypatch.setattr("claudometer.providers.reach.TIMEOUT_S", 0.5)
    with serving(SilentServer) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{proxy}")
        timeouts = Timeouts(connect_s=0.5, read_s=0.5, total_s=2)
        assert get("https://api.example.org/usage", timeouts=timeouts) == Offline(code, "HTTPS_PROXY")
        assert reach("https://api.example.org/") == NotReached(code, "HTTPS_PROXY")
        # Also when all of it takes too long.
        slow = get("https://api.example.org/usage", timeouts=Timeouts(connect_s=9, read_s=9, total_s=0.5))
        assert slow == Offline(code, "HTTPS_PROXY")
    gc.collect()  # so that the warning comes in this test


@pytest.mark.parametrize("kind", [httpx.ConnectTimeout, httpx.ReadTimeout])
def test_a_server_that_is_silent_behind_a_proxy_is_not_the_proxys(kind: type[Exception]) -> None:
    progress = ProxyProgress()
    for event in ("connection.connect_tcp.complete", "http11.send_request_body.complete"):
        progress.note(event, {})
    assert outcome_of(kind(""), progress) == Offline(ErrorCode.PROXY_NOT_CONNECTED)
    progress.note("proxy.start_tls.started", {})
    assert outcome_of(kind(""), progress) == Offline(ErrorCode.TIMED_OUT)


@pytest.mark.parametrize(
    ("login", "status", "code"),
    [
        ("", 407, ErrorCode.PROXY_LOGIN_NEEDED),
        ("me:secret@", 407, ErrorCode.PROXY_LOGIN_REFUSED),
        ("me:secret@", 401, ErrorCode.PROXY_LOGIN_REFUSED),
        ("me:secret@", 403, ErrorCode.PROXY_REFUSED),
        ("", 502, ErrorCode.PROXY_NOT_CONNECTED),
        ("me:secret@", 503, ErrorCode.PROXY_NOT_CONNECTED),
        ("", 504, ErrorCode.PROXY_NOT_CONNECTED),
        ("", 404, ErrorCode.PROXY_FAILED),
    ],
)
def test_what_a_proxy_answers_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, login: str, status: int, code: ErrorCode
) -> None:
    without_proxy(monkeypatch)
    refusal = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()
    with serving(sending(refusal)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{login}{proxy}")
        assert get("https://api.example.org/usage") == Offline(code, "HTTPS_PROXY")
        assert reach("https://api.example.org/") == NotReached(code, "HTTPS_PROXY")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("General SOCKS server failure", ErrorCode.PROXY_NOT_CONNECTED),
        ("Network unreachable", ErrorCode.PROXY_NOT_CONNECTED),
        ("Host unreachable", ErrorCode.PROXY_NOT_CONNECTED),
        ("Connection refused", ErrorCode.PROXY_NOT_CONNECTED),
        ("TTL expired", ErrorCode.PROXY_NOT_CONNECTED),
        ("Connection not allowed by ruleset", ErrorCode.PROXY_REFUSED),
        ("Command not supported", ErrorCode.PROXY_FAILED),
    ],
)
def test_what_a_socks_proxy_answers_is_told_apart(words: str, code: ErrorCode) -> None:
    progress = ProxyProgress()
    progress.note("socks.connect_tcp.complete", {})
    error = httpx.ProxyError(f"Proxy Server could not connect: {words}.")
    assert outcome_of(error, progress) == Offline(code)


def test_a_proxy_that_refuses_is_a_proxy_failure(
    monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    without_proxy(monkeypatch)
    # The simulator responds to CONNECT with 501, like a proxy that refuses.
    monkeypatch.setenv("HTTPS_PROXY", simulator.base_url)
    assert get("https://api.example.org/usage") == Offline(ErrorCode.PROXY_FAILED, "HTTPS_PROXY")


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
def test_a_socks_proxy_is_used_and_resolves_the_name_itself(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    without_proxy(monkeypatch)
    with SocksProxy() as proxy:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
        # Behind this proxy nobody speaks TLS: to get so far, the request has gone through it.
        assert get("https://api.example.org/usage") == Offline(ErrorCode.TLS_FAILED)
    assert proxy.destination == ("api.example.org", 443)


def test_requests_to_this_machine_never_use_a_proxy(
    monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    without_proxy(monkeypatch)
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    assert isinstance(get(f"{simulator.oauth_url}/usage"), Response)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://claude.ai/api", True),
        ("http://127.0.0.1:8080/api", True),
        ("http://localhost/api", True),
        ("http://[::1]:9/api", True),
        ("http://claude.ai/api", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://127.0.0.1\\@example.org/", False),
        ("https://someone@claude.ai/api", False),
        ("ftp://127.0.0.1/", False),
        ("https://", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_a_secret_is_sent_only_over_https_or_to_this_machine(url: str, *, safe: bool) -> None:
    assert is_safe_url(url) is safe
    if not safe:
        assert get(url, {"Authorization": CANARY}) == Unreadable(ErrorCode.URL_REFUSED)


def test_canceling_a_request_ends_it_immediately(simulator: Simulator) -> None:
    async def canceled() -> None:
        task = asyncio.create_task(Exchange(Timeouts()).get(f"{simulator.oauth_url}/usage", {}))
        await until(lambda: simulator.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 10)  # less than the client's own timeout

    simulator.oauth.stand(Reply(fault=Fault.HANG))
    asyncio.run(canceled())


def every_exception() -> list[type[Exception]]:
    exported = (getattr(httpx, name) for name in dir(httpx))
    return [each for each in exported if isinstance(each, type) and issubclass(each, Exception)]


@pytest.mark.parametrize("kind", every_exception(), ids=lambda kind: kind.__name__)
def test_every_httpx_exception_has_an_outcome_or_a_reason_not_to_be_caught(kind: type[Exception]) -> None:
    covered = [known for known in kind.__mro__ if known in CODES or known in NEVER_RAISED]
    # The two abstract base classes have no outcome of their own.
    assert covered or kind in {httpx.HTTPError, httpx.RequestError, httpx.TransportError}


MAPPED = [kind for kind in every_exception() if issubclass(kind, tuple(CODES))]


@pytest.mark.parametrize("kind", MAPPED, ids=lambda kind: kind.__name__)
def test_a_mapped_exception_becomes_a_value_without_its_text(kind: type[Exception]) -> None:
    outcome = outcome_of(kind(f"header {CANARY}"))
    assert isinstance(outcome, Offline | Unreadable)
    assert CANARY not in repr(outcome)


def test_a_refused_connection_to_a_proxy_is_a_proxy_failure() -> None:
    outcome = outcome_of(httpx.ConnectError("refused"), ProxyProgress())
    assert outcome == Offline(ErrorCode.PROXY_UNREACHABLE)


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (ssl.SSLCertVerificationError("self-signed"), ErrorCode.TLS_FAILED),
        (socket.gaierror(-2, "Name or service not known"), ErrorCode.DNS_FAILED),
        (ConnectionRefusedError(111, "refused"), ErrorCode.OFFLINE),
        (OSError(101, "Network is unreachable"), ErrorCode.OFFLINE),
        (OSError(errno.EMFILE, "Too many open files"), ErrorCode.TOO_MANY_FILES),
        (OSError(errno.ENFILE, "Too many open files"), ErrorCode.TOO_MANY_FILES),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), ErrorCode.OUT_OF_MEMORY),
        (PermissionError(errno.EPERM, "Operation not permitted"), ErrorCode.NETWORK_DENIED),
        (PermissionError(errno.EACCES, "Permission denied"), ErrorCode.NETWORK_DENIED),
        (
            ExceptionGroup(
                "all addresses", [OSError(101, "unreachable"), PermissionError(errno.EPERM, "no")]
            ),
            ErrorCode.NETWORK_DENIED,
        ),
    ],
)
def test_the_cause_of_a_failed_connection_decides_its_code(cause: Exception, code: ErrorCode) -> None:
    middle = OSError("All connection attempts failed")
    middle.__cause__ = cause
    error = httpx.ConnectError("failed")
    error.__context__ = middle
    assert outcome_of(error) == Offline(code)


def test_the_certificates_of_the_system_are_trusted_and_checked() -> None:
    context = make_tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_where_openssl_finds_no_certificates_truststore_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    context = make_tls_context()
    assert isinstance(context, truststore.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_no_part_of_a_request_is_logged(simulator: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    simulator.oauth.stand(Reply(200, {}, {"Set-Cookie": f"sessionKey={CANARY}"}))
    assert isinstance(get(f"{simulator.oauth_url}/usage", {"Authorization": f"Bearer {CANARY}"}), Response)
    assert CANARY not in caplog.text


def test_only_the_named_cookie_is_kept_and_no_repr_shows_it(simulator: Simulator) -> None:
    lines = ("theme=dark", f"key={CANARY}-1; Path=/", f"keyring={CANARY}", f"key={CANARY}-2")
    simulator.oauth.stand(Reply(body={}, cookies=lines))
    url = f"{simulator.oauth_url}/usage"
    response = asyncio.run(Exchange(PATIENT).get(url, {}, cookie="key"))
    assert isinstance(response, Response)
    assert [line.reveal() for line in response.cookies] == [lines[1], lines[3]]
    assert CANARY not in repr(response)
    plain = get(url)
    assert isinstance(plain, Response)
    assert plain.cookies == ()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (OSError(errno.EMFILE, "Too many open files"), ErrorCode.TOO_MANY_FILES),
        (OSError(errno.EIO, "Input/output error"), ErrorCode.CLIENT_UNLOADED),
        (PermissionError(errno.EACCES, "Permission denied"), ErrorCode.CLIENT_UNLOADED),
        (TimeoutError(errno.ETIMEDOUT, "the disk does not respond"), ErrorCode.CLIENT_UNLOADED),
    ],
)
def test_a_client_that_cannot_be_loaded_is_no_fault_of_the_network(
    monkeypatch: pytest.MonkeyPatch, simulator: Simulator, fault: OSError, code: ErrorCode
) -> None:
    def fail() -> ssl.SSLContext:
        raise fault

    for name in ("make_tls_context", "make_lean_tls_context"):
        monkeypatch.setattr(f"claudometer.providers.transport.{name}", fail)
    assert get(f"{simulator.oauth_url}/usage") == Offline(code)
    assert simulator.requests == []


def test_no_file_left_to_open_is_no_fault_of_the_network(simulator: Simulator) -> None:
    async def ask() -> Ended:
        exchange = Exchange(PATIENT)
        assert isinstance(await exchange.get(f"{simulator.oauth_url}/usage", {}), Response)
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))  # 0 would end a server that polls
        try:
            return await exchange.get(f"{simulator.oauth_url}/usage", {})
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert asyncio.run(ask()) == Offline(ErrorCode.TOO_MANY_FILES)
