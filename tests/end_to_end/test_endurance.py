"""Tests large and slow responses, redirects, TLS, proxies and IPv6, and that restarts respect the budget."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.present.messages.phrases import more_limits
from tests.sentences import title
from tests.simulator import Simulator
from tests.simulator.script import Fault, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.end_to_end.person import Person

UNAVAILABLE = 69
TLS = Path(__file__).parents[1] / "fixtures/tls"


def records(person: Person) -> list[dict[str, Any]]:
    """Return the records that `requests --json` prints."""
    done = person.run("requests", "--json")
    listed: list[dict[str, Any]] = json.loads(done.stdout)["requests"]
    return listed


def plenty(name: str) -> Reply:
    """Return a valid response with 10,000 unknown keys and 1,000 more limits, whose names end in ``name``."""
    limits = [
        {
            "kind": "weekly_scoped",
            "percent": 1 + number % 90,
            "scope": {"model": {"display_name": f"{number}{name}"}},
        }
        for number in range(1000)
    ]
    unknown = {f"velvet_{number}": {"lantern": number} for number in range(10_000)}
    return Reply(body={"five_hour": {"utilization": 42.0, "resets_at": None}, "limits": limits} | unknown)


@pytest.mark.parametrize(
    "name",
    ["", "x" * 1000, "\u202e\u0007\x1b[31m\u200b", "שלום", "e" + "\u0301" * 200, "👩\u200d🚀" * 20],
    ids=["short", "long", "control", "right to left", "accents", "emoji"],
)
def test_a_thousand_limits_and_ten_thousand_keys_lead_to_a_short_report(
    web_user: Person, simulator: Simulator, name: str
) -> None:
    simulator.usage.stand(plenty(name))
    code, report = web_user.read_status()
    assert (code, report["status"]) == (0, "ok")
    assert report["limits"][0]["percent"] == 42.0
    assert len(report["limits"]) == 24
    assert report["limits_left_out"] == 1001 - 24
    assert all(len(limit["label"]) <= 60 for limit in report["limits"])
    assert len(json.dumps(report)) < 64 * 1024
    text = web_user.run("status").stdout
    assert more_limits(989) in text
    assert text.count("\n") < 24
    assert all(char.isprintable() or char in "\n\u200e" for char in text)


def test_a_name_of_a_hundred_kilobytes_is_cut(web_user: Person, simulator: Simulator) -> None:
    scope = {"model": {"display_name": "M" * 100_000}}
    simulator.usage.stand(Reply(body={"limits": [{"kind": "weekly_scoped", "percent": 7, "scope": scope}]}))
    assert web_user.read_status()[1]["limits"][0]["label"] == "M" * 60


def test_a_response_of_http_1_0_without_a_length_is_valid(web_user: Person, simulator: Simulator) -> None:
    body = simulator.account.usage(simulator.now())
    simulator.usage.stand(Reply(body=body, fault=Fault.OLD_HTTP))
    code, report = web_user.read_status()
    assert (code, report["status"], report["limits"][0]["percent"]) == (0, "ok", 81.0)


def test_a_slow_response_and_a_missing_response_time_out(web_user: Person, simulator: Simulator) -> None:
    """The test takes as long as the program's timeouts: 15 s for the next byte, 40 s for the response."""
    web_user.patience_s = 120.0
    with Simulator() as silent:
        silent.account.session_keys = simulator.account.session_keys
        silent.usage.stand(Reply(fault=Fault.HANG))
        simulator.usage.stand(Reply(body={"x": "y" * 10_000}, fault=Fault.SLOW))
        with ThreadPoolExecutor(2) as pool:
            done = list(
                pool.map(
                    lambda server: web_user.run("status", "--json", **server),
                    (simulator.environment(), silent.environment()),
                )
            )
    for command in done:
        report = json.loads(command.stdout)
        assert (command.returncode, report["status"], report["message"]) == (
            UNAVAILABLE,
            "offline",
            title(ErrorCode.TIMED_OUT),
        )
    assert [record["outcome"] for record in records(web_user) if "usage" in record["path"]] == ["offline"] * 2


@pytest.mark.parametrize("where", ["itself", "another host"])
def test_a_redirect_is_not_followed(web_user: Person, simulator: Simulator, where: str) -> None:
    with Simulator() as other:
        base = simulator.base_url if where == "itself" else other.base_url.replace("127.0.0.1", "localhost")
        simulator.usage.stand(Reply(307, "", {"Location": f"{base}/api/organizations"}))
        code, report = web_user.read_status()
        assert other.requests == []
    assert (code, report["status"]) == (UNAVAILABLE, "unreadable")
    assert report["message"] == title(ErrorCode.REDIRECTED)
    assert [request.endpoint for request in simulator.requests] == ["organizations", "usage"]


def test_an_untrusted_certificate_is_explained(web_user: Person) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    with Simulator(tls=context) as server:
        web_user.env |= server.environment()
        code, report = web_user.read_status()
        assert server.requests == []
    assert (code, report["status"]) == (UNAVAILABLE, "offline")
    assert report["message"] == title(ErrorCode.TLS_FAILED)
    assert "date" in report["hint"]


