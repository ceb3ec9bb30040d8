"""What the page can reach: pywebview's own look-up is walked, and finds seven functions and nothing else."""

from __future__ import annotations

import builtins
import json
import re
import threading
from typing import TYPE_CHECKING

import pytest
from webview import Window
from webview.util import inject_pywebview, js_bridge_call

from claudometer.control.client import ControlClient
from claudometer.ui.window.bridge import Bridge
from claudometer.ui.window.exposure import NoApi, page_functions
from claudometer.ui.window.feed import Feed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTRACT = (
    "load",
    "next_view",
    "save",
    "forget",
    "refresh",
    "choose_folder",
    "requests",
    "update",
    "next_update",
    "close",
)


class HeadlessWindow(Window):
    """pywebview's window without a page behind it: keeps the scripts that it would run there."""

    def __init__(self) -> None:
        super().__init__("master", "Claudometer", None, js_api=NoApi())
        self.js_api_endpoint = None
        self.scripts: list[str] = []

    def run_js(self, script: str) -> None:
        self.scripts.append(script)

    def evaluate_js(self, script: str, callback: object = None) -> None:
        self.scripts.append(script)


@pytest.fixture
def window(tmp_path: Path) -> HeadlessWindow:
    made = HeadlessWindow()
    control = ControlClient(str(tmp_path / "nobody"))
    bridge = Bridge(control, Feed())
    made.expose(*page_functions(bridge, lambda: None))
    return made


def call(window: HeadlessWindow, name: str) -> str | None:
    """Call a name as the page does; return what came back to the page, ``None`` when nothing was found."""
    before = set(threading.enumerate())
    window.scripts.clear()
    js_bridge_call(window, name, [], "1")
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    return window.scripts[0] if window.scripts else None


def names_to_try() -> Iterator[str]:
    """Name what lies on functions, methods, objects, classes and modules, one and two steps deep."""
    known = {
        *dir(object),
        *dir(ControlClient),
        *dir(Bridge),
        *dir(Feed),
        *dir(call),
        *dir(Window),
        *dir(type),
    }
    known |= {
        "_control",
        "_feed",
        "_path",
        "__globals__",
        "__closure__",
        "__builtins__",
        "ask",
        "call",
    }
    yield from known - set(CONTRACT)
    for root in (
        "load",
        "close",
        "__class__",
        "__init__",
        "_control",
        "save.__globals__",
        "load.__closure__",
    ):
        for name in known | set(dir(builtins)):
            yield f"{root}.{name}"
    yield from (
        "load.__globals__.get",
        "__class__.__base__.__subclasses__",
        "load.__wrapped__",
        ".load",
        "load.",
    )


def test_no_other_name_leads_anywhere(window: HeadlessWindow, caplog: pytest.LogCaptureFixture) -> None:
    found = [name for name in names_to_try() if call(window, name) is not None]
    assert found == []
    assert "does not exist" in caplog.text


def test_the_walk_would_find_what_an_ordinary_object_gives_away(window: HeadlessWindow) -> None:
    """The same walk against the object that one would hand over without thinking: it must find something."""
    window._js_api = Bridge(ControlClient("nobody"), Feed())
    found = {name for name in names_to_try() if call(window, name) is not None}
    assert {"_control.ask", "load.__globals__.get"} <= found


@pytest.mark.parametrize("name", CONTRACT)
def test_each_function_of_the_contract_answers(window: HeadlessWindow, name: str) -> None:
    answer = call(window, name)
    assert answer is not None
    assert '"ok":' in answer
    assert "isError" not in answer


def test_the_page_is_told_of_these_functions_alone(window: HeadlessWindow) -> None:
    inject_pywebview("gtkwebkit2", window)
    assert window.events.loaded.wait(5)
    told = re.search(r"JSON\.parse\('(.*)'\)", window.scripts[-1])
    assert told is not None
    assert [each["func"] for each in json.loads(told.group(1))] == list(CONTRACT)


def test_the_closed_door_has_no_names() -> None:
    door = NoApi()
    assert dir(door) == []
    for name in (*dir(object), "anything"):
        with pytest.raises(AttributeError):
            getattr(door, name)
