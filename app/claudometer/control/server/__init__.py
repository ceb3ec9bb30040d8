"""The server side of the wire. Lives in the app's process, on its loop."""

from claudometer.control.server.connection import Limits
from claudometer.control.server.listener import ControlServer
from claudometer.control.server.operations import Facade, Identity

__all__ = ["ControlServer", "Facade", "Identity", "Limits"]
