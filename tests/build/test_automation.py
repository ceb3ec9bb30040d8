"""Tests that CI, workflows and pre-commit only run tasks of dev.py, and that what they fetch is pinned."""

import fnmatch
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from devtools.packaging.recipes import RECIPES
from devtools.tasks import TASKS

from tests.packages.bare_root import DESKTOP_BASE

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCRIPTS = sorted((ROOT / ".ci").iterdir())
CALL = re.compile(r"python3 build/dev\.py ([a-z-]+)")


def test_the_list_of_workflows_is_complete() -> None:
    assert [path.name for path in WORKFLOWS] == ["checks.yml", "packages.yml", "release.yml"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_full_commit_with_its_release_in_a_comment(workflow: Path) -> None:
    uses = [line.strip() for line in workflow.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert uses
    assert [line for line in uses if not re.search(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d", line)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_workflow_starts_without_permissions(workflow: Path) -> None:
    assert "\npermissions: {}\n" in workflow.read_text(encoding="utf-8")


def test_ci_workflows_and_hooks_run_the_expected_tasks() -> None:
    checks = CALL.findall((ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8"))
    script = CALL.findall((ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    hooks = CALL.findall((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert script == ["test", "check", "package-test"]
    on_linux = on_macos = ["test", "check"]
    on_each_python, on_windows = ["test"], ["test", "lint", "workflows"]
    assert checks == [*on_linux, *on_each_python, *on_macos, *on_windows]
    assert hooks == ["lint", "format", "typecheck"]
    assert {*checks, *script, *hooks} <= {task.name for task in TASKS}


def test_every_declared_python_version_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    prefix = "Programming Language :: Python :: "
    declared = [line.removeprefix(prefix) for line in project["classifiers"] if line.startswith(prefix)]
    assert project["requires-python"] == f">={declared[0]}"
    text = (ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    assert f"python: {json.dumps(declared)}\n" in text


def test_the_release_workflow_builds_every_package_and_then_signs_and_checks() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    kinds = {*re.findall(r"kind: ([a-z-]+)", text), *re.findall(r"dev\.py package ([a-z-]+)", text)}
    assert kinds == set(RECIPES)
    assert re.findall(r"dev\.py release ([a-z]+) dist\n", text) == ["sign", "manifest", "sums", "check"]
    assert text.count("secrets.CLAUDOMETER_RELEASE_KEY") == 1


def test_the_release_takes_from_the_job_for_python_only_the_files_for_an_index() -> None:
    """The recipe also writes the folder dist/completions, and `gh release create` fails for a folder."""
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    path = re.search(r"name: package-python\n\s+path: (\S+)", text)
    assert path is not None
    made = ["dist/claudometer_desktop-1.2.3-py3-none-any.whl", "dist/claudometer_desktop-1.2.3.tar.gz"]
    assert fnmatch.filter([*made, "dist/completions"], path[1]) == made


def test_the_packages_workflow_builds_every_package_and_runs_every_try_script() -> None:
    text = (ROOT / ".github" / "workflows" / "packages.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"dev\.py package ([a-z-]+)", text)) == set(RECIPES)
    tries = {script.name for script in SCRIPTS if script.name.startswith("try-")}
    assert {*re.findall(r"\.ci/(try-[a-z]+) ", text)} == tries


def test_the_workflow_installs_every_desktop_library_that_the_appimage_needs() -> None:
    """A library that is not installed by name may be missing in the next runner image, as libfribidi was."""
    text = (ROOT / ".github" / "workflows" / "packages.yml").read_text(encoding="utf-8")
    step = text.partition("the libraries of every desktop\n")[2].partition("- name:")[0]
    assert set(DESKTOP_BASE) - set(step.split()) == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_ci_script_parses_and_stops_at_the_first_failure(script: Path) -> None:
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
