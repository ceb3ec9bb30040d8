"""Web mode when claude.ai requires a browser: who sends what, in which order, and what is recorded."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Reason
from claudometer.domain.outcome import Challenged, Fetched, Offline, Outcome, Unauthorized, Unreadable
from claudometer.domain.secret import Secret
from claudometer.domain.usage import Source
from claudometer.providers.claude.browser_client import BrowserAccess
from claudometer.providers.claude.browser_protocol import BrowserReply, FetchResponse, PageLoad
from claudometer.providers.claude.web import WebSource
from claudometer.providers.client import Client
from tests.clocks import NOON, FakeClock
from tests.fixtures import load_body
from tests.providers.ledger import Ledger
from tests.simulator import SESSION_KEY, Gate, Reply, Simulator, bodies
from tests.simulator.account import HOME

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


def page(reply: Reply) -> BrowserReply:
    return BrowserReply(FetchResponse(reply.status, {"content-type": reply.content_type()}, reply.content()))


class ScriptedRuns:
    """Browsers that reply from a script."""

    def __init__(self) -> None:
        self.replies: dict[str, BrowserReply] = {
            "organizations": BrowserReply(
                page(Reply(body=[HOME])).result,
                (PageLoad(403, 0.2, is_check=True), PageLoad(200, 0.1, is_check=False)),
            ),
            f"organizations/{HOME['uuid']}/usage": page(Reply(body=load_body("c_full", now=NOON))),
        }
        self.refusal: Challenged | None = None
        self.unstartable = False
        self.requested: list[str] = []
        self.runs: list[tuple[str, bool]] = []
        self.testing = False

    async def refuse(self, *, testing: bool) -> Challenged | None:
        self.testing = testing
        return self.refusal

    @asynccontextmanager
    async def run(
        self, base_url: str, key: Secret
    ) -> AsyncIterator[Callable[[str], Awaitable[BrowserReply]]]:
        if self.unstartable:
            raise OSError("no memory")
        self.runs.append((base_url, key.reveal() == SESSION_KEY))

        async def request(path: str) -> BrowserReply:
            self.requested.append(path)
            return self.replies[path]

        yield request


class User:
    """A user in web mode, with the parts of the source within reach of the tests."""

    def __init__(self, simulator: Simulator) -> None:
        self.runs, self.ledger, self.wanted = ScriptedRuns(), Ledger(), True
        clock = FakeClock()
        access = BrowserAccess(
            self.runs, simulator.web_url, clock, self.ledger.note, wanted=lambda: self.wanted, testing=False
        )
        self.source = WebSource(
            client=Client(simulator.web_url, clock=clock, note=self.ledger.note),
            browser=access,
            session_key=self._read_key,
            organization_id=lambda: None,
            clock=clock,
        )

    async def _read_key(self) -> Secret:
        return Secret(SESSION_KEY)

    def fetch(self) -> Outcome:
        return asyncio.run(self.source.fetch(Reason.INTERVAL))


@pytest.fixture
def user(simulator: Simulator) -> User:
    simulator.gate = Gate()
    return User(simulator)


def test_a_challenged_request_is_sent_again_through_a_browser(user: User, simulator: Simulator) -> None:
    outcome = user.fetch()
    assert isinstance(outcome, Fetched)
    assert outcome.reading.source is Source.BROWSER
    assert user.runs.runs == [(simulator.web_url, True)]
    assert user.runs.requested == ["organizations", f"organizations/{HOME['uuid']}/usage"]


def test_the_plain_client_sends_first_each_time_and_needs_no_browser_once_it_is_let_through(
    user: User, simulator: Simulator
) -> None:
    user.fetch()
    simulator.gate = None
    outcome = user.fetch()
    assert isinstance(outcome, Fetched)
    assert outcome.reading.source is Source.WEB
    assert len(user.runs.runs) == 1


def test_the_ledger_marks_every_request_that_the_browser_sent(user: User) -> None:
    user.fetch()
    records = [(one.via, one.path, one.outcome, one.http_status) for one in user.ledger.records]
    assert records == [
        (None, "/api/organizations", "challenged", 403),
        ("browser", "/api/organizations", "challenged", 403),
        ("browser", "/api/organizations", "ok", 200),
        ("browser", "/api/organizations", "ok", 200),
        ("browser", "/api/organizations/{id}/usage", "ok", 200),
    ]
    assert {one.reason for one in user.ledger.records} == {Reason.INTERVAL}


def test_only_a_challenge_starts_a_browser(user: User, simulator: Simulator) -> None:
    simulator.gate = None
    simulator.organizations.stand(bodies.PORTAL)
    assert user.fetch() == Challenged(ErrorCode.CAPTIVE_PORTAL)
    simulator.organizations.stand(bodies.DEAD_SESSION)
    assert user.fetch() == Unauthorized(ErrorCode.SESSION_KEY_REJECTED)
    assert user.runs.runs == []


def test_no_browser_runs_when_it_is_switched_off_or_out_of_budget_and_the_outcome_says_so(user: User) -> None:
    user.wanted = False
    assert user.fetch() == Challenged(ErrorCode.BROWSER_OFF)
    user.wanted = True
    user.runs.refusal = Challenged(ErrorCode.BROWSER_RESTING, NOON + timedelta(seconds=300))
    assert user.fetch() == user.runs.refusal
    assert user.runs.runs == []


def test_a_browser_that_cannot_be_started_is_an_outcome(user: User) -> None:
    user.runs.unstartable = True
    assert user.fetch() == Challenged(ErrorCode.BROWSER_FAILED)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (page(bodies.CHALLENGE), Challenged(ErrorCode.BROWSER_CHALLENGED)),
        (BrowserReply(ErrorCode.BROWSER_CHALLENGED), Challenged(ErrorCode.BROWSER_CHALLENGED)),
        (BrowserReply(ErrorCode.BROWSER_MISSING), Challenged(ErrorCode.BROWSER_MISSING)),
        (BrowserReply(ErrorCode.OFFLINE), Offline(ErrorCode.OFFLINE)),
        (BrowserReply(ErrorCode.TOO_LARGE), Unreadable(ErrorCode.TOO_LARGE)),
        (page(bodies.DEAD_SESSION), Unauthorized(ErrorCode.SESSION_KEY_REJECTED)),
        (page(bodies.PORTAL), Challenged(ErrorCode.CAPTIVE_PORTAL)),
    ],
)
def test_a_browsers_reply_means_what_the_same_response_means_to_the_plain_client(
    user: User, reply: BrowserReply, outcome: Outcome
) -> None:
    user.runs.replies["organizations"] = reply
    assert user.fetch() == outcome


def test_a_browser_that_cannot_exist_records_no_request(user: User) -> None:
    user.runs.replies["organizations"] = BrowserReply(ErrorCode.BROWSER_MISSING)
    user.fetch()
    assert [one.via for one in user.ledger.records] == [None]
