"""What is kept about alerts survives a disk that fails, a damaged file and a move from memory to the disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.alerts.model import Memory, ToldWindow
from claudometer.domain.alerts.past_alerts import AlertRecord, Kept
from claudometer.domain.alerts.silence import Fate, Silence
from claudometer.store.alerts import KeptAlerts, write_alerts
from claudometer.store.connecting import connect
from claudometer.store.copying import copy_rows
from claudometer.store.history import History
from claudometer.store.in_memory import connect_memory
from tests.clocks import NOON
from tests.histories import percents, record
from tests.readings import session
from tests.store.spoiling import damage_the_middle, folder_in_place_of

if TYPE_CHECKING:
    from pathlib import Path

END = NOON + timedelta(hours=2)


def told(*titles: str) -> Kept:
    """Return what is kept after these alerts, with a mute."""
    records = tuple(
        AlertRecord(
            NOON, "threshold", "claude/account-1", "session", 75, END, title, "", Fate.SHOWN, taken=True
        )
        for title in titles
    )
    return Kept(Memory({("claude/account-1", "session"): (ToldWindow(END, told=75),)}), Silence(END), records)


def test_a_history_that_only_memory_can_take_hides_no_alert_on_the_disk(history: History, path: Path) -> None:
    kept = KeptAlerts(history)
    assert kept.write(told("earlier"))
    history.close()
    with folder_in_place_of(path):
        record(history, session(41))  # begins a database in memory, which knows of no alert
    assert kept.read() == told("earlier")


def test_what_only_memory_has_is_newer_and_moves_to_the_disk(history: History, path: Path) -> None:
    kept = KeptAlerts(history)
    assert kept.write(told("earlier"))
    history.close()
    with folder_in_place_of(path):
        assert not kept.write(told("earlier", "later"))
    assert kept.read() == told("earlier", "later")
    record(history, session(41))
    history.close()
    with closing(History(path)) as again:
        assert KeptAlerts(again).read() == told("earlier", "later")


@pytest.mark.parametrize("column", ["at", "window_end"])
@pytest.mark.parametrize("damaged", [253_402_300_799, 2**60, -1])
def test_an_alert_of_a_time_that_some_zones_cannot_show_costs_no_other_one(
    history: History, path: Path, column: str, damaged: int
) -> None:
    assert KeptAlerts(history).write(told("damaged", "whole"))
    history.close()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(f"UPDATE alerts SET {column} = ? WHERE title = 'damaged'", (damaged,))  # noqa: S608
    assert KeptAlerts(history).read().records == told("whole").records


def test_a_damaged_file_keeps_its_alerts_and_its_mute(path: Path) -> None:
    with closing(History(path)) as history:
        KeptAlerts(history).write(told("first", "second"))
        for minutes in range(5, 20_000, 5):
            record(history, session(minutes % 90), minutes=minutes)
    damage_the_middle(path)
    with closing(History(path)) as history:
        percents(history)  # comes upon the damage
        assert history.problems
        assert KeptAlerts(history).read() == told("first", "second")


def test_a_copy_without_alerts_leaves_those_of_the_target(path: Path) -> None:
    with closing(connect_memory()) as memory, closing(connect(path)) as disk:
        write_alerts(disk, told("earlier"))
        copy_rows(memory, disk)
    with closing(History(path)) as history:
        assert KeptAlerts(history).read() == told("earlier")


def test_cleared_alerts_are_gone_and_what_was_told_is_still_known(history: History, path: Path) -> None:
    app = KeptAlerts(history)
    assert app.write(told("earlier"))
    with closing(History(path)) as other:
        assert other.clear()
    assert app.read() == replace(told("earlier"), records=())


@pytest.mark.parametrize("is_started_again", [False, True])
def test_a_running_app_does_not_write_cleared_alerts_back(
    history: History, path: Path, is_started_again: bool
) -> None:
    app, earlier = KeptAlerts(history), told("earlier")
    assert app.write(earlier)
    if is_started_again:
        app = KeptAlerts(history)
        assert app.read() == earlier
    for number in range(2):
        with closing(History(path)) as other:
            assert other.clear()
        both = told("earlier", f"later {number}")
        assert app.write(both)
        assert app.write(both)
        assert app.left(both.records) == both.records[1:]
        assert app.read().records == both.records[1:]


def test_cleared_alerts_do_not_come_back_with_what_only_memory_had(history: History, path: Path) -> None:
    app = KeptAlerts(history)
    assert app.write(told("earlier"))
    history.close()
    with folder_in_place_of(path):
        assert not app.write(told("earlier", "meanwhile"))
    with closing(History(path)) as other:
        assert other.clear()
    assert app.write(told("earlier", "meanwhile", "later"))
    with closing(History(path)) as other:
        assert "earlier" not in [each.title for each in KeptAlerts(other).read().records]
