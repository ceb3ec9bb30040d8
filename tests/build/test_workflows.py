"""Tests the two workflow checkers on folders with a mistake each."""

import subprocess
from pathlib import Path

import pytest
from devtools.workflows import commands_for, judge

SOUND = """\
name: sound
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: sound
  cancel-in-progress: true
jobs:
  one:
    name: one
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - name: say
        run: echo said
"""
UPDATES = """\
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
    schedule: { interval: weekly }
    cooldown: { default-days: 7 }
"""
pytestmark = pytest.mark.checkers
SCHEMA, AUDIT = "check-jsonschema", "zizmor"


def github(folder: Path, workflow: str, updates: str = UPDATES) -> Path:
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "one.yml").write_text(workflow, encoding="utf-8")
    (folder / ".github" / "dependabot.yml").write_text(updates, encoding="utf-8")
    return folder / ".github"


def complaints(folder: Path) -> dict[str, str]:
    """Return the output of each checker that fails, by its program's name."""
    outputs = {}
    for command in commands_for(folder):
        done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
        if done.returncode:
            outputs[Path(command[0]).stem] = done.stdout + done.stderr
    return outputs


def test_a_valid_folder_passes(tmp_path: Path) -> None:
    folder = github(tmp_path, SOUND)
    assert complaints(folder) == {}
    assert judge(folder) == 0


def test_an_unknown_key_violates_the_schema(tmp_path: Path) -> None:
    folder = github(tmp_path, SOUND.replace("timeout-minutes", "timeout-minuets"))
    assert "timeout-minuets" in complaints(folder)[SCHEMA]
    assert judge(folder) == 1


def test_dependabot_updates_without_an_interval_violate_the_schema(tmp_path: Path) -> None:
    folder = github(tmp_path, SOUND, UPDATES.replace("{ interval: weekly }", "{ day: monday }"))
    assert "interval" in complaints(folder)[SCHEMA]
    assert judge(folder) == 1


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        ("run: echo ${{ github.head_ref }}", "template-injection"),
        ("uses: actions/checkout@v7", "unpinned-uses"),
    ],
)
def test_an_insecure_step_fails_only_the_audit(tmp_path: Path, step: str, rule: str) -> None:
    folder = github(tmp_path, SOUND.replace("run: echo said", step))
    outputs = complaints(folder)
    assert list(outputs) == [AUDIT]
    assert rule in outputs[AUDIT]
    assert judge(folder) == 1


def test_a_file_that_is_not_yaml_fails_both_checkers(tmp_path: Path) -> None:
    assert set(complaints(github(tmp_path, "jobs: ["))) == {SCHEMA, AUDIT}
