"""Starts the servers that the sources send requests to."""

from tests.simulator.fixtures import few_certificates, simulator, tls_simulator

__all__ = ["few_certificates", "simulator", "tls_simulator"]
