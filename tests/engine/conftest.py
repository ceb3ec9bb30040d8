"""The test bench for the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.sources import Bench
from tests.simulator.fixtures import few_certificates

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["few_certificates"]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
