"""Tests the plugin machine_needs in a real pytest with an empty PATH: it skips and counts; in CI it fails."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from devtools.catalog import Purpose, needs_for
from devtools.packages import describe_probe

from tests.plugins.machine_needs import MARKERS, is_skip_a_failure

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest

def test_plain(): pass

@pytest.mark.desktop
def test_on_a_desktop(): pass

@pytest.mark.desktop
def test_on_a_desktop_too(): pass

@pytest.mark.chromium
def test_in_chromium(): pass
"""
MARKERS_AS_LINES = "\n    ".join(MARKERS)
NO_OTHER_PLUGINS = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"  # hypothesis and others take half a second to load
PLUGINS = ("-p", "tests.plugins.machine_needs", "-p", "no:cacheprovider")
pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="other systems skip these markers for another reason"
)


TWO_WORKERS = ("-p", "xdist.plugin", "-n", "2")


def run_pytest(
    folder: Path, tests: str, *options: str, tools: Path = ROOT / "build", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the tests in a separate pytest whose PATH has no programs, unless ``environ`` sets another PATH."""
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    (folder / "pytest.ini").write_text(f"[pytest]\nmarkers =\n    {MARKERS_AS_LINES}\n", encoding="utf-8")
    # The outer pytest may itself run in CI, and its variables must not reach the inner one.
    plain = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("PYTEST")}
    python_path = f"{tools}{os.pathsep}{ROOT}"
    return subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGINS, *options, "-c", folder / "pytest.ini", folder],
        check=False,
        capture_output=True,
        text=True,
        env=plain | {"PATH": str(folder), "PYTHONPATH": python_path, NO_OTHER_PLUGINS: "1"} | environ,
        timeout=60,
    )


@pytest.mark.parametrize("options", [(), TWO_WORKERS], ids=["one process", "two workers"])
def test_tests_with_missing_needs_are_skipped_and_counted(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run_pytest(tmp_path, TESTS, *options)
    assert done.returncode == 0, done.stdout
    assert "1 chromium test: missing chromium, chromedriver" in done.stdout
    assert "2 desktop tests: missing " in done.stdout
    assert "What helps: " in done.stdout
    assert "1 passed, 3 skipped in" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("options", [(), TWO_WORKERS], ids=["one process", "two workers"])
def test_each_such_skip_is_a_failure_in_ci(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run_pytest(tmp_path, TESTS, *options, CI="true")
    assert "1 chromium test: missing chromium, chromedriver" in done.stdout
    assert done.returncode == 1
    assert "1 passed, 3 errors in" in done.stdout.splitlines()[-1]


def test_a_test_with_such_a_marker_that_skips_itself_fails_in_ci(tmp_path: Path) -> None:
    excuse = "import pytest\n@pytest.mark.chromium\ndef test_it(): pytest.skip('not today')\n"
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("chromium", "chromedriver"):
        (programs / name).symlink_to(sys.executable)  # any program counts as found
    done = run_pytest(tmp_path, excuse, CI="true", PATH=str(programs))
    assert done.returncode == 1
    assert "not today" in done.stdout


PANELS = {describe_probe(need) for need in needs_for(frozenset({Purpose.PANELS}))}
ON_PANELS = """
import pytest

@pytest.mark.panels
def test_on_all(): pass

@pytest.mark.panels("tint2")
def test_on_one(): pass

@pytest.mark.panels("sway", "trayer")
def test_on_two(): pass
"""


def test_a_missing_panel_skips_only_the_tests_that_name_it_or_none(tmp_path: Path) -> None:
    """Debian sid has lost trayer. Everything else that a panel's test needs is missing here, too."""
    done = run_pytest(tmp_path, ON_PANELS)
    reasons = [
        set(line.partition(" missing ")[2].split(", ")) & PANELS
        for line in done.stdout.splitlines()
        if "1 panels test: missing " in line
    ]
    assert sorted(reasons, key=len) == [{"tint2"}, {"sway", "trayer"}, PANELS]


def test_the_panels_that_tests_name_are_in_the_catalog() -> None:
    """A misspelled one would never be found missing."""
    files = sorted((ROOT / "tests" / "desktop").glob("test_*.py"))
    calls = [
        call
        for file in files
        for call in re.findall(r"\bmark\.panels\(([^)]*)\)", file.read_text(encoding="utf-8"))
    ]
    named = {name for call in calls for name in re.findall(r'"([^"]+)"', call)}
    assert named
    assert named <= PANELS


@pytest.mark.parametrize(("environ", "code"), [({}, 0), ({"CI": "true"}, 1)])
def test_tests_of_missing_checkers_are_skipped_and_counted_and_fail_in_ci(
    tmp_path: Path, environ: dict[str, str], code: int
) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "build" / "devtools", checkout / "build" / "devtools")
    tests = "import pytest\n@pytest.mark.checkers\ndef test_it(): pass\n"
    folder = tmp_path / "tests"
    folder.mkdir()
    done = run_pytest(folder, tests, tools=checkout / "build", **environ)
    assert done.returncode == code, done.stdout
    assert "1 checkers test: missing check-jsonschema, zizmor" in done.stdout
    assert "What helps: python3 build/dev.py check" in done.stdout


@pytest.mark.parametrize(("folder", "markers"), [("page", {"chromium"}), ("desktop", {"desktop", "panels"})])
def test_every_file_with_tests_of_page_or_desktop_names_what_it_needs(folder: str, markers: set[str]) -> None:
    """Without its marker, a file fails where the program is missing instead of being skipped and counted."""
    files = sorted((ROOT / "tests" / folder).glob("test_*.py"))
    assert files
    named = {file.name: set(re.findall(r"\bmark\.(\w+)", file.read_text(encoding="utf-8"))) for file in files}
    assert [name for name, found in named.items() if not found & markers] == []


def test_every_second_attempt_is_for_one_named_error_and_has_a_comment_with_the_reason() -> None:
    """A rerun hides races, so it is only for a proven fault of another project's program."""
    marks = [
        line
        for file in sorted((ROOT / "tests").rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"\bmark\.flaky\(", line)
    ]
    assert marks
    assert [line for line in marks if "only_rerun=" not in line or "  # " not in line] == []


def test_a_skip_without_such_a_marker_is_no_failure_in_ci(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "import pytest\ndef test_it(): pytest.skip('of Windows')\n", CI="true")
    assert done.returncode == 0
    assert "not tested on this machine" not in done.stdout


def test_skips_are_failures_only_in_ci_on_linux() -> None:
    assert is_skip_a_failure("linux", {"CI": "true"})
    assert not is_skip_a_failure("linux", {})
    assert not is_skip_a_failure("linux", {"CI": "false"})
    assert not is_skip_a_failure("darwin", {"CI": "true"})
