"""Gives the sources real servers to talk to."""

from tests.simulator.fixtures import simulator

__all__ = ["simulator"]
