"""A notification service for the desktop, which has none otherwise."""

from collections.abc import Mapping

from tests.desktop.bus_client import BusClient
from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.program import Program
from tests.desktop.waiting import wait_for

_NAME = "org.freedesktop.Notifications"
_CONFIG = """[global]
font = Inter {points}
origin = top-right
offset = 16x46
width = 340
corner_radius = 8
frame_width = 1
frame_color = "{edge}"
padding = 14
horizontal_padding = 16
show_indicators = no
scale = {scale}
[urgency_low]
background = "{ground}"
foreground = "{text}"
[urgency_normal]
background = "{ground}"
foreground = "{text}"
[urgency_critical]
background = "{ground}"
foreground = "{text}"
"""
_DARK = {"edge": "#4a4a4a", "ground": "#2b2b2b", "text": "#f2f2f2"}
_LIGHT = {"edge": "#c9c9c9", "ground": "#fafafa", "text": "#2e2e2e"}


class Notifications:
    """dunst."""

    def __init__(self, home: PrivateHome, *, env: Mapping[str, str], look: Look, bus: BusClient) -> None:
        self._bus = bus
        self.logs = home.logs
        self._file = home.config / "dunst/dunstrc"
        self._config = _CONFIG.format(
            scale=look.scale, points=10 * look.scale, **(_DARK if look.dark else _LIGHT)
        )
        self._program = Program(("dunst", "-config", str(self._file)), env=env, logs=home.logs)

    def start(self, *, more_config: str = "") -> None:
        """Start it and wait until it owns its name; ``more_config`` is added to its configuration."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(self._config + more_config)
        self._program.start()
        wait_for(lambda: self.is_answering, what="the notification service")

    def stop(self) -> None:
        """Stop it and wait until its name is free."""
        self._program.stop()
        wait_for(lambda: not self.is_answering, what="the end of the notification service")

    @property
    def is_answering(self) -> bool:
        """Return whether a notification sent now would be shown."""
        return self._bus.has_owner(_NAME)
