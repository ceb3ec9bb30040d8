"""How the desktop looks: dark or light, and how many pixels a point has. Only configuration, no process."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Look:
    """A person's choice of appearance."""

    dark: bool = True
    scale: int = 1  # 2 on a screen of high density

    @property
    def name(self) -> str:
        """For names of files and tests."""
        return ("dark" if self.dark else "light") + (f"-{self.scale}x" if self.scale > 1 else "")

    @property
    def env(self) -> dict[str, str]:
        """What a GTK program reads from its environment."""
        return {"GDK_SCALE": str(self.scale)} if self.scale > 1 else {}

    def write_gtk_settings(self, config: Path) -> None:
        """Tell GTK programs of this home, WebKit among them, which theme, icons and font to use."""
        folder = config / "gtk-3.0"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.ini").write_text(
            "[Settings]\n"
            "gtk-theme-name=Adwaita\n"
            "gtk-icon-theme-name=Adwaita\n"
            "gtk-font-name=Inter 10\n"
            f"gtk-application-prefer-dark-theme={int(self.dark)}\n"
        )
