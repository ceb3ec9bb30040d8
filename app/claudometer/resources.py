"""Finds the folders that ship with the code: the settings page and the icons. Reads no file."""

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
    """Return folder ``name`` of a wheel, a bundle or the checkout: the first that exists, else the last."""
    places = (package / name, package.parent / name, package.parent.parent / name)
    return next((place for place in places if place.is_dir()), places[-1])
