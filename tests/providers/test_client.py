"""Every request is recorded: its path template, outcome and reason, and no secret."""

from __future__ import annotations

import ast
import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import claudometer
from claudometer.domain.ledger import RequestRecord, encode_record
from claudometer.domain.next_poll import Cause, Reason
from claudometer.domain.secret import Secret
from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.claude.oauth import OAuthSource
from claudometer.providers.claude.web import WebSource
from claudometer.providers.client import Client, Request
from tests import canary
from tests.clocks import FakeClock
from tests.providers.ledger import Ledger, client_at
from tests.simulator import Simulator, Token
from tests.simulator.account import CHAT_ORGANIZATION, SESSION_KEY, write_login
from tests.simulator.script import Fault, Reply
from tests.waiting import until

if TYPE_CHECKING:
    from claudometer.domain.next_poll import Why
    from claudometer.providers.base import UsageSource

OAUTH_PATH = "/api/oauth/usage"
LIST_PATH = "/api/organizations"
WEB_PATH = "/api/organizations/{id}/usage"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def cli(simulator: Simulator, tmp_path: Path, ledger: Ledger) -> OAuthSource:
    write_login(tmp_path)
    clock = FakeClock(datetime.now(UTC))
    login = LoginReader(lambda: tmp_path, keychain=None)
    return OAuthSource(client=client_at(simulator.oauth_url, clock, ledger), login=login, clock=clock)


def web(simulator: Simulator, ledger: Ledger, key: str = SESSION_KEY, *, fresh: bool = False) -> WebSource:
    async def read_key() -> Secret:
        return Secret(key)

    clock = FakeClock(datetime.now(UTC))
    return WebSource(
        client=client_at(simulator.web_url, clock, ledger),
        session_key=read_key,
        organization_id=lambda: None,
        clock=clock,
        fresh_key=fresh,
    )


def fetch(source: UsageSource, why: Why = Reason.INTERVAL) -> None:
    asyncio.run(source.fetch(why))


def send(client: Client) -> None:
    asyncio.run(client.send(Request("usage", "usage", lambda response: response.status), {}, Reason.INTERVAL))


def shape(ledger: Ledger) -> list[tuple[str, str, int | None]]:
    return [(record.path, record.outcome, record.http_status) for record in ledger.records]


def test_a_request_is_recorded_with_host_template_outcome_and_reason(
    cli: OAuthSource, ledger: Ledger
) -> None:
    fetch(cli, Cause.CLICK)
    (record,) = ledger.records
    assert record == RequestRecord(record.at, "127.0.0.1", OAUTH_PATH, "ok", 200, 0.0, "click")
    assert record.at.tzinfo is UTC


def test_the_request_for_organizations_is_recorded_and_no_path_contains_an_id(
    simulator: Simulator, ledger: Ledger
) -> None:
    fetch(web(simulator, ledger))
    assert shape(ledger) == [(LIST_PATH, "ok", 200), (WEB_PATH, "ok", 200)]
    assert CHAT_ORGANIZATION.encode() not in b"".join(map(encode_record, ledger.records))


@pytest.mark.parametrize(
    ("scenario", "outcome", "status"),
    [
        ("normal", "ok", 200),
        ("expired", "unauthorized", 401),
        ("revoked", "unauthorized", 403),
        ("no_scope", "unauthorized", 403),
        ("identity_check", "server_error", 403),
        ("region_block", "server_error", 403),
        ("forbidden", "server_error", 403),
        ("challenge", "challenged", 403),
        ("portal", "challenged", 200),
        ("portal_redirect", "challenged", 302),
        ("redirect", "unreadable", 302),
        ("rate_limited", "rate_limited", 429),
        ("not_found", "server_error", 404),
        ("overloaded", "server_error", 529),
        ("server_error", "server_error", 500),
        ("bad_gateway", "server_error", 502),
        ("not_json", "unreadable", 200),
        ("drop", "offline", None),
        ("reset", "offline", None),
        ("short", "offline", None),
        ("garbage", "offline", None),
        ("bomb", "unreadable", None),
        ("endless", "unreadable", None),
    ],
)
def test_each_kind_of_response_is_recorded_under_its_own_name(
    simulator: Simulator, cli: OAuthSource, ledger: Ledger, scenario: str, outcome: str, status: int | None
) -> None:
    simulator.play(scenario)
    fetch(cli)
    assert shape(ledger)[0] == (OAUTH_PATH, outcome, status)


