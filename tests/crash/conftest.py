"""The simulator for the tests of this folder."""

from tests.simulator.fixtures import simulator

__all__ = ["simulator"]
