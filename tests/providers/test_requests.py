"""What is sent to the real addresses, header by header, and the outcome of every way httpx can fail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Reason
from claudometer.domain.outcome import Fetched, Offline, Unreadable
from claudometer.domain.secret import Secret
from claudometer.domain.usage import Mode
from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.direct_transport import DirectTransport
from claudometer.providers.registry import SourcesConfig, sources_for
from claudometer.providers.transport import user_agent
from tests.clocks import FakeClock
from tests.fixtures import load_body
from tests.providers.ledger import Ledger
from tests.simulator import ACCESS_TOKEN, SESSION_KEY
from tests.simulator.account import CHAT_ORGANIZATION, HOME, write_login

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpx import HTTPXMock

    from claudometer.providers.base import UsageSource

LIST_URL = "https://claude.ai/api/organizations"
WEB_USAGE_URL = f"https://claude.ai/api/organizations/{CHAT_ORGANIZATION}/usage"
OAUTH_USAGE_URL = "https://api.anthropic.com/api/oauth/usage"


@pytest.fixture(autouse=True)
def _answered(httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mock answer what goes without a proxy, too; it only knows httpx's own transport."""
    monkeypatch.setattr(
        DirectTransport, "handle_async_request", httpx.AsyncHTTPTransport.handle_async_request
    )


@pytest.fixture
def sources(tmp_path: Path) -> dict[Mode, UsageSource]:
    async def read_key() -> Secret:
        return Secret(SESSION_KEY)

    write_login(tmp_path)
    return sources_for(
        SourcesConfig(
            clock=FakeClock(),
            note=Ledger().note,
            session_key=read_key,
            organization_id=lambda: None,
            login=LoginReader(lambda: tmp_path),
            web_url="https://claude.ai/api",
            oauth_url="https://api.anthropic.com/api/oauth",
        )
    )


def sent(request: httpx.Request) -> dict[str, str]:
    """Return the headers that our code chooses."""
    left_to_httpx = {"host", "connection"}
    return {name: value for name, value in request.headers.items() if name not in left_to_httpx}


OURS = {"user-agent": user_agent(), "accept": "application/json", "accept-encoding": "gzip"}


def test_cli_mode_sends_one_get_with_the_token_and_nothing_else(
    sources: dict[Mode, UsageSource], httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(url=OAUTH_USAGE_URL, json=load_body("c_full"))
    assert isinstance(asyncio.run(sources[Mode.CLI].fetch(Reason.INTERVAL)), Fetched)
    (request,) = httpx_mock.get_requests()
    assert (request.method, request.read()) == ("GET", b"")
    assert sent(request) == OURS | {
        "authorization": f"Bearer {ACCESS_TOKEN}",
        "anthropic-beta": "oauth-2025-04-20",
    }


def test_web_mode_sends_two_gets_with_the_session_key_and_nothing_else(
    sources: dict[Mode, UsageSource], httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(url=LIST_URL, json=[HOME])
    httpx_mock.add_response(url=WEB_USAGE_URL, json=load_body("h_limits_only"))
    assert isinstance(asyncio.run(sources[Mode.WEB].fetch(Reason.INTERVAL)), Fetched)
    requests = httpx_mock.get_requests()
    assert [(request.method, str(request.url), request.read()) for request in requests] == [
        ("GET", LIST_URL, b""),
        ("GET", WEB_USAGE_URL, b""),
    ]
    for request in requests:
        assert sent(request) == OURS | {"cookie": f"sessionKey={SESSION_KEY}"}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectTimeout("slow"), Offline(ErrorCode.TIMED_OUT)),
        (httpx.ReadTimeout("slow"), Offline(ErrorCode.TIMED_OUT)),
        (httpx.PoolTimeout("slow"), Offline(ErrorCode.TIMED_OUT)),
        (httpx.ReadError("broken"), Offline(ErrorCode.CONNECTION_BROKEN)),
        (httpx.WriteError("broken"), Offline(ErrorCode.CONNECTION_BROKEN)),
        (httpx.RemoteProtocolError("broken"), Offline(ErrorCode.CONNECTION_BROKEN)),
        (httpx.ProxyError("refused"), Offline(ErrorCode.PROXY_FAILED)),
        (httpx.DecodingError("odd"), Unreadable(ErrorCode.NOT_JSON)),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("mode", [Mode.CLI, Mode.WEB])
def test_a_failing_network_is_a_value_in_either_mode(
    sources: dict[Mode, UsageSource],
    httpx_mock: HTTPXMock,
    mode: Mode,
    error: Exception,
    expected: Offline | Unreadable,
) -> None:
    httpx_mock.add_exception(error)
    assert asyncio.run(sources[mode].fetch(Reason.INTERVAL)) == expected
