"""Tests which system packages a selection of tests asks for."""

from pathlib import Path

import pytest
from devtools.catalog import Purpose
from devtools.selection import purposes_for

EVERYTHING = frozenset(Purpose) - {Purpose.PACKAGES}
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("arguments", "purposes"),
    [
        (["tests/engine"], frozenset()),
        (["tests/engine", "-q", "-k", "key"], frozenset()),
        (["tests/page/test_welcome.py::test_it"], {Purpose.CHROMIUM}),
        (["tests/desktop/test_life.py"], {Purpose.APP, Purpose.DESKTOP}),
        (["tests/desktop/test_panels.py"], {Purpose.APP, Purpose.DESKTOP, Purpose.PANELS}),
        (["tests/updates", "tests/engine"], {Purpose.RELEASE}),
        ([], EVERYTHING),
        (["-k", "key"], EVERYTHING),
    ],
)
def test_a_selection_needs_what_its_own_tests_need(
    arguments: list[str], purposes: frozenset[Purpose]
) -> None:
    assert purposes_for(arguments, ROOT, EVERYTHING) == purposes
