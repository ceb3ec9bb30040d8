"""Closing the window if no tray icon shows that the program goes on: asks once, or does as remembered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import WithoutTray
from claudometer.domain.snapshot import Problem
from claudometer.present.card import card_for
from claudometer.ui.window.closing import ASK, BACKGROUND, WINDOW, may_close
from claudometer.ui.window.feed import Feed
from tests.page.scenarios import NOW, SCENARIOS
from tests.views import view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.snapshot import Snapshot


class App:
    """Answers like the app, and records the requests. Without a value for the setting, it does not answer."""

    def __init__(self, without_tray: str | None, *, demo: bool = False) -> None:
        self.without_tray = without_tray
        self.demo = demo
        self.requested: list[str] = []
        self.saved: Mapping[str, object] | None = None

    def call(
        self, op: str, params: Mapping[str, object] | None = None, *, timeout_s: float = 0
    ) -> dict[str, Any]:
        assert timeout_s < 5
        self.requested.append(op)
        if self.without_tray is None:
            raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE)
        if op == "save_settings":
            self.saved = params
        return {"form": {"without_tray": self.without_tray, "demo": self.demo}}


def feed_of(snapshot: Snapshot) -> Feed:
    feed = Feed()
    feed.publish(card_for(view(snapshot, NOW), revision=1))
    return feed


def without_tray() -> Feed:
    notice = Problem(ErrorCode.TRAY_HOST_MISSING, facts=(("reason", "gnome"), ("command", "get it")))
    return feed_of(replace(SCENARIOS["numbers"].snapshot, notices=(notice,)))


def never(_demo: bool) -> tuple[str | None, bool]:
    raise AssertionError("the user was asked")


def test_with_a_tray_it_closes_without_a_question() -> None:
    app = App(ASK)
    assert may_close(app, feed_of(SCENARIOS["numbers"].snapshot), never)
    assert may_close(app, Feed(), never)
    assert app.requested == []


@pytest.mark.parametrize(
    ("chosen", "remember", "closes", "requested"),
    [
        (BACKGROUND, False, True, ["settings"]),
        (BACKGROUND, True, True, ["settings", "save_settings"]),
        (WINDOW, False, False, ["settings", "quit"]),
        (WINDOW, True, False, ["settings", "save_settings", "quit"]),
        (None, False, False, ["settings"]),
        (None, True, False, ["settings"]),
    ],
)
def test_a_user_who_is_asked_gets_what_they_chose(
    chosen: str | None, remember: bool, closes: bool, requested: list[str]
) -> None:
    app = App(ASK)
    assert may_close(app, without_tray(), lambda _demo: (chosen, remember)) is closes
    assert app.requested == requested
    assert app.saved == ({"without_tray": chosen} if "save_settings" in requested else None)


@pytest.mark.parametrize(
    ("remembered", "requested"), [(BACKGROUND, ["settings"]), (WINDOW, ["settings", "quit"])]
)
def test_what_was_remembered_is_done_without_a_question(remembered: str, requested: list[str]) -> None:
    app = App(remembered)
    assert may_close(app, without_tray(), never) is (remembered == BACKGROUND)  # the app's end closes it
    assert app.requested == requested


@pytest.mark.parametrize("demo", [False, True])
def test_the_question_knows_whether_it_is_about_the_demo(demo: bool) -> None:
    """It names a command, which in the demo needs another option."""
    asked: list[bool] = []

    def ask(of_demo: bool) -> tuple[str | None, bool]:
        asked.append(of_demo)
        return None, False

    assert not may_close(App(ASK, demo=demo), without_tray(), ask)
    assert asked == [demo]


def test_an_app_that_does_not_answer_keeps_no_window_open() -> None:
    assert may_close(App(None), without_tray(), never)


def test_the_choices_are_the_values_of_the_setting() -> None:
    assert {ASK, WINDOW, BACKGROUND} == {each.value for each in WithoutTray}
