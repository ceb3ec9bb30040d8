"""The server's clock is read off its answers: only off those that certainly are the server's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.clock import CorrectedClock, ServerTime, SystemClock
from claudometer.domain.outcome import Fetched
from claudometer.domain.policy import Reason
from claudometer.domain.secret import Secret
from claudometer.domain.usage import Mode
from claudometer.providers.claude.credentials import LoginReader
from claudometer.providers.claude.oauth import OAuthSource
from claudometer.providers.client import Client, Request
from claudometer.providers.registry import SourcesConfig, sources_for
from claudometer.providers.response import Response
from claudometer.providers.server_time import read_server_time
from tests.providers.ledger import Ledger
from tests.simulator import bodies
from tests.simulator.account import SESSION_KEY, write_login
from tests.simulator.script import Reply

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.providers.base import UsageSource
    from tests.simulator import Simulator

DATE = "Thu, 20 Aug 2026 12:00:00 GMT"
JSON = "application/json"


def answer(**headers: str) -> Response:
    return Response(200, {"content-type": JSON, "date": DATE} | headers, b"{}")


def test_the_time_is_that_of_the_middle_of_the_request_and_as_sure_as_it_was_quick() -> None:
    said = read_server_time(answer(), object(), 100.0, 103.0)
    assert said == ServerTime(datetime(2026, 8, 20, 12, 0, 0, 500_000, tzinfo=UTC), 101.5, 2.5)


@pytest.mark.parametrize(
    "headers",
    [
        {"date": ""},
        {"date": "yesterday"},
        {"content-type": "text/html"},
        {"content-type": ""},
        {"age": "3500"},
        {"age": "some"},
    ],
)
def test_an_answer_without_a_time_of_its_own_says_nothing(headers: dict[str, str]) -> None:
    assert read_server_time(answer(**headers), object(), 0, 1) is None


def test_an_answer_that_no_cache_kept_counts() -> None:
    assert read_server_time(answer(age="0"), object(), 0, 1) is not None


class Listener:
    """Sources whose servers are listened to, on a clock that starts right."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        write_login(folder)
        self.clock = CorrectedClock(SystemClock())
        self.ledger = Ledger()
        server = Client(
            simulator.oauth_url, clock=self.clock, note=self.ledger.note, observe_time=self.clock.observe
        )
        login = LoginReader(lambda: folder, keychain=None)
        self.cli: UsageSource = OAuthSource(client=server, login=login, clock=self.clock)

    def fetch(self) -> object:
        return asyncio.run(self.cli.fetch(Reason.INTERVAL))


@pytest.fixture
def listener(simulator: Simulator, tmp_path: Path) -> Listener:
    simulator.set_clock(ahead_s=3600)
    return Listener(simulator, tmp_path)


@pytest.mark.parametrize(
    "reply",
    [None, bodies.UNKNOWN_TOKEN, bodies.OVERLOADED, bodies.rate_limit("300"), bodies.NO_SCOPE],
    ids=["numbers", "refused", "overloaded", "rate limited", "scope"],
)
def test_the_servers_own_words_tell_the_time_also_when_they_refuse(
    simulator: Simulator, listener: Listener, reply: Reply | None
) -> None:
    simulator.oauth.stand(reply)
    listener.fetch()
    assert listener.clock.skew_s == pytest.approx(3600, abs=2)


@pytest.mark.parametrize(
    "reply",
    [
        bodies.PORTAL,
        bodies.PORTAL_REDIRECT,
        bodies.CHALLENGE,
        bodies.LOGIN_REDIRECT,
        bodies.BAD_GATEWAY,
        Reply(body="ok"),
        Reply(body={}),
        Reply(511, {"login": "here"}),
        Reply(body={"five_hour": {"utilization": 5}}, headers={"Date": ""}),
        Reply(body={"five_hour": {"utilization": 5}}, headers={"Age": "3600"}),
    ],
    ids=[
        "portal",
        "portal's redirect",
        "challenge",
        "redirect",
        "gateway",
        "text",
        "nothing known",
        "log-in wanted",
        "no date",
        "cached",
    ],
)
def test_whoever_else_answers_is_not_asked_for_the_time(
    simulator: Simulator, listener: Listener, reply: Reply
) -> None:
    simulator.oauth.stand(reply)
    listener.fetch()
    assert listener.clock.skew_s == 0


def test_an_answer_that_took_too_long_says_too_little(simulator: Simulator, tmp_path: Path) -> None:
    class Sleepy(SystemClock):
        """The machine slept while the answer was on its way."""

        looks = 0

        def boottime(self) -> float:
            self.looks += 1
            return super().boottime() + 30 * self.looks

    listener = Listener(simulator, tmp_path)
    simulator.set_clock(ahead_s=3600)
    clock = CorrectedClock(Sleepy())
    server = Client(simulator.oauth_url, clock=clock, note=listener.ledger.note, observe_time=clock.observe)
    question = Request("usage", "usage", lambda answer: answer.status)
    asyncio.run(server.send(question, {}, Reason.INTERVAL))
    assert clock.skew_s == 0


def test_numbers_and_ledger_are_stamped_with_the_servers_time_from_the_first_answer_on(
    simulator: Simulator, listener: Listener
) -> None:
    outcome = listener.fetch()
    assert isinstance(outcome, Fetched)
    for at in (outcome.reading.fetched_at, listener.ledger.records[0].at):
        assert abs((at - simulator.now()).total_seconds()) < 5


@pytest.mark.parametrize("days", [-400, 400])
def test_reset_times_are_believed_though_our_clock_is_a_year_off(
    simulator: Simulator, tmp_path: Path, days: int
) -> None:
    class Wrong(SystemClock):
        def now(self) -> datetime:
            return super().now() + timedelta(days=days)

    clock = CorrectedClock(Wrong())
    write_login(tmp_path, expiresAt=None)
    server = Client(simulator.oauth_url, clock=clock, note=Ledger().note, observe_time=clock.observe)
    login = LoginReader(lambda: tmp_path, keychain=None)
    outcome = asyncio.run(OAuthSource(client=server, login=login, clock=clock).fetch(Reason.INTERVAL))
    assert isinstance(outcome, Fetched)
    assert all(limit.resets_at is not None for limit in outcome.reading.limits)


@pytest.mark.parametrize("mode", Mode)
def test_both_servers_are_listened_to(simulator: Simulator, tmp_path: Path, mode: Mode) -> None:
    async def read_key() -> Secret:
        return Secret(SESSION_KEY)

    write_login(tmp_path)
    clock = CorrectedClock(SystemClock())
    sources = sources_for(
        SourcesConfig(
            clock=clock,
            note=Ledger().note,
            session_key=read_key,
            organization_id=lambda: None,
            login=LoginReader(lambda: tmp_path, keychain=None),
            web_url=simulator.web_url,
            oauth_url=simulator.oauth_url,
            observe_time=clock.observe,
        )
    )
    simulator.set_clock(ahead_s=-7200)
    asyncio.run(sources[mode].fetch(Reason.INTERVAL))
    assert clock.skew_s == pytest.approx(-7200, abs=2)
