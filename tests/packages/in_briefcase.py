"""Runs code in briefcase's environment, to see how briefcase reads the project's settings."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from devtools.packaging import briefcase

ROOT = Path(__file__).parents[2]

_READ = """
import json, sys
from pathlib import Path
from briefcase.config import parse_config
from briefcase.console import Console
_, apps = parse_config(Path("pyproject.toml"), *sys.argv[1:], Console())
print(json.dumps(apps["claudometer"], default=str))
"""


def run_in_briefcase(program: str, *words: str) -> str:
    """Run a Python program in briefcase's environment and the project's folder; return its output."""
    command = (str(briefcase.install().with_name("python")), "-c", program, *words)
    env = {**os.environ, "BRIEFCASE_HOME": str(briefcase.CACHE / "home")}
    (briefcase.CACHE / "home").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command, cwd=ROOT, env=env, text=True, capture_output=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def read_settings(platform: str, output_format: str) -> dict[str, object]:
    """Return the app's settings as briefcase merges them for a platform and format."""
    output = run_in_briefcase(_READ, platform, output_format)
    settings: dict[str, object] = json.loads(output.splitlines()[-1])  # briefcase may print lines before
    return settings
