"""Plugins for all tests. Fixtures for one folder belong in that folder's conftest.py."""

pytest_plugins = [
    "tests.plugins.hypothesis_profiles",
    "tests.plugins.interrupts",
    "tests.plugins.machine_needs",
    "tests.plugins.short_folder",
    "tests.plugins.workers",
]
