"""Fixtures: a socket path, a small engine, a server for it, and a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.control.client import ControlClient
from tests.control.running_server import RunningServer
from tests.control.small_engine import SmallEngine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def socket_path(short_folder: Path) -> str:
    return str(short_folder / "control.sock")


@pytest.fixture
def engine() -> SmallEngine:
    return SmallEngine()


@pytest.fixture
def server(engine: SmallEngine, socket_path: str) -> Iterator[RunningServer]:
    with RunningServer(engine, socket_path) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> ControlClient:
    return ControlClient(server.path)
