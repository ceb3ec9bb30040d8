"""Skips the tests that this machine cannot run, counts them aloud, fails CI for each. Installs nothing."""

import os
import sys
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

import pytest
from devtools.catalogue import Need, Purpose, needs_for
from devtools.machine import find_manager, missing_needs
from devtools.packages import describe_probe, line_to_type, package_names

NEEDED_BY_MARKER = {
    "desktop": frozenset({Purpose.APP, Purpose.DESKTOP}),
    "chromium": frozenset({Purpose.CHROMIUM}),
    "minisign": frozenset({Purpose.RELEASE}),
    "packages": frozenset({Purpose.APP, Purpose.DESKTOP, Purpose.PACKAGES}),
}
_LACKING = pytest.StashKey[dict[str, tuple[Need, ...]]]()
_NOT_RUN = pytest.StashKey[Counter[tuple[str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make room for what is found out on the way."""
    config.stash[_LACKING] = {}
    config.stash[_NOT_RUN] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give what drives a panel, WebKit or Chromium under time limits one more chance; ``-ra`` names it."""
    if config.pluginmanager.hasplugin("rerunfailures"):
        for item in items:
            if markers_of(item):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip before any fixture starts something that cannot work here."""
    for marker in markers_of(item):
        if sys.platform != "linux":
            pytest.skip("runs on Linux alone: it needs an X server or packages of Linux")
        known = item.config.stash[_LACKING]
        if marker not in known:
            known[marker] = missing_needs(needs_for(NEEDED_BY_MARKER[marker]), Path(sys.executable))
        if known[marker]:
            pytest.skip(f"missing {', '.join(describe_probe(need) for need in known[marker])}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count each skip of a test that needs a machine; where every skip is a failure, make it one."""
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
    """Say at the end, in numbers, what was not tested, and what would help."""
    not_run = config.stash[_NOT_RUN]
    if not not_run:
        return
    terminalreporter.section("not tested on this machine", yellow=True)
    for (marker, reason), count in sorted(not_run.items()):
        terminalreporter.line(f"{count} {marker} {'test' if count == 1 else 'tests'}: {reason}")
    if lacking := [need for needs in config.stash[_LACKING].values() for need in needs]:
        terminalreporter.line(f"What helps: {describe_remedy(lacking)}")


def markers_of(item: pytest.Item) -> list[str]:
    """Return those of our markers that the test carries."""
    return [marker for marker in NEEDED_BY_MARKER if item.get_closest_marker(marker)]


def is_skip_a_failure(platform: str, environ: Mapping[str, str]) -> bool:
    """In CI everything must run; only macOS is let off, since it has no X server."""
    return environ.get("CI", "").lower() in {"true", "1"} and platform == "linux"


def describe_remedy(lacking: Sequence[Need]) -> str:
    """Name the line to type, or the task that does it all where there is no such line."""
    manager = find_manager()
    names = package_names(lacking, manager) if manager else ()
    return line_to_type(manager, names) if manager and names else "installing these by hand"
