"""Gives the simulator's own tests the simulator."""

from tests.simulator.fixtures import simulator

__all__ = ["simulator"]
