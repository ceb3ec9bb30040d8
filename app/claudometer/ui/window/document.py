"""The page of the window: as the package has it, or rendered now from the templates of a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.resources import web_folder

if TYPE_CHECKING:
    from pathlib import Path

RENDERED = "page.html"
"""The rendered page, beside its templates. A checkout has none, so that its templates are what one sees."""


def read_page(folder: Path | None = None) -> str:
    """Return the page as HTML.

    Args:
        folder: of the page; by default the one that ships with the program.
    """
    web = folder or web_folder()
    try:
        return (web / RENDERED).read_text(encoding="utf-8")
    except FileNotFoundError:
        # Jinja2 takes 0.03 s to load, and memory in the window's process.
        from claudometer.ui.window.render import render_page  # noqa: PLC0415 - see above

        return render_page(web)
