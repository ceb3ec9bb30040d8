"""Tests that the program does not load the update code before the first check."""

from __future__ import annotations

import subprocess
import sys

import pytest

PRINT_LOADED = (
    "import sys, {module}; print(*(name for name in sys.modules if name.startswith({names})), sep='\\n')"
)
HEAVY = (
    "claudometer.updates",
    "claudometer.providers.downloads",
    "nacl",
)


def loaded_with(module: str) -> list[str]:
    command = [sys.executable, "-c", PRINT_LOADED.format(module=module, names=HEAVY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


@pytest.mark.parametrize(
    "module",
    ["claudometer.processes.updates", "claudometer.processes.headless", "claudometer.ui.window.bridge"],
)
def test_the_program_loads_no_update_code(module: str) -> None:
    assert loaded_with(module) == []


def test_a_check_does_not_load_pynacl() -> None:
    found = loaded_with("claudometer.updates.check_and_install, claudometer.providers.downloads")
    assert "claudometer.updates.check_and_install" in found
    assert "claudometer.providers.downloads" in found
    assert not any(name.startswith("nacl") for name in found)
