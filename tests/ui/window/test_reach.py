"""What the page can reach: pywebview's own lookup finds the functions of the contract and nothing else."""

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
from claudometer.ui.window.feed import Feed
from claudometer.ui.window.page_api import NoApi, page_functions

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
    "alerts",
    "history",
    "resets",
    "save_resets",
    "update",
    "next_update",
    "doctor",
    "close",
)


class HeadlessWindow(Window):
    """pywebview's window without a page: it records the scripts that it would run there."""

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
    """Call a name as the page does; return the script sent back to it, ``None`` if nothing was found."""
    before = set(threading.enumerate())
    window.scripts.clear()
    js_bridge_call(window, name, [], "1")
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
    return window.scripts[0] if window.scripts else None


def names_to_try() -> Iterator[str]:
    """Yield the names of attributes of functions, objects, classes and modules, one and two levels deep."""
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


def test_no_other_name_reaches_anything(window: HeadlessWindow, caplog: pytest.LogCaptureFixture) -> None:
    found = [name for name in names_to_try() if call(window, name) is not None]
    assert found == []
    assert "does not exist" in caplog.text


def test_the_same_names_reach_into_an_ordinary_object(window: HeadlessWindow) -> None:
    """This checks the test above: the bridge, exposed as pywebview suggests, gives away its internals."""
    window._js_api = Bridge(ControlClient("nobody"), Feed())
    found = {name for name in names_to_try() if call(window, name) is not None}
    assert {"_control.ask", "load.__globals__.get"} <= found


@pytest.mark.parametrize("name", CONTRACT)
def test_each_function_of_the_contract_returns(window: HeadlessWindow, name: str) -> None:
    answer = call(window, name)
    assert answer is not None
    assert '"ok":' in answer
    assert "isError" not in answer


def test_the_page_is_given_only_these_functions(window: HeadlessWindow) -> None:
    inject_pywebview("gtkwebkit2", window)
    assert window.events.loaded.wait(60)
    given = re.search(r"JSON\.parse\('(.*)'\)", window.scripts[-1])
    assert given is not None
    assert [each["func"] for each in json.loads(given.group(1))] == list(CONTRACT)


def test_the_empty_api_has_no_attributes() -> None:
    api = NoApi()
    assert dir(api) == []
    for name in (*dir(object), "anything"):
        with pytest.raises(AttributeError):
            getattr(api, name)
