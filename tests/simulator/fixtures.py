"""The simulator as a pytest fixture, for import in a ``conftest.py``."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import certifi
import pytest

from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator


TLS = Path(__file__).parent.parent / "fixtures" / "tls"


@pytest.fixture(autouse=True, scope="module")
def few_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one authority instead of the system's hundred, whose reading takes most of a request's time.

    It has signed nothing here. In a folder whose ``conftest.py`` imports this, it holds for every test.
    """
    one = tmp_path_factory.mktemp("certificates") / "one.pem"
    first, end, _ = Path(certifi.where()).read_text(encoding="utf-8").partition("-----END CERTIFICATE-----\n")
    one.write_text(first + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(one))
        for variable in ("SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"):
            patch.delenv(variable, raising=False)
        yield


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
