"""Tests build/dev.py as a command."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from devtools.environment import Environment
from devtools.tasks import TASKS

ROOT = Path(__file__).resolve().parents[2]
IN_VENV = pytest.mark.skipif(
    not Environment().stamp.exists(), reason="would create .venv, which a test should not do"
)
DEV = ROOT / "build" / "dev.py"


def dev(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, DEV, *arguments], check=False, capture_output=True, text=True, cwd=cwd, timeout=100
    )


@IN_VENV
def test_version_prints_the_projects_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = dev("version")
    assert done.stdout == f"{project['version']}\n"
    assert done.returncode == 0, done.stderr


def test_help_lists_every_task_from_any_folder(tmp_path: Path) -> None:
    done = dev("--help", cwd=tmp_path)
    assert done.returncode == 0
    listed = re.findall(r"^  (\S+)", done.stdout, re.MULTILINE)
    assert listed == [task.name for task in TASKS]


@pytest.mark.parametrize(
    "arguments",
    [*((task.name, "--help") for task in TASKS), ("bench", "--quick", "-h"), ("check", "-h")],
    ids=" ".join,
)
def test_the_help_of_a_task_does_nothing_else(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    shutil.copytree(ROOT / "build", tmp_path / "build")  # without .venv: every task would first create one
    before = sorted(tmp_path.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-B", tmp_path / "build" / "dev.py", *arguments],  # -B: writes no __pycache__
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"python3 build/dev.py {arguments[0]}")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert sorted(tmp_path.rglob("*")) == before


def test_the_help_fits_a_terminal_of_80_columns() -> None:
    assert max(map(len, dev("--help").stdout.splitlines())) <= 80


def test_an_unknown_task_prints_an_error_and_the_tasks_to_stderr() -> None:
    done = dev("tset")
    assert done.returncode == 64
    assert done.stdout == ""
    assert "There is no task 'tset'." in done.stderr
    assert "typecheck" in done.stderr


def test_a_task_without_arguments_refuses_arguments() -> None:
    assert dev("check", "--fix").returncode == 64


def test_another_python_than_the_distributions_can_only_run_the_quick_tests() -> None:
    done = dev("test", "--this-python")
    assert done.returncode == 64
    assert "--this-python goes with --quick" in done.stderr


@IN_VENV
def test_the_quick_tests_exclude_slow_and_desktop_tests() -> None:
    folders = ("accelerated", "crash", "desktop", "domain", "end_to_end")
    paths = [f"tests/{folder}" for folder in folders]
    done = dev("test", "--quick", "-n", "0", "--collect-only", "-q", *paths)
    collected = {line.split("/")[1] for line in done.stdout.splitlines() if line.startswith("tests/")}
    assert collected == {"domain"}, done.stdout + done.stderr


def test_an_old_python_can_parse_dev_py_and_print_the_message_about_its_version() -> None:
    # 3.7 is the oldest version whose syntax ast can check.
    tree = ast.parse(DEV.read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = [node.names[0].name for node in tree.body if isinstance(node, ast.Import)]
    assert imported == ["sys"]


def test_the_tools_only_import_the_standard_library() -> None:
    files = [DEV, *(ROOT / "build" / "devtools").glob("*.py")]
    imported = {name for file in files for name in imports_of(file)}
    assert imported - sys.stdlib_module_names == {"devtools"}


def imports_of(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | froms}


def test_the_folder_build_is_no_package_because_it_would_hide_the_module_build() -> None:
    assert not (ROOT / "build" / "__init__.py").exists()
