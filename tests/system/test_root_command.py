"""Tests the command lines that run a command as root."""

from __future__ import annotations

import pytest

from claudometer.system.root_command import as_root


@pytest.mark.parametrize(
    ("programs", "line"),
    [
        ({"sudo", "su"}, "sudo apt install dunst"),
        ({"doas", "su"}, "doas apt install dunst"),
        ({"su"}, "su -lc 'apt install dunst'"),
        (set(), "su -lc 'apt install dunst'"),
    ],
)
def test_the_command_fits_the_installed_programs(programs: set[str], line: str) -> None:
    assert (
        as_root("apt install dunst", lambda name: name if name in programs else None, is_root=False) == line
    )


def test_root_needs_no_other_program() -> None:
    assert as_root("apt install dunst", lambda name: name, is_root=True) == "apt install dunst"
