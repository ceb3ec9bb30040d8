"""Searches everything that the sources output for a planted key and a planted token."""

from __future__ import annotations

import asyncio
import logging
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.ledger import encode_record
from claudometer.domain.next_poll import Reason
from claudometer.domain.secret import Secret
from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.claude.oauth import OAuthSource
from claudometer.providers.claude.web import WebSource
from tests.clocks import FakeClock
from tests.providers.ledger import Ledger, client_at
from tests.simulator import Simulator, Token
from tests.simulator.account import write_login
from tests.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.outcome import MissingCredentials
    from claudometer.providers.base import UsageSource

TOKEN = "sk-ant-oat01-canary-token-7f3a"
KEY = "sk-ant-sid02-canary-key-91c4"
QUICK = sorted(set(SCENARIOS) - {"hang", "slow"})


def both(simulator: Simulator, folder: Path, ledger: Ledger) -> list[UsageSource]:
    async def read_key() -> Secret | MissingCredentials:
        return Secret(KEY)

    write_login(folder, TOKEN)
    clock = FakeClock(datetime.now(UTC))
    login = LoginReader(lambda: folder, keychain=None)
    return [
        OAuthSource(client=client_at(simulator.oauth_url, clock, ledger), login=login, clock=clock),
        WebSource(
            client=client_at(simulator.web_url, clock, ledger),
            session_key=read_key,
            organization_id=lambda: None,
            clock=clock,
        ),
    ]


@pytest.mark.parametrize("scenario", QUICK)
def test_no_secret_is_in_an_outcome_a_log_or_a_source(
    simulator: Simulator, tmp_path: Path, caplog: pytest.LogCaptureFixture, scenario: str
) -> None:
    ledger = Ledger()
    caplog.set_level(logging.DEBUG)
    simulator.play(scenario)
    if scenario != "signed_out":
        simulator.account.tokens[TOKEN] = Token()
        simulator.account.session_keys.add(KEY)
    for source in both(simulator, tmp_path, ledger):
        outcome = asyncio.run(source.fetch(Reason.INTERVAL))
        let_out = f"{outcome!r} {source!r} {vars(source)!r} {asyncio.run(source.identify())!r} {caplog.text}"
        assert "canary" not in let_out
    sent = {request.credential for request in simulator.requests}
    assert sent == {"unknown" if scenario == "signed_out" else "known"}, "key and token were sent"
    assert "canary" not in repr(ledger.records)
    assert b"canary" not in b"".join(map(encode_record, ledger.records))


def test_no_traceback_of_a_bug_contains_a_secret(simulator: Simulator, tmp_path: Path) -> None:
    ledger = Ledger()

    class Broken(FakeClock):
        def now(self) -> datetime:
            raise RuntimeError("a mistake")

    for source in both(simulator, tmp_path, ledger):
        simulator.account.tokens[TOKEN] = Token()
        simulator.account.session_keys.add(KEY)
        vars(source)["_clock"] = Broken()
        with pytest.raises(RuntimeError) as caught:
            asyncio.run(source.fetch(Reason.INTERVAL))
        assert "canary" not in "".join(traceback.format_exception(caught.value))
