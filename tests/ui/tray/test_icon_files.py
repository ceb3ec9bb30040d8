"""The shown picture as files: found by name, sharp at every size, never more than two."""

from __future__ import annotations

import configparser
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from claudometer.present.icon import IconModel, Level, Shape
from claudometer.ui.tray.drawing import draw
from claudometer.ui.tray.icon_files import IconFiles, icon_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG_AGO = 1_000_000_000


def model(percent: int, tooltip: str = "") -> IconModel:
    return IconModel(percent, str(percent), Level.OK, Shape.RING, tooltip)


@pytest.fixture
def files(tmp_path: Path) -> IconFiles:
    return IconFiles(tmp_path / "claudometer" / "icons")


def names(files: IconFiles) -> set[str]:
    return {path.stem for path in files.folder.rglob("*.png")}


def test_each_size_is_drawn_for_itself(files: IconFiles) -> None:
    name = files.write(model(81))
    for folder, pixels in (("16x16", 16), ("22x22", 22), ("24x24", 24), ("22x22@2", 44), ("24x24@2", 48)):
        with Image.open(files.folder / f"hicolor/{folder}/status/{name}.png") as written:
            assert written.convert("RGBA").tobytes() == draw(model(81), pixels).tobytes()


def test_the_index_describes_every_folder_that_holds_a_picture(files: IconFiles) -> None:
    files.write(model(81))
    index = configparser.ConfigParser()
    index.read(files.folder / "hicolor/index.theme")
    folders = index["Icon Theme"]["Directories"].split(",")
    holding = {str(path.parent.relative_to(files.folder / "hicolor")) for path in files.folder.rglob("*.png")}
    assert set(folders) == holding
    for folder in folders:
        size, scale = int(index[folder]["Size"]), int(index[folder]["Scale"])
        (picture,) = (files.folder / "hicolor" / folder).glob("*.png")
        with Image.open(picture) as written:
            assert written.size == (size * scale, size * scale)


def test_another_picture_has_another_name_and_other_words_have_not() -> None:
    assert icon_name(model(81)) != icon_name(model(82))
    assert icon_name(model(81, "resets 14:10")) == icon_name(model(81, "resets 15:10"))


def test_a_name_cannot_be_shortened_to_that_of_the_programs_own_icon() -> None:
    """KDE cuts names at hyphens, and finds an installed "claudometer" before it looks into our folder."""
    assert "-" not in icon_name(model(81))


def test_the_picture_before_is_kept_for_a_slow_panel_and_older_ones_are_not(files: IconFiles) -> None:
    written = [files.write(model(percent)) for percent in range(10)]
    assert names(files) == set(written[-2:])


def test_a_picture_that_comes_back_is_kept_as_the_newest(files: IconFiles) -> None:
    first, second = files.write(model(1)), files.write(model(2))
    assert files.write(model(1)) == first
    third = files.write(model(3))
    assert names(files) == {first, third}
    assert second not in names(files)


def test_gtk_is_told_that_the_folders_have_changed(files: IconFiles) -> None:
    files.write(model(1))
    watched = (files.folder, files.folder / "hicolor")
    for folder in watched:
        os.utime(folder, (LONG_AGO, LONG_AGO))
    files.write(model(2))
    assert all(folder.stat().st_mtime > LONG_AGO for folder in watched)


def test_nobody_else_may_look_into_the_folder(files: IconFiles) -> None:
    files.write(model(1))
    assert files.folder.stat().st_mode & 0o077 == 0


def test_pictures_of_an_earlier_run_that_crashed_are_cleared_away(files: IconFiles) -> None:
    left_over = IconFiles(files.folder).write(model(7))
    files.write(model(8))
    assert left_over not in names(files)


def test_a_folder_that_was_cleared_meanwhile_is_made_again(files: IconFiles) -> None:
    files.write(model(1))
    for path in files.folder.rglob("*.png"):
        path.unlink()
    for folder in sorted(files.folder.rglob("*/"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    files.write(model(2))
    assert icon_name(model(2)) in names(files)


def test_at_the_end_nothing_is_left(files: IconFiles) -> None:
    for percent in range(3):
        files.write(model(percent))
    files.remove()
    assert names(files) == set()


def test_pictures_that_others_removed_are_noticed_and_written_again(files: IconFiles) -> None:
    assert not files.is_whole()
    name = files.write(model(81))
    assert files.is_whole()
    shutil.rmtree(files.folder)
    assert not files.is_whole()
    assert files.write(model(81)) == name
    assert files.is_whole()


def test_a_folder_that_is_a_file_is_an_error_of_the_system_and_none_when_it_comes_to_removing(
    files: IconFiles,
) -> None:
    files.write(model(81))
    shutil.rmtree(files.folder)
    files.folder.touch()
    with pytest.raises(OSError, match="icons"):
        files.write(model(82))
    files.remove()


def a_file(folder: Path) -> None:
    folder.parent.mkdir(0o700)
    folder.write_text("")


def a_link(folder: Path) -> None:
    folder.parent.mkdir(0o700)
    (folder.parent / "elsewhere").mkdir()
    folder.symlink_to(folder.parent / "elsewhere")


def a_folder_in_a_pictures_place(folder: Path) -> None:
    (folder / "hicolor/16x16/status" / f"{icon_name(model(1))}.png").mkdir(parents=True)


def a_pipe_in_the_indexs_place(folder: Path) -> None:
    (folder / "hicolor").mkdir(parents=True)
    os.mkfifo(folder / "hicolor/index.theme")


@pytest.mark.parametrize("block", [a_file, a_link, a_folder_in_a_pictures_place, a_pipe_in_the_indexs_place])
def test_what_is_in_the_way_is_left_alone_and_an_error_of_the_system(
    files: IconFiles, block: Callable[[Path], None]
) -> None:
    block(files.folder)
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on what is in the way
        files.write(model(1))
    files.remove()
    if block is a_link:
        assert list((files.folder.parent / "elsewhere").iterdir()) == []
