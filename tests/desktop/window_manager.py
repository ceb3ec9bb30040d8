"""openbox with a plain title bar: gives windows their frames, positions and the keyboard focus."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw

from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.program import Program

_RC = """<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <theme>
    <name>Plain</name><titleLayout>LC</titleLayout><animateIconify>no</animateIconify>
    <font place="ActiveWindow"><name>Inter</name><size>{size}</size><weight>bold</weight></font>
    <font place="InactiveWindow"><name>Inter</name><size>{size}</size><weight>normal</weight></font>
  </theme>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard>
    <keybind key="A-F4"><action name="Close"/></keybind>
    <keybind key="A-Tab"><action name="NextWindow"/></keybind>
  </keyboard>
  <mouse>
    <context name="Titlebar">
      <mousebind button="Left" action="Press"><action name="Focus"/></mousebind>
    </context>
    <context name="Client">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
    </context>
    <context name="Close"><mousebind button="Left" action="Click"><action name="Close"/></mousebind></context>
  </mouse>
</openbox_config>
"""
_THEME = """border.width: 1
padding.width: {pad}
padding.height: {pad}
window.client.padding.width: 0
window.handle.width: 0
window.label.text.justify: center
window.active.border.color: {edge}
window.inactive.border.color: {edge}
window.active.title.bg: Flat Solid
window.active.title.bg.color: {bar}
window.inactive.title.bg: Flat Solid
window.inactive.title.bg.color: {bar}
window.active.label.bg: Parentrelative
window.inactive.label.bg: Parentrelative
window.active.label.text.color: {text}
window.inactive.label.text.color: {dim}
window.*.button.*.bg: Parentrelative
window.active.button.*.image.color: {text}
window.inactive.button.*.image.color: {dim}
"""
_DARK = {"bar": "#303030", "edge": "#1b1b1b", "text": "#ffffff", "dim": "#9a9a9a"}
_LIGHT = {"bar": "#ebebeb", "edge": "#c9c9c9", "text": "#2e2e2e", "dim": "#8a8a8a"}


class WindowManager:
    """openbox, with its configuration in the private home."""

    def __init__(self, home: PrivateHome, *, env: Mapping[str, str], look: Look) -> None:
        self._home = home
        self._look = look
        self._rc = home.root / "openbox.xml"
        argv = ("openbox", "--config-file", str(self._rc), "--sm-disable")
        self._program = Program(argv, env=env, logs=home.logs)

    def start(self) -> None:
        """Start it without waiting: it adopts windows that were opened before it is ready."""
        theme = self._home.path / ".themes/Plain/openbox-3"
        theme.mkdir(parents=True)
        colors = _DARK if self._look.dark else _LIGHT
        (theme / "themerc").write_text(_THEME.format(pad=6 * self._look.scale, **colors))
        _draw_cross(theme / "close.xbm", size=9 * self._look.scale)
        self._rc.write_text(_RC.format(size=10 * self._look.scale))
        self._program.start()

    def stop(self) -> None:
        """Stop it; windows lose their frames."""
        self._program.stop()


def _draw_cross(file: Path, *, size: int) -> None:
    """Draw the close button, because openbox's own is too small on a high-density screen."""
    picture = Image.new("1", (size, size))
    pen = ImageDraw.Draw(picture)
    for ends in ((0, 0, size - 1, size - 1), (0, size - 1, size - 1, 0)):
        pen.line(ends, fill=1, width=1 + size // 9)
    picture.save(file)