PROXY_PAGE = "<html><title>Blocked</title><body>Your company blocks this site.</body></html>"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (403, title(ErrorCode.PROXY_REFUSED, proxy="{proxy}")),
        (407, title(ErrorCode.PROXY_LOGIN_REFUSED, proxy="{proxy}")),
        (401, title(ErrorCode.PROXY_LOGIN_REFUSED, proxy="{proxy}")),
        (503, title(ErrorCode.PROXY_NOT_CONNECTED, proxy="{proxy}")),
        (200, title(ErrorCode.TLS_FAILED)),
    ],
)
def test_a_proxy_that_responds_with_its_own_page_is_explained(
    web_user: Person, status: int, says: str
) -> None:
    with proxy(f"HTTP/1.1 {status} Whatever\r\n\r\n{PROXY_PAGE}".encode()) as address:
        named = address.replace("//", "//me:secret@")
        web_user.env |= {"CLAUDOMETER_WEB_URL": "https://claude.invalid/api", "HTTPS_PROXY": named}
        code, report = web_user.read_status()
    assert "secret" not in json.dumps(report)
    says = says.replace("{proxy}", address.removeprefix("http://"))
    assert (code, report["status"], report["message"]) == (UNAVAILABLE, "offline", says)
    assert [record["outcome"] for record in records(web_user)] == ["offline"]


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x05", b"\x04\x00"])
def test_a_proxy_that_is_no_socks_proxy_is_explained(web_user: Person, answer: bytes) -> None:
    with proxy(answer) as address:
        named = address.replace("http:", "socks5:")
        web_user.env |= {"CLAUDOMETER_WEB_URL": "https://claude.invalid/api", "ALL_PROXY": named}
        code, report = web_user.read_status()
    assert (code, report["status"]) == (UNAVAILABLE, "offline")
    assert report["message"] == title(ErrorCode.PROXY_FAILED, proxy=address.removeprefix("http://"))
    assert "ALL_PROXY" in report["hint"]


def test_a_bad_proxy_gives_way_to_a_good_one_and_the_log_names_it(web_user: Person) -> None:
    with proxy(b"HTTP/1.1 403 Forbidden\r\n\r\n") as address:
        web_user.env |= {"CLAUDOMETER_WEB_URL": "https://claude.invalid/api"}
        web_user.env |= {"HTTPS_PROXY": "not a proxy", "ALL_PROXY": address}
        _, report = web_user.read_status()
    says = title(ErrorCode.PROXY_REFUSED, proxy=address.removeprefix("http://"))
    assert report["message"] == says  # so it was asked
    (log,) = web_user.state_file.parent.rglob("terminal.log")
    assert "the proxy in HTTPS_PROXY cannot be used" in log.read_text(encoding="utf-8")


@contextmanager
def proxy(answer: bytes) -> Iterator[str]:
    """Run a server that sends ``answer`` to every connection, and yield its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:

        def serve() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                with caller:
                    caller.recv(65536)
                    caller.sendall(answer)
                    # Closed with something unread, the connection would be reset, perhaps before it is read.
                    caller.shutdown(socket.SHUT_WR)
                    with suppress(OSError):
                        while caller.recv(65536):
                            pass

        pool.submit(serve)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)  # ends the thread's accept


RESOLVER = """
import socket
known = socket.getaddrinfo
def both(host, port, *rest, **more):
    if host not in ("localhost", b"localhost"):
        return known(host, port, *rest, **more)
    kind = (socket.SOCK_STREAM, 6, "")
    return [(socket.AF_INET6, *kind, ("::1", port, 0, 0)), (socket.AF_INET, *kind, ("127.0.0.1", port))]
socket.getaddrinfo = both
"""
"""Makes localhost resolve to two addresses, of which the first one, ::1, does not respond."""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops connections when the queue is full")
def test_an_ipv6_address_that_does_not_respond_costs_little_time(
    web_user: Person, simulator: Simulator, tmp_path: Path
) -> None:
    port = int(simulator.base_url.rpartition(":")[2])
    with black_hole(port):
        (tmp_path / "sitecustomize.py").write_text(RESOLVER, encoding="utf-8")
        web_user.env |= {
            "PYTHONPATH": str(tmp_path),
            "CLAUDOMETER_WEB_URL": f"http://localhost:{port}/api",
        }
        code, report = web_user.read_status()
    assert (code, report["status"]) == (0, "ok")
    # Less than the connect timeout of 10 s, since the second address is tried after a quarter of a second.
    assert all(record["duration_s"] < 8 for record in records(web_user))


@contextmanager
def black_hole(port: int) -> Iterator[None]:
    """Make connections to ``::1`` hang: the accept queue of the port is full and never emptied."""
    try:
        listener = socket.create_server(("::1", port), family=socket.AF_INET6, backlog=0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    waiting = [socket.socket(socket.AF_INET6) for _ in range(4)]
    with listener:
        for connection in waiting:
            connection.setblocking(False)
            connection.connect_ex(("::1", port))
        yield
        for connection in waiting:
            connection.close()


def test_fifty_starts_in_a_row_stay_within_the_budget(cli_user: Person, simulator: Simulator) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda _: cli_user.run("status").returncode, range(50)))
    refilled = (time.monotonic() - began) / OAUTH_BUDGET.refill_s
    assert set(codes) == {0}
    assert OAUTH_BUDGET.capacity <= len(simulator.requests) <= OAUTH_BUDGET.capacity + refilled
