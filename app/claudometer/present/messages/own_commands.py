"""Commands of this program on the window's pages. ``{program}`` is what people type to run it. Pure."""

from __future__ import annotations

from typing import Final

_FOR_CLAUDE_CODE: Final = "install-status-line"

ON_PAGES: Final = {
    _FOR_CLAUDE_CODE: "{program} statusline --install",
    "requests": "{program} requests",
    "alerts": "{program} alerts",
}
"""Those in the fixed text of the window's pages, by the name that the page has for each."""


IN_SENTENCES: Final = {False: "claudometer", True: "claudometer --demo"}
"""``{program}`` in the sentences of commands; by whether they are about the demo."""


def commands_for(program: str, demo: str | None = None) -> dict[str, str]:
    """Return the commands on the window's pages for a program that is started like this.

    Args:
        demo: how its demo is started, ``None`` outside the demo. The demo changes nothing of Claude Code's.
    """
    asks = program if demo is None else demo
    return {
        name: line.format(program=program if name == _FOR_CLAUDE_CODE else asks)
        for name, line in ON_PAGES.items()
    }
