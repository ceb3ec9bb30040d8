"""The stream of reports that ``watch`` shows: it polls by itself only while no app does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from claudometer.cli.environment_account import EnvironmentAccount
from claudometer.cli.report_stream import follow
from claudometer.system.logs import stop_logging
from tests.cli.watched_account import watched
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.control.wire.report import AccountReport
    from tests.cli.program import Program
    from tests.control.small_engine import SmallEngine


@pytest.fixture(autouse=True)
def in_this_process(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give this process the private home, and stop the log that polling starts."""
    for name, value in program.home.env.items():
        monkeypatch.setenv(name, value)
    yield
    stop_logging()


def pollers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "claudometer-poller"]


def read_until(stream: Iterator[AccountReport | None], source: str) -> None:
    """Read until the report has numbers from this source."""
    for account in stream:
        if account is not None and account["report"]["source"] == source:
            return
    raise AssertionError("the stream ended")


def test_the_streams_own_poller_ends_when_an_app_takes_over(program: Program, engine: SmallEngine) -> None:
    stream = follow(demo=True)
    read_until(stream, "demo")
    assert len(pollers()) == 1
    with program.serve(engine, demo=True):
        read_until(stream, "oauth")
        wait_for(lambda: not pollers(), what="the end of the stream's own poller")
        stream.close()


def test_the_streams_own_poller_ends_with_the_stream() -> None:
    stream = follow(demo=True)
    read_until(stream, "demo")
    stream.close()
    wait_for(lambda: not pollers(), what="the end of the stream's own poller")


def test_an_app_that_turns_to_another_account_is_left_and_found_again(
    program: Program, engine: SmallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = EnvironmentAccount({"CLAUDOMETER_MODE": "cli"})
    cli = watched("/home/somebody/.claude")
    monkeypatch.setattr("claudometer.cli.report_stream.TICK_S", 0.2)
    with program.serve(engine, demo=True, watched=cli) as server:
        stream = follow(demo=True, named=named)
        read_until(stream, "oauth")
        wait_for(lambda: not pollers(), what="the end of the stream's own poller")
        server.watched = {**cli, "mode": "web"}
        server.do(engine.show, engine.snapshot)
        read_until(stream, "demo")
        server.watched = cli
        read_until(stream, "oauth")
        wait_for(lambda: not pollers(), what="the end of the stream's own poller")
        stream.close()


def test_a_bug_in_the_streams_own_poller_is_raised_for_the_caller_to_log(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_arguments: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("claudometer.processes.headless.watch_alone", fail)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        next(follow(demo=True))
