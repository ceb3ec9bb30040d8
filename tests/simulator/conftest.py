"""The simulator fixture for the simulator's own tests."""

from tests.simulator.fixtures import simulator

__all__ = ["simulator"]
