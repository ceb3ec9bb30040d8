"""Web mode, from a session key to a reading, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Reason
from claudometer.domain.outcome import (
    Challenged,
    Fetched,
    MissingCredentials,
    RateLimited,
    ServerError,
    Unauthorized,
)
from claudometer.domain.secret import Secret
from claudometer.domain.usage import Account, AccountId, Mode, Source
from claudometer.providers.claude.web import FRESH_KEY_RETRY_DELAYS_S, WebSource
from claudometer.providers.client import Result, send_with_retries
from claudometer.providers.response import Response
from tests.clocks import FakeClock
from tests.providers.ledger import client_at
from tests.simulator import SESSION_KEY, Reply, Simulator, bodies
from tests.simulator.account import (
    API_ORGANIZATION,
    CHAT_ORGANIZATION,
    CONSOLE,
    HOME,
    TEAM,
    TEAM_ORGANIZATION,
    organization,
)

if TYPE_CHECKING:
    from claudometer.domain.outcome import Outcome


@dataclass
class User:
    """The user's settings, which tests change as the settings window would."""

    key: Secret | MissingCredentials = field(default_factory=lambda: Secret(SESSION_KEY))
    organization_id: str | None = None

    async def read_key(self) -> Secret | MissingCredentials:
        return self.key


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def user() -> User:
    return User()


Make = Callable[..., WebSource]


@pytest.fixture
def make(simulator: Simulator, user: User, clock: FakeClock) -> Make:
    def build(*, fresh_key: bool = False) -> WebSource:
        return WebSource(
            client=client_at(simulator.web_url, clock),
            session_key=user.read_key,
            organization_id=lambda: user.organization_id,
            clock=clock,
            fresh_key=fresh_key,
        )

    return build


@pytest.fixture
def source(make: Make) -> WebSource:
    return make()


def fetch(source: WebSource) -> Outcome:
    return asyncio.run(source.fetch(Reason.INTERVAL))


def chosen(outcome: Outcome) -> str | None:
    assert isinstance(outcome, Fetched), outcome
    return outcome.reading.account.organization_id


def paths(simulator: Simulator) -> list[str]:
    return [request.path.removeprefix("/api/organizations") for request in simulator.requests]


def test_a_key_gives_a_reading_of_the_organization_with_chat(source: WebSource, clock: FakeClock) -> None:
    outcome = fetch(source)
    assert isinstance(outcome, Fetched)
    named = asyncio.run(source.identify())
    assert isinstance(named, str)
    account = Account(
        AccountId(named), Mode.WEB, CHAT_ORGANIZATION, "Example Home", "Max 5x", "default_claude_max_5x"
    )
    assert outcome.reading.account == account
    assert (outcome.reading.source, outcome.reading.fetched_at) == (Source.WEB, clock.now())
    assert outcome.reading.limits[0].percent == 81.0
    assert [each.id for each in outcome.organizations] == [API_ORGANIZATION, CHAT_ORGANIZATION]


def test_the_session_key_is_the_only_cookie(source: WebSource, simulator: Simulator) -> None:
    simulator.organizations.answer(200, [HOME], headers={"Set-Cookie": "__cf_bm=abc; Path=/"})
    fetch(source)
    assert [request.cookie_names for request in simulator.requests] == [("sessionKey",), ("sessionKey",)]
    assert {request.credential for request in simulator.requests} == {"known"}
    assert all((request.user_agent or "").startswith("claudometer/") for request in simulator.requests)


@pytest.mark.parametrize(
    "set_cookie",
    [
        f"sessionKey={SESSION_KEY}; Path=/",
        'sessionKey=""; Max-Age=0',
        "sessionKey=; Max-Age=0",
        "sessionKeyLC=1; Path=/",
    ],
)
def test_a_cookie_that_is_no_new_key_never_replaces_the_users(
    source: WebSource, simulator: Simulator, set_cookie: str
) -> None:
    simulator.organizations.answer(200, [HOME], headers={"Set-Cookie": set_cookie})
    assert isinstance(fetch(source), Fetched)
    assert isinstance(fetch(source), Fetched)
    assert {request.credential for request in simulator.requests} == {"known"}


def test_the_organizations_are_requested_once_an_hour(
    source: WebSource, simulator: Simulator, clock: FakeClock
) -> None:
    for wait_s in (0, 60, 3500, 60):
        clock.advance(wait_s)
        fetch(source)
    usage = f"/{CHAT_ORGANIZATION}/usage"
    assert paths(simulator) == ["", usage, usage, usage, "", usage]


def test_another_key_never_gets_the_list_of_the_first(
    source: WebSource, simulator: Simulator, user: User
) -> None:
    fetch(source)
    simulator.account.session_keys.add("sk-ant-sid02-second-session-key")
    simulator.account.organizations = [TEAM]
    user.key = Secret("sk-ant-sid02-second-session-key")
    assert chosen(fetch(source)) == TEAM_ORGANIZATION


