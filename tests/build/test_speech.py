"""What the build tells people fits 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devtools.speech import WIDTH, say

if TYPE_CHECKING:
    import pytest


def said(text: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    say(text)
    return capsys.readouterr().err.splitlines()


def test_a_long_row_goes_on_below_its_right_column(capsys: pytest.CaptureFixture[str]) -> None:
    why = "draws the window, and the icon in panels that know only the older kind of tray"
    lines = said(f"1. First:\n  gir1.2-gtk-3.0      {why}", capsys)
    assert lines[1:] == [
        "  gir1.2-gtk-3.0      draws the window, and the icon in panels that know only",
        "                      the older kind of tray",
    ]


def test_a_numbered_step_goes_on_below_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    folder = "/home/somebody/claudometer/.venv"
    first, second = said(f"2. Claudometer and its Python packages, into {folder}; fetches 20 MB.", capsys)
    assert len(first) <= WIDTH
    assert second == "   fetches 20 MB."


def test_a_path_is_never_broken(capsys: pytest.CaptureFixture[str]) -> None:
    path = "/home/somebody/" + "claudometer-" * 8
    assert path in said(f"Not all package lists could be fetched (see {path}).", capsys)[-1]
