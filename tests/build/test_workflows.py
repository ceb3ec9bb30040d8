"""The two tools that judge workflows, run for real on folders with one mistake each."""

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
FORM, AUDIT = "check-jsonschema", "zizmor"


def github(folder: Path, workflow: str, updates: str = UPDATES) -> Path:
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "one.yml").write_text(workflow, encoding="utf-8")
    (folder / ".github" / "dependabot.yml").write_text(updates, encoding="utf-8")
    return folder / ".github"


def who_objects(folder: Path) -> dict[str, str]:
    """Return what those tools say that are not content."""
    said = {}
    for command in commands_for(folder):
        done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
        if done.returncode:
            said[Path(command[0]).stem] = done.stdout + done.stderr
    return said


def test_a_sound_folder_passes(tmp_path: Path) -> None:
    folder = github(tmp_path, SOUND)
    assert who_objects(folder) == {}
    assert judge(folder) == 0


def test_a_key_that_github_does_not_know_is_a_mistake_of_form(tmp_path: Path) -> None:
    folder = github(tmp_path, SOUND.replace("timeout-minutes", "timeout-minuets"))
    assert "timeout-minuets" in who_objects(folder)[FORM]
    assert judge(folder) == 1


def test_updates_without_an_interval_are_a_mistake_of_form(tmp_path: Path) -> None:
    folder = github(tmp_path, SOUND, UPDATES.replace("{ interval: weekly }", "{ day: monday }"))
    assert "interval" in who_objects(folder)[FORM]
    assert judge(folder) == 1


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        ("run: echo ${{ github.head_ref }}", "template-injection"),
        ("uses: actions/checkout@v7", "unpinned-uses"),
    ],
)
def test_what_lets_others_in_is_refused_though_its_form_is_right(
    tmp_path: Path, step: str, rule: str
) -> None:
    folder = github(tmp_path, SOUND.replace("run: echo said", step))
    said = who_objects(folder)
    assert list(said) == [AUDIT]
    assert rule in said[AUDIT]
    assert judge(folder) == 1


def test_a_file_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    assert set(who_objects(github(tmp_path, "jobs: ["))) == {FORM, AUDIT}
