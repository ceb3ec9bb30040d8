"""Checks GitHub workflows: their syntax, and what would give others access. Must not run them."""

import subprocess
from pathlib import Path

from devtools.environment import Environment

Command = tuple[Path | str, ...]


def commands_for(github: Path) -> tuple[Command, ...]:
    """Return the commands that check a `.github` folder. They need no network."""
    environment = Environment()
    schema, audit = environment.program("check-jsonschema"), environment.program("zizmor")
    flows = sorted((github / "workflows").glob("*.y*ml"))
    updates = github / "dependabot.yml"
    forms: list[Command] = [(schema, "--builtin-schema", "vendor.github-workflows", *flows)]
    if updates.is_file():
        forms.append((schema, "--builtin-schema", "vendor.dependabot", updates))
    # Without --strict-collection an unreadable file would cause a warning only.
    return (*forms, (audit, "--offline", "--no-progress", "--strict-collection", github))


def judge(github: Path) -> int:
    """Run all commands, so that one report names every problem; return 0 if there is none, else 1."""
    results = [subprocess.run(command, check=False).returncode for command in commands_for(github)]
    return int(any(results))