def test_with_several_candidates_the_user_has_to_choose_and_no_usage_is_requested(
    source: WebSource, simulator: Simulator
) -> None:
    simulator.play("several_organizations")
    outcome = fetch(source)
    assert isinstance(outcome, MissingCredentials)
    assert outcome.code is ErrorCode.ORGANIZATION_NEEDED
    assert [each.name for each in outcome.organizations] == [
        "Example Console",
        "Example Home",
        "Example Team",
    ]
    assert paths(simulator) == [""]


def test_a_choice_takes_effect_with_the_next_request(
    source: WebSource, simulator: Simulator, user: User
) -> None:
    simulator.play("several_organizations")
    fetch(source)
    user.organization_id = TEAM_ORGANIZATION
    assert chosen(fetch(source)) == TEAM_ORGANIZATION
    user.organization_id = CHAT_ORGANIZATION
    assert chosen(fetch(source)) == CHAT_ORGANIZATION
    assert paths(simulator).count("") == 1


def test_a_stored_choice_that_is_gone_is_chosen_again(source: WebSource, user: User) -> None:
    user.organization_id = "99999999-0000-4000-8000-000000000000"
    assert chosen(fetch(source)) == CHAT_ORGANIZATION


def test_an_account_with_only_a_console_organization_is_not_without_organizations(
    source: WebSource, simulator: Simulator, clock: FakeClock
) -> None:
    simulator.play("console_only")
    outcome = fetch(source)
    assert isinstance(outcome, MissingCredentials)
    assert outcome.code is ErrorCode.ORGANIZATIONS_WITHOUT_CHAT
    assert paths(simulator) == ["", f"/{API_ORGANIZATION}/usage"]
    simulator.play("no_organizations")
    clock.advance(3601)  # the list is kept for an hour
    assert fetch(source) == MissingCredentials(ErrorCode.ORGANIZATIONS_NONE)


def test_an_organization_of_the_console_that_has_limits_is_shown(
    source: WebSource, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.play("console_only")
    monkeypatch.setattr(type(simulator.account), "refuse_organization", lambda _account, _uuid: None)
    assert chosen(fetch(source)) == API_ORGANIZATION


def test_a_plan_bought_meanwhile_is_found_by_the_next_request(
    source: WebSource, simulator: Simulator
) -> None:
    simulator.play("console_only")
    fetch(source)
    simulator.account.organizations = [CONSOLE, HOME]
    assert chosen(fetch(source)) == CHAT_ORGANIZATION


def test_an_id_that_is_not_a_uuid_stays_one_part_of_the_path(source: WebSource, simulator: Simulator) -> None:
    odd = "../../oauth?x=1#y z"
    simulator.account.organizations = [organization(odd, "Odd", "chat")]
    assert fetch(source) == ServerError(400, ErrorCode.REQUEST_REFUSED)
    assert paths(simulator)[-1] == "/..%2F..%2Foauth%3Fx%3D1%23y%20z/usage"


def test_a_refused_organization_clears_the_cached_list(source: WebSource, simulator: Simulator) -> None:
    fetch(source)
    simulator.account.organizations = [CONSOLE, TEAM]
    assert fetch(source) == Unauthorized(ErrorCode.ORGANIZATION_REFUSED, superseded=True)
    assert chosen(fetch(source)) == TEAM_ORGANIZATION


def test_a_refusal_by_an_organization_just_listed_is_final(source: WebSource, simulator: Simulator) -> None:
    simulator.usage.stand(bodies.NOT_A_MEMBER)
    assert fetch(source) == Unauthorized(ErrorCode.ORGANIZATION_REFUSED)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (bodies.NOT_A_MEMBER, ErrorCode.ORGANIZATIONS_REFUSED),
        (bodies.WRONG_ORGANIZATION, ErrorCode.ORGANIZATIONS_REFUSED),
        (
            bodies.refusal(403, "permission_error", "You have been removed from this workspace."),
            ErrorCode.ORGANIZATIONS_REFUSED,
        ),
        (bodies.refusal(404, "not_found_error", "Organization not found"), ErrorCode.ACCOUNT_GONE),
        (bodies.refusal(401, "authentication_error", "Not authenticated"), ErrorCode.SESSION_KEY_REJECTED),
    ],
)
def test_where_no_organization_is_listed_none_can_be_chosen(
    source: WebSource, simulator: Simulator, reply: Reply, code: ErrorCode
) -> None:
    simulator.organizations.stand(reply)
    assert fetch(source) == Unauthorized(code)


def test_an_only_organization_that_is_gone_leaves_none_to_choose(
    source: WebSource, simulator: Simulator
) -> None:
    simulator.account.organizations = [TEAM]
    simulator.usage.stand(bodies.refusal(404, "not_found_error", "Organization not found"))
    refused = fetch(source)
    assert isinstance(refused, Unauthorized)
    assert refused.code is ErrorCode.ACCOUNT_GONE


def test_a_dead_session_is_a_rejected_key(source: WebSource, simulator: Simulator) -> None:
    simulator.account.session_keys.clear()
    assert fetch(source) == Unauthorized(ErrorCode.SESSION_KEY_REJECTED)
    assert len(simulator.requests) == 1


