"""The simulator as a pytest fixture, for import in a ``conftest.py``."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator


TLS = Path(__file__).parent.parent / "fixtures" / "tls"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A new simulator of both servers, at an unused port."""
    with Simulator() as running:
        yield running


@pytest.fixture
def tls_simulator() -> Iterator[Simulator]:
    """A server whose certificate is signed by the tests' own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    with Simulator(tls=context) as running:
        yield running
