"""Pictures of the screen, also as PNG files for people to look at."""

import os
from pathlib import Path

from PIL import Image, ImageGrab

Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels
_VIVID = 128
"""A saturation, of at most 255, that no gray of ours has."""

_PROJECT_ROOT = Path(__file__).resolve().parents[2]


def screenshots_folder() -> Path:
    """Return $CLAUDOMETER_SCREENSHOTS, or `screenshots/` in the project."""
    folder = Path(os.environ.get("CLAUDOMETER_SCREENSHOTS") or _PROJECT_ROOT / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def count_vivid(picture: Image.Image) -> int:
    """Return how many pixels have a color that is far from every gray."""
    saturation = picture.convert("HSV").getchannel("S").histogram()
    return sum(saturation[_VIVID:])


class Screenshots:
    """Takes pictures of one display."""

    def __init__(self, display: str) -> None:
        self._display = display

    def grab(self, box: Box | None = None) -> Image.Image:
        """Return a picture of the screen, or of a part of it."""
        return ImageGrab.grab(bbox=box, xdisplay=self._display)

    def save(self, name: str, box: Box | None = None) -> Path:
        """Save a picture of the screen, or of a part of it, under this name; return the file."""
        path = screenshots_folder() / f"{name}.png"
        self.grab(box).save(path, optimize=True)
        return path
