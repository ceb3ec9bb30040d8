"""Who never asks for updates pays nothing for them: nothing that checks is loaded with the program."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOOK = "import sys, {module}; print(*(name for name in sys.modules if name.startswith({names})), sep='\\n')"
HEAVY = (
    "claudometer.updates",
    "claudometer.providers.downloads",
    "nacl",
)


def loaded_with(module: str) -> list[str]:
    words = [sys.executable, "-c", LOOK.format(module=module, names=HEAVY)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


@pytest.mark.parametrize(
    "module",
    ["claudometer.processes.updates", "claudometer.processes.headless", "claudometer.ui.window.bridge"],
)
def test_the_program_loads_none_of_it(module: str) -> None:
    assert loaded_with(module) == []


def test_a_check_loads_all_but_pynacl() -> None:
    found = loaded_with("claudometer.updates.service, claudometer.providers.downloads")
    assert "claudometer.updates.service" in found
    assert "claudometer.providers.downloads" in found
    assert not any(name.startswith("nacl") for name in found)
