"""Saving the CSV of the resets: where it was written, and why it could not be."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.present.messages import resets as words
from claudometer.ui.window import save_dialog
from claudometer.ui.window.save_dialog import save_csv, write_csv

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "provider,account\r\nclaude,ä\r\n"


class Window:
    """A window whose dialog is answered at once."""

    def __init__(self, chosen: tuple[str, ...] | str | None) -> None:
        self.chosen = chosen
        self.options: dict[str, Any] = {}

    def create_file_dialog(self, _kind: object, **options: object) -> tuple[str, ...] | str | None:
        self.options = options
        return self.chosen


@pytest.fixture(autouse=True)
def no_gtk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save_dialog, "when_dialog_opens", lambda _change: None)


@pytest.mark.parametrize("is_tuple", [True, False], ids=["GTK", "others"])
def test_the_file_has_the_text_and_the_answer_its_place(tmp_path: Path, *, is_tuple: bool) -> None:
    path = tmp_path / "resets.csv"
    window: Any = Window((str(path),) if is_tuple else str(path))
    assert save_csv(window, TEXT) == {"saved": f"Saved as {path}"}
    assert path.read_bytes() == TEXT.encode()
    assert re.fullmatch(r"claudometer-resets-\d{4}-\d\d-\d\d\.csv", window.options["save_filename"])


def test_a_canceled_dialog_writes_nothing_and_says_nothing() -> None:
    window: Any = Window(None)
    assert save_csv(window, TEXT) == {"saved": None}


def test_without_a_history_to_read_no_dialog_opens() -> None:
    window: Any = Window(None)
    assert save_csv(window, None)["message"] == words.NOT_READABLE
    assert window.options == {}


def test_what_is_no_file_is_left_alone_and_named(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    answer = write_csv(pipe, TEXT)
    assert (answer["ok"], answer["hint"]) == (False, words.NOT_SAVED_HINT)
    assert answer["message"] == f"{pipe} could not be saved: something there is not a file."
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize(
    ("number", "reason", "hint"),
    [
        (13, "you are not allowed to write there", words.NOT_SAVED_HINT),
        (28, "the disk is full", words.NO_SPACE_HINT),
        (30, "the drive is read-only", words.NOT_SAVED_HINT),
        (5, "the drive reported an error", words.NOT_SAVED_HINT),
    ],
)
def test_the_message_names_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str, hint: str
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(number, "")

    monkeypatch.setattr(save_dialog, "write_atomically", fail)
    answer = write_csv(tmp_path / "x.csv", TEXT)
    assert answer["message"] == f"{tmp_path / 'x.csv'} could not be saved: {reason}."
    assert answer["hint"] == hint
