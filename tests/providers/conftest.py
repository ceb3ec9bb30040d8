"""Starts the servers that the sources send requests to."""

from tests.simulator.fixtures import simulator

__all__ = ["simulator"]
