"""Skips and counts the tests that this machine cannot run; in CI on Linux they fail. Installs nothing."""

import os
import sys
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

import pytest
from devtools.catalog import Need, needs_for
from devtools.environment import Environment
from devtools.machine import find_manager, find_way_to_root, missing_needs
from devtools.packages import describe_probe, line_to_type, package_names
from devtools.selection import NEEDED_BY_MARKER

CHECKERS = "checkers"
CHECKER_PROGRAMS = ("check-jsonschema", "zizmor")
"""`build/dev.py check` installs these in `.venv` and runs them from there."""
MARKERS = (*NEEDED_BY_MARKER, CHECKERS)

_LACKING = pytest.StashKey[dict[str, tuple[Need, ...]]]()
_NOT_RUN = pytest.StashKey[Counter[tuple[str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the records of what is missing and what was skipped."""
    config.stash[_LACKING] = {}
    config.stash[_NOT_RUN] = Counter()


@pytest.hookimpl(tryfirst=True)  # before pytest's own hook, which sets up the fixtures
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs or libraries are missing, before a fixture tries to start them."""
    for marker in markers_of(item):
        missing = _missing_checkers() if marker == CHECKERS else _missing_on_system(item.config, marker)
        if missing:
            pytest.skip(f"missing {', '.join(missing)}")


def _missing_checkers() -> list[str]:
    environment = Environment()
    return [name for name in CHECKER_PROGRAMS if not environment.program(name).exists()]


def _missing_on_system(config: pytest.Config, marker: str) -> list[str]:
    if sys.platform != "linux":
        pytest.skip("runs on Linux alone: it needs an X server or packages of Linux")
    known = config.stash[_LACKING]
    if marker not in known:
        known[marker] = missing_needs(needs_for(NEEDED_BY_MARKER[marker]), Path(sys.executable))
    return [describe_probe(need) for need in known[marker]]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count the skipped tests that have one of our markers; in CI on Linux, make each skip a failure."""
    report = yield
    markers = markers_of(item)
    if markers and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        item.config.stash[_NOT_RUN][markers[0], reason.removeprefix("Skipped: ")] += 1
        if is_skip_a_failure(sys.platform, os.environ):
            report.outcome = "failed"
            report.longrepr = f"This test must run in CI, and was skipped: {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how many tests were skipped, why, and the command that installs what is missing."""
    not_run = config.stash[_NOT_RUN]
    if not not_run:
        return
    terminalreporter.section("not tested on this machine", yellow=True)
    for (marker, reason), count in sorted(not_run.items()):
        terminalreporter.line(f"{count} {marker} {'test' if count == 1 else 'tests'}: {reason}")
    if lacking := [need for needs in config.stash[_LACKING].values() for need in needs]:
        terminalreporter.line(f"What helps: {describe_remedy(lacking)}")
    if any(marker == CHECKERS for marker, _ in not_run):
        terminalreporter.line("What helps: python3 build/dev.py check, which installs the checkers")


def markers_of(item: pytest.Item) -> list[str]:
    """Return the markers of this plugin that the test has."""
    return [marker for marker in MARKERS if item.get_closest_marker(marker)]


def is_skip_a_failure(platform: str, environ: Mapping[str, str]) -> bool:
    """Return whether a skip is a failure: in CI on Linux. macOS has no X server."""
    return environ.get("CI", "").lower() in {"true", "1"} and platform == "linux"


def describe_remedy(lacking: Sequence[Need]) -> str:
    """Return the command that installs what is missing, or a hint without a known package manager."""
    manager = find_manager()
    names = package_names(lacking, manager) if manager else ()
    if manager is None or not names:
        return "installing these by hand"
    return line_to_type(manager, names, find_way_to_root())
