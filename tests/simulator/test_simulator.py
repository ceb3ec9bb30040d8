"""Tests the simulator with the standard library's HTTP client, for what other tests rely on."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.simulator import ACCESS_TOKEN, SESSION_KEY, Fault, Simulator, Token
from tests.simulator.account import API_ORGANIZATION, CHAT_ORGANIZATION
from tests.simulator.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
COOKIE = {"Cookie": f"sessionKey={SESSION_KEY}"}


def request(
    base: str, path: str, headers: dict[str, str] | None = None, *, post: object = None
) -> tuple[int, Any]:
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        body = None if post is None else json.dumps(post).encode()
        connection.request("GET" if post is None else "POST", path, body, headers or {})
        response = connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text.startswith((b"{", b"[")) else text.decode()
    finally:
        connection.close()


def status_and_message(response: tuple[int, Any]) -> tuple[int, str]:
    status, body = response
    return status, body["error"]["message"]


def test_a_known_token_gets_usage_and_an_unknown_token_the_real_error(simulator: Simulator) -> None:
    status, body = request(simulator.base_url, "/api/oauth/usage", BEARER)
    assert (status, body["five_hour"]["utilization"]) == (200, 81.0)
    refused = request(simulator.base_url, "/api/oauth/usage", {"Authorization": "Bearer sk-ant-oat01-other"})
    assert status_and_message(refused) == (401, "OAuth access token is invalid.")


def test_a_token_without_the_scope_is_refused(simulator: Simulator) -> None:
    simulator.account.tokens[ACCESS_TOKEN] = Token(scopes=("user:inference",))
    status, message = status_and_message(request(simulator.base_url, "/api/oauth/usage", BEARER))
    assert (status, "user:profile" in message) == (403, True)


def test_the_status_of_an_ended_session_is_403(simulator: Simulator) -> None:
    for headers in ({}, {"Cookie": "sessionKey=sk-ant-sid01-old"}, BEARER):
        status, body = request(simulator.base_url, "/api/organizations", headers)
        assert status == 403
        assert body["error"]["details"]["error_code"] == "account_session_invalid"


def test_only_the_chat_organization_has_usage(simulator: Simulator) -> None:
    def usage(uuid: str) -> int:
        return request(simulator.base_url, f"/api/organizations/{uuid}/usage", COOKIE)[0]

    assert [usage(CHAT_ORGANIZATION), usage(API_ORGANIZATION), usage("not-a-uuid")] == [200, 403, 400]


def test_queued_replies_are_sent_in_order_before_the_accounts_data(simulator: Simulator) -> None:
    simulator.oauth.answer(429, {"error": {}}, headers={"Retry-After": "300"})
    simulator.oauth.answer(500)
    statuses = [request(simulator.base_url, "/api/oauth/usage", BEARER)[0] for _ in range(3)]
    assert statuses == [429, 500, 200]


def test_requests_are_recorded_without_their_secrets(simulator: Simulator) -> None:
    request(simulator.base_url, "/api/oauth/usage", BEARER | {"User-Agent": "probe/1"})
    request(simulator.base_url, "/api/organizations", {"Cookie": f"sessionKey={SESSION_KEY}; other=1"})
    first, second = simulator.requests
    assert (first.endpoint, first.user_agent, first.credential, first.status) == (
        "oauth",
        "probe/1",
        "known",
        200,
    )
    assert second.cookie_names == ("other", "sessionKey")
    assert ACCESS_TOKEN not in repr(simulator.requests)
    assert SESSION_KEY not in repr(simulator.requests)


def test_another_process_can_script_the_simulator(simulator: Simulator) -> None:
    base = simulator.base_url
    assert request(base, "/_script", post={"endpoint": "oauth", "status": 529, "times": 2})[0] == 200
    assert [request(base, "/api/oauth/usage", BEARER)[0] for _ in range(3)] == [529, 529, 200]
    request(base, "/_script", post={"scenario": "rate_limited"})
    assert request(base, "/api/oauth/usage", BEARER)[0] == 429
    request(base, "/_script", post={"endpoint": "oauth", "clear": True})
    assert request(base, "/api/oauth/usage", BEARER)[0] == 200
    recorded = request(base, "/_requests")[1]["requests"]
    assert [entry["status"] for entry in recorded] == [529, 529, 200, 429, 200]


def date_of(simulator: Simulator) -> str:
    parts = urlsplit(simulator.base_url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", "/_requests")
        return connection.getresponse().headers["Date"] or ""
    finally:
        connection.close()


def test_the_clock_can_be_set_and_applies_to_the_date_header(simulator: Simulator) -> None:
    request(simulator.base_url, "/_script", post={"clock_ahead_s": 3600})
    date = parsedate_to_datetime(date_of(simulator))
    assert 3590 < (date - datetime.now(UTC)).total_seconds() <= 3600
    assert 3590 < (simulator.now() - datetime.now(UTC)).total_seconds() <= 3600


@pytest.mark.parametrize(
    "command",
    [{}, {"scenario": "no such"}, {"endpoint": "oauth", "fault": "odd"}, {"endpoint": "oauth", "x": 1}, []],
)
def test_an_invalid_command_is_refused(simulator: Simulator, command: object) -> None:
    assert request(simulator.base_url, "/_script", post=command)[0] == 400


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.RESET, Fault.SHORT, Fault.GARBAGE])
def test_a_fault_makes_the_client_fail(simulator: Simulator, fault: Fault) -> None:
    simulator.oauth.answer(200, {"five_hour": {"utilization": 5}}, fault=fault)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        request(simulator.base_url, "/api/oauth/usage", BEARER)


def test_every_scenario_can_be_played(simulator: Simulator) -> None:
    quick = [name for name in SCENARIOS if name not in {"hang", "slow", "endless"}]
    for name in quick:
        simulator.play(name)
        try:
            status, _ = request(simulator.base_url, "/api/oauth/usage", BEARER)
        except (http.client.HTTPException, ConnectionError, ValueError):
            assert name in {*Fault}
        else:
            assert 200 <= status < 600


def test_the_command_prints_the_variables_to_export_and_serves(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.simulator", "--scenario", "overloaded"]
    with subprocess.Popen(
        [*command, "--login-folder", str(tmp_path / "login")], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().strip() for _ in range(4)]
            exported = dict(line.removeprefix("export ").split("=", 1) for line in lines[:3])
            status, _ = request(exported["CLAUDOMETER_OAUTH_URL"], "/api/oauth/usage", BEARER)
        finally:
            process.terminate()  # also after a failure: leaving the block waits for the process
        assert process.wait(60) == 0
    assert status == 529
    assert (tmp_path / "login" / ".credentials.json").stat().st_mode & 0o777 == 0o600
    assert SESSION_KEY in lines[3]