def test_a_session_that_dies_between_two_requests_is_a_rejected_key(
    source: WebSource, simulator: Simulator
) -> None:
    fetch(source)
    simulator.account.session_keys.clear()
    assert fetch(source) == Unauthorized(ErrorCode.SESSION_KEY_REJECTED)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (bodies.CHALLENGE, Challenged()),
        (bodies.PORTAL, Challenged(ErrorCode.CAPTIVE_PORTAL)),
        (bodies.PORTAL_REDIRECT, Challenged(ErrorCode.CAPTIVE_PORTAL)),
        (bodies.rate_limit("60"), RateLimited(60.0)),
        (bodies.REGION_BLOCK, ServerError(403, ErrorCode.REGION_BLOCKED)),
        (bodies.IDENTITY_CHECK, ServerError(403, ErrorCode.IDENTITY_CHECK)),
    ],
)
def test_a_refusal_of_either_request_is_a_value(
    make: Make, simulator: Simulator, reply: Reply, expected: Outcome
) -> None:
    simulator.organizations.stand(reply)
    assert fetch(make()) == expected
    simulator.organizations.stand(None)
    simulator.usage.stand(reply)
    assert fetch(make()) == expected


@pytest.mark.parametrize("body", [bodies.DEAD_SESSION.body, {"detail": "Invalid authorization"}])
def test_an_error_in_place_of_the_list_is_classified(
    source: WebSource, simulator: Simulator, body: object
) -> None:
    simulator.organizations.answer(200, body)
    assert fetch(source) == Unauthorized(ErrorCode.SESSION_KEY_REJECTED)


def test_without_a_key_nothing_is_sent(source: WebSource, simulator: Simulator, user: User) -> None:
    user.key = MissingCredentials(ErrorCode.KEYRING_LOCKED)
    assert fetch(source) == user.key
    assert asyncio.run(source.identify()) == user.key
    assert simulator.requests == []


@pytest.mark.parametrize(
    "key", ["sk-ant-sid01-a b", "sk-ant-sid01-a\r\nX: 1", "sk-ant-sid01-a; b=c", "schlüssel", ""]
)
def test_a_key_that_no_header_can_hold_is_not_sent(
    source: WebSource, simulator: Simulator, user: User, key: str
) -> None:
    user.key = Secret(key)
    assert fetch(source) == MissingCredentials(ErrorCode.SESSION_KEY_MALFORMED)
    assert simulator.requests == []


def test_an_account_is_named_by_its_key_and_the_chosen_organization_before_any_request(
    source: WebSource, simulator: Simulator, user: User
) -> None:
    first = asyncio.run(source.identify())
    user.organization_id = TEAM_ORGANIZATION
    team = asyncio.run(source.identify())
    user.key, user.organization_id = Secret("sk-ant-sid02-of-somebody-else"), None
    other = asyncio.run(source.identify())
    assert len({first, team, other}) == 3
    assert simulator.requests == []
    assert "somebody" not in str(other)


def test_a_reading_carries_the_account_that_was_identified_before_it(source: WebSource) -> None:
    named = asyncio.run(source.identify())
    fetched = fetch(source)
    assert isinstance(fetched, Fetched)
    assert fetched.reading.account.id == named
    assert fetched.reading.account.organization_id == CHAT_ORGANIZATION


def test_there_is_no_budget_and_no_file_to_follow(source: WebSource) -> None:
    assert source.budget is None
    assert asyncio.run(source.credentials_stamp()) is None


def test_a_key_only_seconds_old_is_tried_again(make: Make, simulator: Simulator) -> None:
    simulator.organizations.answer(401, bodies.YOUNG_KEY.body)
    assert isinstance(fetch(make(fresh_key=True)), Fetched)
    assert [request.status for request in simulator.requests] == [401, 200, 200]


def test_only_the_first_response_is_tried_again(make: Make, simulator: Simulator) -> None:
    source = make(fresh_key=True)
    assert isinstance(fetch(source), Fetched)
    simulator.usage.answer(401, bodies.YOUNG_KEY.body)
    assert fetch(source) == Unauthorized(ErrorCode.SESSION_KEY_REJECTED)


def test_a_key_in_use_is_not_tried_again(source: WebSource, simulator: Simulator) -> None:
    simulator.organizations.answer(401, bodies.YOUNG_KEY.body)
    assert fetch(source) == Unauthorized(ErrorCode.SESSION_KEY_REJECTED)


@pytest.mark.parametrize(("statuses", "sent"), [([401] * 9, 4), ([401, 401, 200], 3), ([403], 1), ([200], 1)])
def test_retries_end_with_another_status_or_after_the_last_delay(statuses: list[int], sent: int) -> None:
    responses = [Response(status) for status in statuses]

    async def ask() -> Result[None]:
        return Result(None, responses.pop(0))

    last = asyncio.run(send_with_retries(ask, [0.0] * len(FRESH_KEY_RETRY_DELAYS_S)))
    assert last.response is not None
    assert len(statuses) - len(responses) == sent
    assert last.response.status == statuses[sent - 1]


def test_the_delays_are_as_long_as_observed() -> None:
    assert FRESH_KEY_RETRY_DELAYS_S == (1.5, 3.0, 4.5)
