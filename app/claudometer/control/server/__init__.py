"""The server side of the local socket. Runs in the app's process, on its event loop."""

from claudometer.control.server.application import Application
from claudometer.control.server.connection import Limits
from claudometer.control.server.listener import ControlServer

__all__ = ["Application", "ControlServer", "Limits"]
