"""Skips and counts the tests that this machine cannot run; in CI on Linux they fail. Installs nothing."""

import os
import sys
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import pytest
from devtools.catalog import Need, Purpose, needs_for
from devtools.environment import Environment
from devtools.machine import find_manager, find_not_offered, find_way_to_root, missing_needs
from devtools.packages import describe_probe, line_to_type, package_names
from devtools.selection import NEEDED_BY_MARKER

CHECKERS = "checkers"
CHECKER_PROGRAMS = ("check-jsonschema", "zizmor")
"""`build/dev.py check` installs these in `.venv` and runs them from there."""
MARKERS = (*NEEDED_BY_MARKER, CHECKERS)

_NOT_RUN = "not run on this machine"
_LACKING = pytest.StashKey[dict[str, tuple[Need, ...]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the record of what is missing."""
    config.stash[_LACKING] = {}


@pytest.hookimpl(tryfirst=True)  # before pytest's own hook, which sets up the fixtures
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs or libraries are missing, before a fixture tries to start them."""
    for marker in markers_of(item):
        missing = _missing_checkers() if marker == CHECKERS else _missing_on_system(item, marker)
        if missing:
            pytest.skip(f"missing {', '.join(missing)}")


def _missing_checkers() -> list[str]:
    environment = Environment()
    return [name for name in CHECKER_PROGRAMS if not environment.program(name).exists()]


def _missing_on_system(item: pytest.Item, marker: str) -> list[str]:
    """Return what is missing for a marker of the test; of the panels, only those that the marker names."""
    if sys.platform != "linux":
        pytest.skip("runs on Linux alone: it needs an X server or packages of Linux")
    mark = item.get_closest_marker(marker)
    panels = mark.args if mark else ()
    return [
        describe_probe(need)
        for need in _lacking(item.config, marker)
        if not panels or need.purpose is not Purpose.PANELS or describe_probe(need) in panels
    ]


def _lacking(config: pytest.Config, marker: str) -> tuple[Need, ...]:
    known = config.stash[_LACKING]
    if marker not in known:
        known[marker] = missing_needs(needs_for(NEEDED_BY_MARKER[marker]), Path(sys.executable))
    return known[marker]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on the report of a skipped test that has one of our markers; in CI on Linux, make it a failure.

    The note travels with the report: with ``-n``, another process than this one counts and prints.
    """
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and (markers := markers_of(item)):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.user_properties.append((_NOT_RUN, (markers[0], reason.removeprefix("Skipped: "))))
        if is_skip_a_failure(sys.platform, os.environ):
            report.outcome = "failed"
            report.longrepr = f"This test must run in CI, and was skipped: {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print how many tests were skipped, why, and the command that installs what is missing."""
    reports = chain.from_iterable(terminalreporter.stats.values())
    notes = [dict(getattr(report, "user_properties", ())).get(_NOT_RUN) for report in reports]
    not_run = Counter((marker, reason) for marker, reason in filter(None, notes))
    if not not_run:
        return
    terminalreporter.section("not tested on this machine", yellow=True)
    for (marker, reason), count in sorted(not_run.items()):
        terminalreporter.line(f"{count} {marker} {'test' if count == 1 else 'tests'}: {reason}")
    markers = dict.fromkeys(marker for marker, _ in not_run if marker in NEEDED_BY_MARKER)
    if sys.platform == "linux" and (lacking := [need for each in markers for need in _lacking(config, each)]):
        terminalreporter.line(f"What helps: {describe_remedy(lacking)}")
    if CHECKERS in {marker for marker, _ in not_run}:
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
    absent = find_not_offered(manager, names)
    if offered := tuple(name for name in names if name not in absent):
        return line_to_type(manager, offered, find_way_to_root())
    return f"nothing: this system's package lists do not have {', '.join(absent)}"
