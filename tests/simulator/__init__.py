"""A simulator of claude.ai and api.anthropic.com: real HTTP on the loopback interface, scripted replies."""

from tests.simulator.account import ACCESS_TOKEN, SESSION_KEY, Account, Token
from tests.simulator.gate import Gate, Kind
from tests.simulator.script import Fault, Reply
from tests.simulator.server import Recorded, Simulator

__all__ = [
    "ACCESS_TOKEN",
    "SESSION_KEY",
    "Account",
    "Fault",
    "Gate",
    "Kind",
    "Recorded",
    "Reply",
    "Simulator",
    "Token",
]
