"""Starts the servers that the sources send requests to."""

from tests.simulator.fixtures import simulator, tls_simulator

__all__ = ["simulator", "tls_simulator"]
