"""Puts the rendered page of the window into a wheel. Run by hatchling, which builds it."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parents[2]))  # hatchling loads this file alone
from devtools.packaging import page


class PageHook(BuildHookInterface):  # type: ignore[misc] # hatchling is only where wheels are built
    """Renders the page before a wheel is written. An editable wheel has none: it shows the templates."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the page to the files. ``version`` is the kind of the wheel."""
        if version == "editable":
            return
        self._made = tempfile.TemporaryDirectory()
        made = Path(self._made.name, "page.html")
        made.write_bytes(page.render(Path(self.root)).encode())
        build_data["force_include"][str(made)] = "claudometer/web/page.html"

    def finalize(self, version: str, *_: object) -> None:
        """Remove what was rendered: the wheel has it."""
        if version != "editable":
            self._made.cleanup()
