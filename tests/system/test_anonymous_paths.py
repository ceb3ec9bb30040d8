"""Texts without the names of people, and paths without names that a shell still finds."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from claudometer.system import anonymous_paths
from claudometer.system.anonymous_paths import shell_path, without_names

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def anna(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("LOGNAME", "anna")
    monkeypatch.setenv("USER", "anna")
    anonymous_paths._user_name.cache_clear()
    yield
    anonymous_paths._user_name.cache_clear()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/anna/.claude", "~/.claude"),
        ("/home/anna", "~"),
        ("in /home/anna/x and /home/anna.", "in ~/x and ~."),
        ("/home/annabelle/x", "/home/annabelle/x"),
        ("/mnt/anna/claude", "/mnt/$USER/claude"),
        ("/mnt/annas/claude", "/mnt/annas/claude"),
        ("/media/anna", "/media/$USER"),
        ("/usr/bin/claudometer", "/usr/bin/claudometer"),
    ],
)
def test_home_and_name_are_replaced(text: str, shown: str) -> None:
    assert without_names(text) == shown


@pytest.mark.parametrize(
    "path",
    [
        "/home/anna",
        "/home/anna/my files/x",
        "/mnt/anna/a b",
        '/mnt/anna/$x"`y',
        "/srv/it's",
        "/home/anna/~x",
        "/mnt/anna/$USERNAME/x",
    ],
)
def test_a_shell_reads_the_path_that_was_meant(path: str) -> None:
    word = shell_path(path)
    assert "anna" not in word
    done = subprocess.run(
        ["sh", "-c", f"printf %s {word}"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == path
