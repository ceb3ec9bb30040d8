"""Commands of this program on the window's pages. ``{program}`` is what people type to run it. Pure."""

from __future__ import annotations

from typing import Final

ON_PAGES: Final = {
    "install-status-line": "{program} statusline --install",
    "requests": "{program} requests",
    "alerts": "{program} alerts",
}
"""Those in the fixed text of the window's pages, by the name that the page has for each."""


IN_SENTENCES: Final = {False: "claudometer", True: "claudometer --demo"}
"""``{program}`` in the sentences of commands; by whether they are about the demo."""


def commands_for(program: str) -> dict[str, str]:
    """Return the commands on the window's pages for a program that is started like this."""
    return {name: line.format(program=program) for name, line in ON_PAGES.items()}
