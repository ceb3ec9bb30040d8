"""The page comes from the package as it is, or from the templates of a checkout."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from claudometer.resources import web_folder
from claudometer.ui.window.document import RENDERED, read_page
from claudometer.ui.window.render import render_page

if TYPE_CHECKING:
    from pathlib import Path


def test_a_checkout_renders_its_templates() -> None:
    assert not (web_folder() / RENDERED).exists(), "it would hide every change of a template"
    assert read_page() == render_page()


def test_a_package_has_the_page_ready_and_needs_no_jinja2(tmp_path: Path) -> None:
    (tmp_path / RENDERED).write_text("<p>29 %</p>", encoding="utf-8")
    code = (
        "import pathlib, sys; from claudometer.ui.window.document import read_page;"
        "print(read_page(pathlib.Path(sys.argv[1])), 'jinja2' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], text=True, capture_output=True, check=True, timeout=60
    )
    assert done.stdout == "<p>29 %</p> False\n"
