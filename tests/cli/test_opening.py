"""``claudometer open`` and ``settings``: where the running app's window is to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import WindowPage, WindowPlace, WindowRequested
from claudometer.present.messages.cli import describe
from tests.sentences import title

if TYPE_CHECKING:
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer
    from tests.control.small_engine import SmallEngine


@pytest.fixture
def places(app: RunningServer, engine: SmallEngine) -> list[WindowPlace | None]:
    """Return where the app was asked to open its window."""
    asked: list[WindowPlace | None] = []
    app.do(engine.bus.subscribe, WindowRequested, lambda event: asked.append(event.place))
    return asked


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("open",), WindowPlace(WindowPage.USAGE)),
        (("open", "weekly"), WindowPlace(WindowPage.USAGE, "weekly")),
        (("settings",), WindowPlace(WindowPage.SETTINGS)),
    ],
)
def test_the_app_opens_its_window_where_the_command_says(
    program: Program, places: list[WindowPlace | None], words: tuple[str, ...], place: WindowPlace
) -> None:
    answer = program.run(*words)
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert places == [place]


def test_a_limit_that_there_is_not_is_refused_with_the_names_of_those_there_are(
    program: Program, places: list[WindowPlace | None]
) -> None:
    answer = program.run("open", "daily")
    known = "session, weekly, weekly:fable"
    assert (answer.code, answer.err) == (64, describe("unknown_limit", "daily", known) + "\n")
    assert places == []


def test_without_an_app_and_a_display_it_says_so(program: Program) -> None:
    answer = program.run("open", "weekly")
    assert answer.code == 69
    assert title(ErrorCode.NO_DISPLAY) in answer.err
