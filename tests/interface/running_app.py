"""Recordings of commands beside the running tray app, on the desktop of the tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from tests.desktop.waiting import wait_for
from tests.interface.recording import EVERY_NAME, MACHINE, write_down
from tests.interface.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import CompletedProcess

    from tests.desktop.session import DesktopSession

NAME = "running_app"


def record_with_app(desktop: DesktopSession, kind: str) -> str:
    """Start the app, run the commands of one kind of recording, and end the app with ``quit``."""
    with Stage() as stage:
        stage.log_in()
        app = desktop.run(stage.command(), stage.home, env=stage.env)
        try:
            _wait_for_numbers(stage)
            runs = list(_for_programs(stage) if kind == MACHINE else _for_people(stage))
            assert app.wait_until_ended() == 0, app.output
        finally:
            app.stop()
        return "\n".join(write_down(run, kind, stage) for run in runs)


def _wait_for_numbers(stage: Stage) -> None:
    """Wait until the app itself has numbers: beside one that is only starting, a command asks for its own."""
    app = ControlClient(str(stage.home.runtime / "claudometer/control.sock"))

    def have_come() -> bool:
        answer = app.ask("status", timeout_s=30)
        return answer is not None and answer["accounts"][0]["report"]["status"] == "ok"

    wait_for(have_come, what="the app's numbers", timeout_s=60)


def _for_programs(stage: Stage) -> Iterator[CompletedProcess[str]]:
    yield stage.run("status", "--json")
    yield stage.run("status", "--format", EVERY_NAME)
    yield stage.watch("watch", "--json")
    yield stage.run("refresh")
    yield from _refused(stage)
    yield stage.run("status", "--json")
    yield stage.watch("watch", "--json")
    yield _in_order(stage.run("requests", "--json"))
    yield stage.run("quit")


def _in_order(run: CompletedProcess[str]) -> CompletedProcess[str]:
    """Put the requests into an order of their own.

    The clock stands still, so their times differ only by how long each really took.
    """
    printed = json.loads(run.stdout)
    printed["requests"].sort(key=lambda request: (request["reason"], request["outcome"]))
    run.stdout = json.dumps(printed, indent=2) + "\n"
    return run


def _for_people(stage: Stage) -> Iterator[CompletedProcess[str]]:
    yield stage.run("status")
    yield from _refused(stage)
    yield stage.run("status")
    yield stage.run("quit")


def _refused(stage: Stage) -> Iterator[CompletedProcess[str]]:
    """Claude refuses one request; the next is not sent at all."""
    stage.simulator.play("rate_limited")
    yield stage.run("refresh")
    yield stage.run("refresh")
