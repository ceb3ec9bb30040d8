"""CLI mode, from a login on disk to a reading, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Reason
from claudometer.domain.outcome import (
    Challenged,
    Fetched,
    MissingCredentials,
    Offline,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreadable,
)
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.usage import Account, AccountId, Mode, Money, Source
from claudometer.providers.claude.keychain import Keychain
from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.claude.oauth import OAuthSource
from tests.clocks import FakeClock
from tests.fixtures import FORMS, load_body
from tests.providers.ledger import client_at
from tests.simulator import ACCESS_TOKEN, Fault, Reply, Simulator, Token, bodies
from tests.simulator.account import CHAT_ORGANIZATION, write_login
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.outcome import Outcome

RENEWED = "sk-ant-oat01-simulated-renewed-token"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def source(simulator: Simulator, tmp_path: Path, clock: FakeClock) -> OAuthSource:
    write_login(tmp_path)
    login = LoginReader(lambda: tmp_path, keychain=None)
    return OAuthSource(client=client_at(simulator.oauth_url, clock), login=login, clock=clock)


def fetch(source: OAuthSource) -> Outcome:
    return asyncio.run(source.fetch(Reason.INTERVAL))


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_a_login_gives_a_reading(source: OAuthSource, simulator: Simulator, clock: FakeClock) -> None:
    outcome = fetch(source)
    assert isinstance(outcome, Fetched)
    reading = outcome.reading
    assert reading.account == Account(
        AccountId(CHAT_ORGANIZATION),
        Mode.CLI,
        CHAT_ORGANIZATION,
        plan="Max 5x",
        tier="default_claude_max_5x",
    )
    assert (reading.source, reading.fetched_at) == (Source.OAUTH, clock.now())
    assert [(limit.id, limit.percent) for limit in reading.limits] == [
        ("session", 81.0),
        ("weekly", 28.6),
        ("weekly:fable", 66.0),
    ]
    assert all(limit.resets_at and limit.resets_at > clock.now() for limit in reading.limits)
    assert reading.spend is not None
    assert reading.spend.used == Money(1234, 2, "EUR")
    assert outcome.organizations == ()


def test_the_request_has_the_expected_headers_and_our_own_name(
    source: OAuthSource, simulator: Simulator
) -> None:
    fetch(source)
    (request,) = simulator.requests
    assert (request.method, request.path, request.credential) == ("GET", "/api/oauth/usage", "known")
    assert (request.beta, request.accept) == ("oauth-2025-04-20", "application/json")
    assert request.user_agent is not None
    assert request.user_agent.startswith("claudometer/")
    assert request.cookie_names == ()


def test_the_endpoint_has_a_budget(source: OAuthSource) -> None:
    assert source.budget == OAUTH_BUDGET


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_body_is_read(
    source: OAuthSource, simulator: Simulator, clock: FakeClock, form: str
) -> None:
    simulator.oauth.answer(200, load_body(form, now=clock.now()))
    assert isinstance(fetch(source), Fetched)


def test_the_account_is_identified_without_a_request(source: OAuthSource, simulator: Simulator) -> None:
    assert asyncio.run(source.identify()) == AccountId(CHAT_ORGANIZATION)
    assert simulator.requests == []


def test_a_login_without_an_organization_is_identified_by_its_folder(
    simulator: Simulator, tmp_path: Path, clock: FakeClock
) -> None:
    names = []
    for folder in (tmp_path / "one", tmp_path / "two", tmp_path / "one"):
        folder.mkdir(exist_ok=True)
        content = '{"claudeAiOauth": {"accessToken": "' + ACCESS_TOKEN + '"}}'
        (folder / ".credentials.json").write_text(content, encoding="utf-8")
        login = LoginReader(lambda folder=folder: folder, keychain=None)  # type: ignore[misc]
        source = OAuthSource(client=client_at(simulator.oauth_url, clock), login=login, clock=clock)
        names.append(asyncio.run(source.identify()))
    assert names[0] == names[2] != names[1]


def test_an_expired_login_sends_nothing(
    source: OAuthSource, simulator: Simulator, tmp_path: Path, clock: FakeClock
) -> None:
    write_login(tmp_path, expiresAt=milliseconds(clock.now() - timedelta(seconds=1)))
    resting = Unauthorized(ErrorCode.LOGIN_RESTING)
    assert asyncio.run(source.identify()) == resting
    assert fetch(source) == resting
    assert simulator.requests == []


def test_an_expired_login_from_the_keychain_is_read_again_before_it_counts(
    simulator: Simulator, tmp_path: Path, clock: FakeClock
) -> None:
    item = write_login(tmp_path / "item", expiresAt=milliseconds(clock.now() + timedelta(minutes=1)))
    program = tmp_path / "security"
    program.write_text(f'#!/bin/sh\ncat "{item}"\n', encoding="utf-8")
    program.chmod(0o700)
    login = LoginReader(lambda: tmp_path / "none", keychain=Keychain(str(program)))
    source = OAuthSource(client=client_at(simulator.oauth_url, clock), login=login, clock=clock)
    assert isinstance(fetch(source), Fetched)
    clock.advance(120)
    assert fetch(source) == Unauthorized(ErrorCode.LOGIN_RESTING)
    write_login(tmp_path / "item", expiresAt=milliseconds(clock.now() + timedelta(hours=8)))
    assert isinstance(fetch(source), Fetched)


def test_a_login_without_an_expiry_is_tried(source: OAuthSource, tmp_path: Path) -> None:
    write_login(tmp_path, expiresAt=None)
    assert isinstance(fetch(source), Fetched)


def test_a_login_that_may_not_read_usage_sends_nothing(
    source: OAuthSource, simulator: Simulator, tmp_path: Path
) -> None:
    write_login(tmp_path, scopes=["user:inference"])
    assert asyncio.run(source.identify()) == Unauthorized(ErrorCode.LOGIN_SCOPE_MISSING)
    assert fetch(source) == Unauthorized(ErrorCode.LOGIN_SCOPE_MISSING)
    assert simulator.requests == []


def test_a_login_of_unknown_scopes_is_tried_and_the_server_decides(
    source: OAuthSource, simulator: Simulator, tmp_path: Path
) -> None:
    write_login(tmp_path, scopes=[])
    simulator.account.tokens[ACCESS_TOKEN] = Token(scopes=("user:inference",))
    assert fetch(source) == Unauthorized(ErrorCode.LOGIN_SCOPE_MISSING)
    assert len(simulator.requests) == 1


@pytest.mark.parametrize("retry_after", [None, "0", "3600"])
def test_a_429_from_the_edge_for_a_login_of_unknown_scopes_may_mean_that_it_cannot_show_usage(
    source: OAuthSource, simulator: Simulator, tmp_path: Path, retry_after: str | None
) -> None:
    write_login(tmp_path, scopes=[])
    edge, own = bodies.rate_limit(retry_after, at_edge=True), bodies.rate_limit(retry_after)
    simulator.oauth.answer(edge.status, edge.body, headers=edge.headers)
    doubted = fetch(source)
    assert doubted == Unauthorized(ErrorCode.LOGIN_MAY_LACK_SCOPE)
    assert isinstance(doubted, Unauthorized)
    assert doubted.account == CHAT_ORGANIZATION
    simulator.oauth.answer(own.status, own.body, headers=own.headers)
    assert isinstance(fetch(source), RateLimited)


def test_a_429_from_the_edge_is_a_rate_limit_for_a_login_that_can_show_usage(
    source: OAuthSource, simulator: Simulator, tmp_path: Path
) -> None:
    edge = bodies.rate_limit("60", at_edge=True)
    simulator.oauth.answer(edge.status, edge.body, headers=edge.headers)
    assert fetch(source) == RateLimited(60.0)  # its scopes are known
    write_login(tmp_path, scopes=[])
    assert isinstance(fetch(source), Fetched)
    simulator.oauth.answer(edge.status, edge.body, headers=edge.headers)
    refused = fetch(source)  # it has shown usage before
    assert isinstance(refused, RateLimited)
    assert refused.at_edge


def test_no_login_sends_nothing(simulator: Simulator, tmp_path: Path, clock: FakeClock) -> None:
    login = LoginReader(lambda: tmp_path / "none", keychain=None)
    source = OAuthSource(client=client_at(simulator.oauth_url, clock), login=login, clock=clock)
    assert fetch(source) == MissingCredentials(ErrorCode.LOGIN_MISSING)
    assert simulator.requests == []


def test_a_refused_login_sends_one_request(source: OAuthSource, simulator: Simulator) -> None:
    simulator.account.tokens.clear()
    assert fetch(source) == Unauthorized(ErrorCode.LOGIN_REJECTED)
    assert len(simulator.requests) == 1


def test_a_refusal_states_that_the_login_was_renewed_meanwhile_and_sends_no_second_request(
    source: OAuthSource, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.account.tokens = {RENEWED: Token()}
    arrives = simulator.oauth.hold(bodies.EXPIRED)

    async def story() -> Outcome:
        fetching = asyncio.create_task(source.fetch(Reason.INTERVAL))
        await until(lambda: simulator.requests)
        write_login(tmp_path, RENEWED)
        arrives.set()
        return await fetching

    assert asyncio.run(story()) == Unauthorized(ErrorCode.LOGIN_REJECTED, superseded=True)
    assert [request.status for request in simulator.requests] == [401]
    assert isinstance(fetch(source), Fetched)


def test_an_unusable_login_still_states_its_account(
    source: OAuthSource, simulator: Simulator, tmp_path: Path, clock: FakeClock
) -> None:
    write_login(tmp_path, expiresAt=milliseconds(clock.now() - timedelta(seconds=1)))
    resting = asyncio.run(source.identify())
    write_login(tmp_path, scopes=["user:inference"])
    scopeless = asyncio.run(source.identify())
    write_login(tmp_path)
    simulator.account.tokens.clear()
    for refused in (resting, scopeless, fetch(source)):
        assert isinstance(refused, Unauthorized)
        assert refused.account == CHAT_ORGANIZATION


def test_logins_without_an_organization_are_distinguished_by_their_plan(
    source: OAuthSource, tmp_path: Path
) -> None:
    names = []
    for tier in ("default_claude_max_5x", "default_claude_max_20x", "default_claude_max_5x"):
        path = write_login(tmp_path, rateLimitTier=tier)
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({"claudeAiOauth": content["claudeAiOauth"]}), encoding="utf-8")
        names.append(asyncio.run(source.identify()))
    assert names[0] == names[2] != names[1]


def test_a_revoked_login_has_its_own_code(source: OAuthSource, simulator: Simulator) -> None:
    simulator.account.tokens[ACCESS_TOKEN] = Token(revoked=True)
    assert fetch(source) == Unauthorized(ErrorCode.LOGIN_REVOKED)


def test_a_rate_limit_for_a_token_expired_by_the_servers_clock_is_an_expired_login(
    source: OAuthSource, simulator: Simulator, tmp_path: Path, clock: FakeClock
) -> None:
    ends = clock.now() + timedelta(minutes=5)
    write_login(tmp_path, expiresAt=milliseconds(ends))
    date = {"Date": format_datetime(ends + timedelta(minutes=1), usegmt=True)}
    for reply in (bodies.rate_limit("300"), bodies.EXPIRED):
        simulator.oauth.answer(reply.status, reply.body, headers={**reply.headers, **date})
        assert fetch(source) == Unauthorized(ErrorCode.LOGIN_RESTING)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (bodies.rate_limit("3037.5"), RateLimited(3037.5)),
        (bodies.rate_limit("0"), RateLimited(0.0)),
        (bodies.rate_limit(None), RateLimited(None)),
        (bodies.OVERLOADED, ServerError(529, ErrorCode.OVERLOADED)),
        (bodies.SERVER_ERROR, ServerError(500)),
        (bodies.NOT_FOUND, ServerError(404, ErrorCode.NOT_FOUND)),
        (bodies.OTHER_REFUSAL, ServerError(403, ErrorCode.FORBIDDEN)),
        (bodies.CHALLENGE, Challenged(ErrorCode.LOGIN_CHALLENGED)),
        (bodies.PORTAL, Challenged(ErrorCode.CAPTIVE_PORTAL)),
        (bodies.REGION_REDIRECT, ServerError(302, ErrorCode.REGION_BLOCKED)),
        (bodies.LOGIN_REDIRECT, Unreadable(ErrorCode.REDIRECTED)),
        (Reply(body={}), Unreadable(ErrorCode.NO_NUMBERS)),
        (Reply(body="ok"), Unreadable(ErrorCode.NOT_JSON)),
        (Reply(fault=Fault.DROP), Offline(ErrorCode.CONNECTION_BROKEN)),
        (Reply(body={"a": "b" * 99}, fault=Fault.SHORT), Offline(ErrorCode.CONNECTION_BROKEN)),
        (Reply(fault=Fault.BOMB), Unreadable(ErrorCode.TOO_LARGE)),
    ],
)
def test_every_refusal_is_a_value(
    source: OAuthSource, simulator: Simulator, reply: Reply, expected: Outcome
) -> None:
    simulator.oauth.stand(reply)
    assert fetch(source) == expected
    assert len(simulator.requests) == 1


def test_the_stamp_follows_the_file(source: OAuthSource, tmp_path: Path) -> None:
    before = asyncio.run(source.credentials_stamp())
    write_login(tmp_path, RENEWED)
    assert asyncio.run(source.credentials_stamp()) != before
