"""``claudometer open`` and ``settings``: what the running app is asked to show in its window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import WindowPage, WindowPlace, WindowRequested
from claudometer.present.messages.cli import describe
from tests.cli.impostor import OLDER_STATUS, Impostor
from tests.sentences import title

if TYPE_CHECKING:
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer
    from tests.control.small_engine import SmallEngine


@pytest.fixture
def places(app: RunningServer, engine: SmallEngine) -> list[WindowPlace | None]:
    """Return the places at which the app was asked to open its window."""
    requested: list[WindowPlace | None] = []
    app.do(engine.bus.subscribe, WindowRequested, lambda event: requested.append(event.place))
    return requested


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("open",), WindowPlace(WindowPage.USAGE)),
        (("open", "weekly"), WindowPlace(WindowPage.USAGE, "weekly")),
        (("open", "resets"), WindowPlace(WindowPage.RESETS)),
        (("open", "alerts"), WindowPlace(WindowPage.ALERTS)),
        (("open", "settings"), WindowPlace(WindowPage.SETTINGS)),
        (("settings",), WindowPlace(WindowPage.SETTINGS)),
    ],
)
def test_the_app_is_asked_to_open_its_window_at_the_place_given_on_the_command_line(
    program: Program, places: list[WindowPlace | None], words: tuple[str, ...], place: WindowPlace
) -> None:
    answer = program.run(*words)
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert places == [place]


def test_an_unknown_limit_is_refused_and_the_known_limits_and_pages_are_named(
    program: Program, places: list[WindowPlace | None]
) -> None:
    answer = program.run("open", "daily")
    known = "session, weekly, weekly:fable, resets, alerts, settings"
    assert (answer.code, answer.err) == (
        64,
        describe("unknown_limit_or_page", "daily", known, command="open") + "\n",
    )
    assert places == []


def test_without_a_running_app_and_a_display_it_reports_the_missing_display(program: Program) -> None:
    answer = program.run("open", "weekly")
    assert answer.code == 69
    assert title(ErrorCode.NO_DISPLAY) in answer.err


def test_an_app_of_an_older_version_is_reported(program: Program) -> None:
    with Impostor(program.make_socket_path(), OLDER_STATUS):
        answer = program.run("open", "weekly")
    assert (answer.code, answer.out) == (69, "")
    assert title(ErrorCode.PROTOCOL_MISMATCH) in answer.err
