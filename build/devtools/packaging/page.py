"""Renders the window's page, for a package. A program of its own, since only some Pythons have jinja2.

Prints the page. Its one argument is the root of the source code.
"""

import sys
from pathlib import Path


def render(root: Path) -> str:
    """Return the page as HTML.

    Args:
        root: of the source code.
    """
    sys.path.insert(0, str(root / "app"))
    from claudometer.ui.window.render import render_page  # noqa: PLC0415 - found by the line above

    return render_page(root / "web")


if __name__ == "__main__":
    sys.stdout.buffer.write(render(Path(sys.argv[1])).encode())
