"""Either all watchers of the desktop start, or none keeps running."""

from __future__ import annotations

import pytest

from claudometer.ui.tray.watchers import start_all


class Watcher:
    """Records the calls of its methods."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.done: list[str] = []

    def start(self) -> None:
        if self.fails:
            raise OSError("no bus")
        self.done.append("start")

    def stop(self) -> None:
        self.done.append("stop")


def test_all_watchers_start() -> None:
    watchers = (Watcher(), Watcher())
    start_all(watchers)
    assert [watcher.done for watcher in watchers] == [["start"], ["start"]]


def test_if_one_fails_those_before_it_are_stopped() -> None:
    watchers = (Watcher(), Watcher(fails=True), Watcher())
    with pytest.raises(OSError, match="no bus"):
        start_all(watchers)
    assert [watcher.done for watcher in watchers] == [["start", "stop"], [], []]
