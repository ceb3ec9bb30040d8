"""What the tray paints again, and what it reports, over a backend without a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.present.icon import IconModel, Level, Shape
from claudometer.ui.tray.tray import Tray

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.present.menu import Entry

ICON = IconModel(81, "81", Level.OK, Shape.RING, "Session 81 %")


class PaperBackend:
    """Paints on paper, which others can take away."""

    def __init__(self) -> None:
        self.painted: list[IconModel] = []
        self.works = True
        self.is_there = False

    def paint(self, model: IconModel) -> None:
        self.painted.append(model)
        self.is_there = self.works

    def has_picture(self) -> bool:
        return self.is_there

    def list_entries(self, entries: tuple[Entry, ...]) -> None:
        """Nobody reads them."""

    def run(self) -> None:
        """There is no loop."""

    def stop(self) -> None:
        """There is no loop."""


class Shown:
    """A tray over a paper backend."""

    def __init__(self, folder: Path) -> None:
        self.reports: list[bool] = []
        self.backend = PaperBackend()
        self.tray = Tray(
            lambda _action, _value: None,
            icon_folder=folder,
            on_picture=self.reports.append,
            make_backend=lambda _clicked, _folder: self.backend,
        )

    def show(self) -> None:
        self.tray.show(ICON, ())


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    return Shown(tmp_path)


def test_the_same_icon_is_painted_once(shown: Shown) -> None:
    shown.show()
    shown.show()
    assert shown.backend.painted == [ICON]
    assert shown.reports == []


def test_a_picture_that_others_removed_is_painted_again(shown: Shown) -> None:
    shown.show()
    shown.backend.is_there = False
    shown.show()
    assert shown.backend.painted == [ICON, ICON]
    assert shown.reports == []


def test_a_picture_that_cannot_be_painted_is_reported_until_it_can(shown: Shown) -> None:
    shown.backend.works = False
    shown.show()
    shown.show()
    shown.backend.works = True
    shown.show()
    shown.show()
    assert shown.reports == [False, False, True]
