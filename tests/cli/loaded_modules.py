"""Which modules a command imports, for tests that keep commands light."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import claudometer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cli.program import Program

HEAVY = {
    "httpx", "pydantic", "asyncio", "dataclasses", "typing", "logging", "pathlib", "inspect", "socket",
    "argparse", "shutil", "subprocess", "platformdirs", "keyring", "unicodedata", "claudometer.domain.errors",
    "re", "enum", "functools", "collections", "json", "hashlib", "datetime", "locale", "atexit", "threading",
}  # fmt: skip
"""What neither `statusline` nor `status` beside a running app may import."""


_AS_INSTALLED = "import sys; from claudometer.cli import main; sys.exit(main())"


def modules_loaded_by(
    program: Program, *words: str, stdin: str = "", paths: Sequence[str] = (), **env: str
) -> set[str]:
    """Run a command, which must succeed, and return the names of all modules that it imported.

    It runs without site packages, because what a .pth file imports is not the program's doing. ``paths``
    are more folders to import from, ``env`` more variables.
    """
    command = program.command(*words)
    command[1:3] = ["-S", "-X", "importtime", "-c", _AS_INSTALLED]  # `-m` would itself load a dozen modules
    own = [os.path.dirname(path) for path in claudometer.__path__]  # noqa: PTH120 - strings for a variable
    environment = program.environment | env | {"PYTHONPATH": os.pathsep.join([*own, *paths])}
    done = subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
