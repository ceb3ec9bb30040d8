"""The server's time is read from its responses, but only from those that certainly came from the server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.clock import CorrectedClock, ServerTime, SystemClock
from claudometer.domain.next_poll import Reason
from claudometer.domain.outcome import Fetched
from claudometer.domain.secret import Secret
from claudometer.domain.usage import Mode
from claudometer.providers.claude.login_reader import LoginReader
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
TOLERANCE_S = 20.0  # the time of a response is half of its request's duration off, on a busy machine seconds


def response_with(**headers: str) -> Response:
    return Response(200, {"content-type": JSON, "date": DATE} | headers, b"{}")


def test_the_time_is_that_of_the_middle_of_the_request_and_its_error_grows_with_the_duration() -> None:
    read = read_server_time(response_with(), object(), 100.0, 103.0)
    assert read == ServerTime(datetime(2026, 8, 20, 12, 0, 0, 500_000, tzinfo=UTC), 101.5, 2.5)


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
def test_a_response_without_a_fresh_time_is_ignored(headers: dict[str, str]) -> None:
    assert read_server_time(response_with(**headers), object(), 0, 1) is None


def test_a_response_with_age_zero_counts() -> None:
    assert read_server_time(response_with(age="0"), object(), 0, 1) is not None


class TimedSources:
    """Sources that read the servers' time, on a clock that is right at first."""

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
def listener(simulator: Simulator, tmp_path: Path) -> TimedSources:
    simulator.set_clock(ahead_s=3600)
    return TimedSources(simulator, tmp_path)


@pytest.mark.parametrize(
    "reply",
    [None, bodies.UNKNOWN_TOKEN, bodies.OVERLOADED, bodies.rate_limit("300"), bodies.NO_SCOPE],
    ids=["numbers", "refused", "overloaded", "rate limited", "scope"],
)
def test_the_servers_own_refusals_tell_the_time_too(
    simulator: Simulator, listener: TimedSources, reply: Reply | None
) -> None:
    simulator.oauth.stand(reply)
    listener.fetch()
    assert listener.clock.skew_s == pytest.approx(3600, abs=TOLERANCE_S)


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
def test_responses_from_elsewhere_do_not_tell_the_time(
    simulator: Simulator, listener: TimedSources, reply: Reply
) -> None:
    simulator.oauth.stand(reply)
    listener.fetch()
    assert listener.clock.skew_s == 0


def test_a_response_that_took_too_long_is_too_inexact(simulator: Simulator) -> None:
    class Sleepy(SystemClock):
        """A clock by which the machine slept during the request."""

        looks = 0

        def boottime(self) -> float:
            self.looks += 1
            return super().boottime() + 30 * self.looks

    simulator.set_clock(ahead_s=3600)
    clock = CorrectedClock(Sleepy())
    server = Client(simulator.oauth_url, clock=clock, note=Ledger().note, observe_time=clock.observe)
    request = Request("usage", "usage", lambda response: response.status)
    asyncio.run(server.send(request, {}, Reason.INTERVAL))
    assert len(simulator.requests) == 1
    assert clock.skew_s == 0


def test_reading_and_ledger_carry_the_servers_time_from_the_first_response_on(
    simulator: Simulator, listener: TimedSources
) -> None:
    outcome = listener.fetch()
    assert isinstance(outcome, Fetched)
    for at in (outcome.reading.fetched_at, listener.ledger.records[0].at):
        assert abs((at - simulator.now()).total_seconds()) < TOLERANCE_S


@pytest.mark.parametrize("days", [-400, 400])
def test_reset_times_are_accepted_though_our_clock_is_a_year_off(
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


@pytest.mark.parametrize("mode", [Mode.CLI, Mode.WEB])
def test_both_servers_tell_the_time(simulator: Simulator, tmp_path: Path, mode: Mode) -> None:
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
    assert clock.skew_s == pytest.approx(-7200, abs=TOLERANCE_S)
