"""How the desktop looks: dark or light, and how many pixels a point has. Only configuration."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Look:
    """A person's choice of appearance."""

    dark: bool = True
    scale: int = 1  # 2 on a high-density screen

    @property
    def name(self) -> str:
        """A short name for files and tests."""
        return ("dark" if self.dark else "light") + (f"-{self.scale}x" if self.scale > 1 else "")

    @property
    def env(self) -> dict[str, str]:
        """The variables that GTK programs read."""
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
