"""Fixtures for the tests of the app's alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.processes.alerting import Alerting
from tests.readings import reading, session, snapshot

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def alerting(tmp_path: Path) -> Alerting:
    """Alerts that have nothing to report yet."""
    made = Alerting(tmp_path)
    made.engine.snapshot = snapshot(reading(session(1, None), fetched_at=made.time.now()))
    return made
