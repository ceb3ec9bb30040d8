"""Tests that the output is byte for byte as ``python -m tests.interface`` recorded it."""

from __future__ import annotations

import sys

import pytest

from tests.interface.recording import GOLDEN, MACHINE, SENTENCES, golden_file, names, record
from tests.interface.running_app import NAME

if sys.platform != "linux":
    pytest.skip("recorded on Linux; messages contain paths of the system", allow_module_level=True)


@pytest.mark.parametrize(("kind", "name"), [pytest.param(*each, id="/".join(each)) for each in names()])
def test_the_output_is_as_recorded(kind: str, name: str) -> None:
    assert record(kind, name) == golden_file(kind, name).read_text(encoding="utf-8")


def test_every_recording_belongs_to_a_situation() -> None:
    recorded = {golden_file(kind, name) for kind, name in (*names(), (MACHINE, NAME), (SENTENCES, NAME))}
    assert set(GOLDEN.rglob("*.txt")) == recorded
