"""Tests what is said before and after a set-up."""

from pathlib import Path

import pytest
from devtools.announcement import announce, duration, last_duration, timed


def test_what_the_set_up_does_is_said_with_the_time_of_the_last_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    announce("System packages; fetches 90 MB:\n  xvfb  a screen", "Python packages", 75)
    assert capsys.readouterr().err.splitlines() == [
        "A set-up comes first. Last time it took 1 min 15 s.",
        "1. System packages; fetches 90 MB:",
        "  xvfb  a screen",
        "2. Python packages",
    ]


def test_nothing_is_said_if_there_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    announce("", None, 75)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("seconds", "text"), [(4.4, "4 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s")])
def test_a_duration_is_minutes_and_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_duration_is_kept_for_each_kind_of_set_up(tmp_path: Path) -> None:
    record = tmp_path / "folder" / "times.json"
    assert last_duration(record, "app") is None
    with timed(record, "app"):
        pass
    app = last_duration(record, "app")
    assert app is not None
    with timed(record, "test"):
        pass
    assert last_duration(record, "app") == app
    assert last_duration(record, "test") is not None
    assert last_duration(record, "other") is None


def test_a_set_up_that_fails_leaves_no_duration(tmp_path: Path) -> None:
    record = tmp_path / "times.json"
    with pytest.raises(ValueError, match="no"), timed(record, "app"):
        raise ValueError("no")
    assert last_duration(record, "app") is None


def test_a_damaged_record_counts_as_none(tmp_path: Path) -> None:
    record = tmp_path / "times.json"
    record.write_text("[", encoding="utf-8")
    assert last_duration(record, "app") is None
