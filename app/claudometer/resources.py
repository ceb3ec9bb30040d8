"""Where the files beside the code are: the settings page and the icons. Paths alone; reads nothing."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def web_folder() -> Path:
    """Return the folder of the settings page."""
    return find_folder("web")


def assets_folder() -> Path:
    """Return the folder of the icons."""
    return find_folder("assets")


def find_folder(name: str, *, package: Path = _PACKAGE) -> Path:
    """Look where a wheel, a bundle and the checkout keep it, in this order; else name the last."""
    places = (package / name, package.parent / name, package.parent.parent / name)
    return next((place for place in places if place.is_dir()), places[-1])
