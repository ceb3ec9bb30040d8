"""The rendered page: its policy allows exactly its own content, and it contains no data."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError

from claudometer.present.messages.own_commands import commands_for
from claudometer.resources import web_folder
from claudometer.ui.window.frame import GROUND_DARK, GROUND_LIGHT
from claudometer.ui.window.render import SCRIPTS, STYLES, render_page

if TYPE_CHECKING:
    from pathlib import Path


def policy() -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', render_page())
    assert found is not None
    return unescape(found.group(1))


@pytest.mark.parametrize("element", ["style", "script"])
def test_the_policy_allows_exactly_the_pages_own_style_and_script(element: str) -> None:
    contents = re.findall(rf"<{element}>(.*?)</{element}>", render_page(), re.DOTALL)
    assert len(contents) == 1
    digest = b64encode(sha256(contents[0].encode()).digest()).decode()
    assert f"{element}-src 'sha256-{digest}'" in policy()


def test_the_policy_is_the_first_thing_after_the_encoding() -> None:
    """It does not apply to anything before it."""
    assert re.search(
        r'<head>\s*<meta charset="utf-8">\s*<meta http-equiv="Content-Security-Policy"', render_page()
    )


def test_every_style_and_script_in_the_folder_is_in_the_page() -> None:
    files = {path.name for path in web_folder().iterdir() if path.suffix in {".css", ".js"}}
    assert files == {*STYLES, *SCRIPTS}


def test_the_page_names_no_address_and_loads_nothing() -> None:
    page = render_page()
    assert re.findall(r'\s(?:src|href|action|srcset)="(?!#)[^"]*"', page) == []
    assert re.findall(r"url\(|@import|@font-face", page) == []


def test_the_page_is_the_same_each_time() -> None:
    assert render_page() == render_page()


def test_a_variable_without_a_value_is_an_error_and_not_a_gap(tmp_path: Path) -> None:
    for name in (*STYLES, *SCRIPTS):
        (tmp_path / name).write_text("")
    (tmp_path / "window.html").write_text("{{ somebody }}")
    with pytest.raises(UndefinedError):
        render_page(tmp_path)


def test_before_the_page_is_painted_the_window_has_its_color() -> None:
    css = (web_folder() / "tokens.css").read_text(encoding="utf-8")
    assert re.findall(r"--ground: (#\w+);", css) == [GROUND_LIGHT, GROUND_DARK]


def test_no_script_writes_markup() -> None:
    for name in SCRIPTS:
        code = re.sub(r"//.*", "", (web_folder() / name).read_text(encoding="utf-8"))
        assert (
            re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|alert\(", code) == []
        )


def test_text_that_can_be_selected_can_be_in_webkit_too() -> None:
    """WebKitGTK knows the property only by its prefix. The commands of the check could not be selected."""
    for name in STYLES:
        rules = re.findall(r"{([^{}]*)}", (web_folder() / name).read_text(encoding="utf-8"))
        for rule in (each for each in rules if "user-select" in each):
            prefixed, plain = (
                re.findall(rf"(?<![-\w]){prefix}user-select: (\w+)", rule) for prefix in ("-webkit-", "")
            )
            assert prefixed == plain, (name, rule)


def test_our_commands_in_the_fixed_text_become_those_that_work_here() -> None:
    """The page of past alerts named `claudometer alerts` where only an AppImage was there."""
    commands = commands_for("claudometer")
    found = re.findall(r"<(?:kbd|code)([^>]*)>(claudometer[^<]*)<", render_page())
    assert len(found) >= 3
    for attributes, text in found:
        name = re.search(r'data-command="([\w-]+)"', attributes)
        assert name is not None, text
        assert commands[name.group(1)] == text
