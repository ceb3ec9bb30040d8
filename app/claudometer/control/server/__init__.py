"""The server side of the wire. Lives in the app's process, on its loop."""

from claudometer.control.server.connection import Limits
from claudometer.control.server.listener import ControlServer
from claudometer.control.server.operations import Application, Identity

__all__ = ["Application", "ControlServer", "Identity", "Limits"]
