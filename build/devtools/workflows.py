"""Looks for mistakes in what runs on GitHub: its form, and what would let others in. Must run none of it."""

import subprocess
from pathlib import Path

from devtools.environment import Environment

Command = tuple[Path | str, ...]


def commands_for(github: Path) -> tuple[Command, ...]:
    """Return the commands that judge a `.github` folder; neither asks the network."""
    environment = Environment()
    schema, audit = environment.program("check-jsonschema"), environment.program("zizmor")
    flows = sorted((github / "workflows").glob("*.y*ml"))
    updates = github / "dependabot.yml"
    forms: list[Command] = [(schema, "--builtin-schema", "vendor.github-workflows", *flows)]
    if updates.is_file():
        forms.append((schema, "--builtin-schema", "vendor.dependabot", updates))
    # Without the strictness a file that cannot be read would be passed over with a warning.
    return (*forms, (audit, "--offline", "--no-progress", "--strict-collection", github))


def judge(github: Path) -> int:
    """Run them all, so that one report names everything; return 0 when all are content, else 1."""
    results = [subprocess.run(command, check=False).returncode for command in commands_for(github)]
    return int(any(results))
