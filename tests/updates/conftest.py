"""A release server and a machine for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.fixtures import few_certificates
from tests.updates.bench import Bench
from tests.updates.releases import Releases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


__all__ = ["few_certificates"]


@pytest.fixture
def releases() -> Iterator[Releases]:
    with Releases() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, releases: Releases) -> Bench:
    folder = tmp_path / "programs"
    folder.mkdir()
    made = Bench(folder, releases)
    made.publish()
    return made