def test_the_servers_retry_after_is_recorded(simulator: Simulator, cli: OAuthSource, ledger: Ledger) -> None:
    simulator.play("rate_limited_hour")
    fetch(cli)
    assert [record.retry_after_s for record in ledger.records] == [3600.0]


def test_a_refused_request_and_the_one_with_the_renewed_login_are_both_recorded(
    simulator: Simulator, cli: OAuthSource, ledger: Ledger, tmp_path: Path
) -> None:
    renewed = "sk-ant-oat01-simulated-renewed-token"
    simulator.account.tokens = {renewed: Token()}

    arrives = simulator.oauth.hold(Reply(401, {"error": {"message": "no"}}))

    async def scenario() -> None:
        fetching = asyncio.create_task(cli.fetch(Reason.QUIET))
        await until(lambda: simulator.requests)
        write_login(tmp_path, renewed)
        arrives.set()
        await fetching
        await cli.fetch(Reason.QUIET)

    asyncio.run(scenario())
    assert [(record.http_status, record.reason) for record in ledger.records] == [
        (401, Reason.QUIET),
        (200, Reason.QUIET),
    ]


def test_each_attempt_with_a_key_just_pasted_is_recorded(simulator: Simulator, ledger: Ledger) -> None:
    simulator.organizations.answer(401, {"error": {"message": "Invalid session."}})
    fetch(web(simulator, ledger, fresh=True), Cause.SAVING)
    assert [record.http_status for record in ledger.records] == [401, 200, 200]
    assert {record.reason for record in ledger.records} == {Cause.SAVING}


def test_a_canceled_request_is_recorded(simulator: Simulator, cli: OAuthSource, ledger: Ledger) -> None:
    simulator.oauth.stand(Reply(body={}, fault=Fault.HANG))

    async def scenario() -> None:
        fetching = asyncio.create_task(cli.fetch(Reason.INTERVAL))
        await until(lambda: simulator.requests)
        fetching.cancel()
        with suppress(asyncio.CancelledError):
            await fetching

    asyncio.run(scenario())
    assert shape(ledger) == [(OAUTH_PATH, "unfinished", None)]


def test_a_request_that_is_never_sent_is_not_recorded(ledger: Ledger) -> None:
    send(client_at("http://example.com/api", FakeClock(), ledger))
    assert ledger.records == []


def test_a_request_that_found_no_usable_proxy_is_not_recorded(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "not a proxy")
    send(client_at("https://example.com/api", FakeClock(), ledger))
    assert ledger.records == []


@pytest.mark.parametrize("base", ["/s3cr3t-tok3n/api", "/averyveryverylongword", "/Api%20Key"])
def test_a_base_path_that_may_contain_something_private_is_left_out(
    simulator: Simulator, ledger: Ledger, base: str
) -> None:
    send(client_at(simulator.base_url + base, FakeClock(), ledger))
    assert [record.path for record in ledger.records] == ["/…/usage"]


def test_no_record_contains_a_secret_whatever_the_server_sends(
    simulator: Simulator, tmp_path: Path, ledger: Ledger
) -> None:
    write_login(tmp_path, canary.ACCESS_TOKEN)
    clock = FakeClock(datetime.now(UTC))
    login = LoginReader(lambda: tmp_path, keychain=None)
    cli = OAuthSource(client=client_at(simulator.oauth_url, clock, ledger), login=login, clock=clock)
    for secret, source in (
        (canary.ACCESS_TOKEN, cli),
        (canary.SESSION_KEY, web(simulator, ledger, canary.SESSION_KEY)),
    ):
        for reply in (*canary.refusals(secret), *canary.faults()):
            simulator.oauth.stand(reply)
            simulator.organizations.stand(reply)
            fetch(source)
    lines = b"".join(map(encode_record, ledger.records)).decode()
    assert len(ledger.records) >= 28
    assert canary.secrets_in(lines) == []


def test_no_other_module_can_send_an_unrecorded_request() -> None:
    package = Path(claudometer.__path__[0])
    names = {"Exchange", "Transport"}
    makers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
        if (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) in names
    }
    assert makers == {"providers/client.py"}
