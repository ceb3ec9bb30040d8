"""The icon and its menu as panels see them: over a real bus, with the protocols' own types."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from jeepney import DBusAddress, DBusErrorResponse, Properties
from PIL import Image

from tests.desktop.waiting import wait_for
from tests.ui.tray.private_bus import ITEM, MENU, IconOnBus, icon_on_bus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.bus_client import Value

pytestmark = pytest.mark.desktop

TRACES = sorted(Path(__file__).parent.glob("traces/*.json"))
ABSENT = 4711
INVALID = "org.freedesktop.DBus.Error.InvalidArgs"
PROPERTIES = "org.freedesktop.DBus.Properties"

ITEM_PROPERTIES = {
    "Category": "s",
    "Id": "s",
    "Title": "s",
    "Status": "s",
    "WindowId": "i",
    "IconThemePath": "s",
    "Menu": "o",
    "ItemIsMenu": "b",
    "IconName": "s",
    "IconPixmap": "a(iiay)",
    "IconAccessibleDesc": "s",
    "OverlayIconName": "s",
    "OverlayIconPixmap": "a(iiay)",
    "AttentionIconName": "s",
    "AttentionIconPixmap": "a(iiay)",
    "AttentionMovieName": "s",
    "AttentionAccessibleDesc": "s",
    "ToolTip": "(sa(iiay)ss)",
    "XAyatanaLabel": "s",
    "XAyatanaLabelGuide": "s",
    "XAyatanaOrderingIndex": "u",
}
MENU_PROPERTIES = {"Version": "u", "TextDirection": "s", "Status": "s", "IconThemePath": "as"}
ANSWERS = {
    "GetLayout": "u(ia{sv}av)",
    "GetGroupProperties": "a(ia{sv})",
    "GetProperty": "v",
    "Event": "",
    "EventGroup": "ai",
    "AboutToShow": "b",
    "AboutToShowGroup": "aiai",
    "Activate": "",
    "SecondaryActivate": "",
    "XAyatanaSecondaryActivate": "",
    "ContextMenu": "",
    "Scroll": "",
    "ProvideXdgActivationToken": "",
    "Get": "v",
    "GetAll": "a{sv}",
    "Introspect": "s",
}
"""The signature of each method's response, from the interface files of KDE and Canonical."""

ENTRY_PROPERTIES = {
    "type": "s",
    "label": "s",
    "enabled": "b",
    "visible": "b",
    "icon-name": "s",
    "icon-data": "ay",
    "shortcut": "aas",
    "toggle-type": "s",
    "toggle-state": "i",
    "children-display": "s",
    "disposition": "s",
    "accessible-desc": "s",
}


@pytest.fixture(scope="module")
def shared_icon() -> Iterator[IconOnBus]:
    with icon_on_bus() as icon:
        yield icon


@pytest.fixture
def icon(shared_icon: IconOnBus) -> IconOnBus:
    shared_icon.tell("menu", "42 %  Session")
    shared_icon.tell("tooltip", "Claude: Session 42 %")
    return shared_icon


def as_arguments(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Convert busctl's JSON into jeepney's arguments: variants become pairs, structures become tuples."""
    if isinstance(value, dict):
        return value["type"], as_arguments(value["data"], depth)
    if not isinstance(value, list):
        return value
    values = [as_arguments(each, depth + 1) for each in value]
    return tuple(values) if depth > 1 else values


def error_of(icon: IconOnBus, target: DBusAddress, method: str, signature: str, *arguments: object) -> str:
    with pytest.raises(DBusErrorResponse) as caught:
        icon.bus.call(target, method, signature, *arguments)
    return str(caught.value.name)


def labels(node: Value) -> list[str]:
    return [child[1]["label"][1] for _signature, child in node[2] if "label" in child[1]]


def check_entries(node: Value) -> None:
    _number, properties, children = node
    for name, (signature, _value) in properties.items():
        assert signature == ENTRY_PROPERTIES[name], name
    for signature, child in children:
        assert signature == "(ia{sv}av)"
        check_entries(child)


@pytest.mark.parametrize("trace", TRACES, ids=lambda path: path.stem)
def test_each_recorded_call_of_a_real_panel_gets_a_response_of_the_right_type(
    icon: IconOnBus, trace: Path
) -> None:
    calls = json.loads(trace.read_text(encoding="utf-8"))["calls"]
    assert len(calls) > 10
    for call in calls:
        target = DBusAddress(call["path"], icon.name, call["interface"])
        arguments = as_arguments(call["arguments"])
        if call["method"] == "GetAll" and arguments[0] not in {ITEM, MENU}:
            assert error_of(icon, target, "GetAll", "s", *arguments) == INVALID
            continue
        signature, values = icon.bus.typed_call(target, call["method"], call["type"], *arguments)
        assert signature == ANSWERS[call["method"]], call
        if call["method"] == "GetLayout":
            check_entries(values[1])
        if call["method"] == "Get":
            assert values[0][0] == ITEM_PROPERTIES[arguments[1]]


def test_every_property_has_its_type(icon: IconOnBus) -> None:
    for target, expected in ((icon.item, ITEM_PROPERTIES), (icon.menu, MENU_PROPERTIES)):
        found = {name: signature for name, (signature, _) in icon.bus.typed_properties(target).items()}
        assert found == expected
        for name, signature in expected.items():
            properties = DBusAddress(target.object_path, icon.name, PROPERTIES)
            (value,) = icon.bus.typed_call(properties, "Get", "ss", target.interface, name)[1]
            assert value[0] == signature


def test_the_item_owns_no_name_that_a_panel_could_watch_beside_it(icon: IconOnBus) -> None:
    """GNOME's extension (46) forgets the properties that it has read when it hears of the name after them."""
    assert icon.name.startswith(":")
    assert not [name for name in icon.bus.names() if name.startswith(ITEM)]


def test_no_property_can_be_set(icon: IconOnBus) -> None:
    with pytest.raises(DBusErrorResponse):
        icon.bus._send(Properties(icon.item).set("Title", "s", "mine"))
    assert icon.bus.properties(icon.item)["Title"] == "Claude: Session 42 %"


def test_the_depth_says_how_many_levels_are_read(icon: IconOnBus) -> None:
    assert icon.layout(depth=0)[2] == []
    top = icon.layout(depth=1)
    assert labels(top) == ["42 %  Session", "Refresh now", "Open Claudometer", "Organization", "Quit"]
    assert all(not child[2] for _, child in top[2])
    all_levels = icon.layout(depth=-1)
    submenu = next(child for _, child in all_levels[2] if child[2])
    assert labels(submenu) == ["of__org-1", "of__org-2"]
    assert icon.layout(parent=submenu[0]) == submenu


def test_only_requested_properties_are_sent(icon: IconOnBus) -> None:
    names = {name for _, child in icon.layout(names=("icon-data", "nothing"))[2] for name in child[1]}
    assert names == {"icon-data"}
    ids = list(icon.numbers().values())
    found = icon.bus.call(icon.menu, "GetGroupProperties", "aias", ids, ["label"])
    assert {number for number, _ in found} == set(ids)
    assert {name for _, properties in found for name in properties} == {"label"}


def test_unknown_ids_among_known_ones_are_left_out_or_reported(icon: IconOnBus) -> None:
    known = icon.numbers()["Quit"]
    (answer,) = icon.bus.call(icon.menu, "GetGroupProperties", "aias", [known, ABSENT], [])
    assert answer[0] == known
    assert icon.bus.call(
        icon.menu, "EventGroup", "a(isvu)", [(ABSENT, "opened", ("i", 0), 0), (0, "opened", ("i", 0), 0)]
    ) == [ABSENT]
    assert icon.bus.call(icon.menu, "AboutToShowGroup", "ai", [0, ABSENT]) == ([], [ABSENT])


@pytest.mark.parametrize(
    ("method", "signature", "arguments"),
    [
        ("GetLayout", "iias", (ABSENT, -1, [])),
        ("GetProperty", "is", (ABSENT, "label")),
        ("GetProperty", "is", (0, "no-such-property")),
        ("Event", "isvu", (ABSENT, "clicked", ("i", 0), 0)),
        ("EventGroup", "a(isvu)", ([(ABSENT, "clicked", ("i", 0), 0)],)),
        ("AboutToShow", "i", (ABSENT,)),
        ("AboutToShowGroup", "ai", ([ABSENT],)),
    ],
)
def test_an_unknown_id_is_an_error(
    icon: IconOnBus, method: str, signature: str, arguments: tuple[object, ...]
) -> None:
    assert error_of(icon, icon.menu, method, signature, *arguments) == INVALID


@pytest.mark.parametrize(
    ("member", "signature", "arguments"),
    [
        ("GetLayout", "s", ("0",)),
        ("GetLayout", "", ()),
        ("Event", "is", (0, "clicked")),
        ("AboutToShow", "u", (0,)),
        ("NoSuchMethod", "", ()),
    ],
)
def test_a_call_with_wrong_types_is_an_error_and_the_next_call_works(
    icon: IconOnBus, member: str, signature: str, arguments: tuple[object, ...]
) -> None:
    assert error_of(icon, icon.menu, member, signature, *arguments).startswith("org.freedesktop.DBus.Error")
    assert icon.numbers()["Quit"]


def test_properties_with_a_default_value_can_be_read_one_by_one(icon: IconOnBus) -> None:
    number = icon.numbers()["Refresh now"]
    for name, value in {"enabled": ("b", True), "visible": ("b", True), "toggle-state": ("i", -1)}.items():
        assert icon.bus.call(icon.menu, "GetProperty", "is", number, name) == value


def test_a_picture_beside_a_line_is_png(icon: IconOnBus) -> None:
    _, properties, _ = icon.layout(parent=icon.numbers()["Refresh now"])
    signature, data = properties["icon-data"]
    assert signature == "ay"
    with Image.open(io.BytesIO(bytes(data))) as picture:
        assert (picture.format, picture.size, picture.mode) == ("PNG", (16, 16), "RGBA")


def test_a_group_of_clicks_is_carried_out_in_order(icon: IconOnBus) -> None:
    numbers = icon.numbers()
    before = icon.output.count("clicked")
    clicked = [numbers["Refresh now"], numbers["42 %  Session"], numbers["of__org-2"]]
    events = [(number, "clicked", ("i", 0), 0) for number in clicked]
    assert icon.bus.call(icon.menu, "EventGroup", "a(isvu)", events) == []
    icon.until("clicked", count=before + 3)
    assert icon.output.splitlines()[-3:] == [
        "clicked refresh None",
        "clicked open_window session",
        "clicked organization org-2",
    ]


@pytest.mark.parametrize("by_menu", [False, True], ids=["Activate", "menu"])
def test_the_token_of_a_click_is_used_once(icon: IconOnBus, by_menu: bool) -> None:
    def open_window() -> str:
        before = icon.output.count("clicked open_window")
        if by_menu:
            number = icon.numbers()["Open Claudometer"]
            icon.bus.call(icon.menu, "Event", "isvu", number, "clicked", ("s", ""), 0)
        else:
            icon.bus.call(icon.item, "Activate", "ii", 1, 1)
        icon.until("clicked open_window", count=before + 1)
        return icon.output.splitlines()[-1]

    icon.bus.call(icon.item, "ProvideXdgActivationToken", "s", "token-1")
    assert open_window() == "clicked open_window None token-1"
    assert open_window() == "clicked open_window None"


def test_a_token_of_another_click_and_a_token_that_is_too_long_are_dropped(icon: IconOnBus) -> None:
    icon.bus.call(icon.item, "ProvideXdgActivationToken", "s", "token-2")
    number = icon.numbers()["Refresh now"]
    icon.bus.call(icon.menu, "Event", "isvu", number, "clicked", ("i", 0), 0)
    icon.bus.call(icon.item, "Activate", "ii", 1, 1)
    icon.bus.call(icon.item, "ProvideXdgActivationToken", "s", "x" * 100_000)
    icon.bus.call(icon.item, "Activate", "ii", 1, 1)
    icon.tell("menu", "42 %  Session")
    clicks = [line for line in icon.output.splitlines() if line.startswith("clicked")]
    assert clicks[-3:] == ["clicked refresh None", *["clicked open_window None"] * 2]


@pytest.mark.parametrize(
    "label",
    [
        "a_b__c",
        "two\nlines\tand a tab",
        "x" * 10_000,
        "\u2068\u05e9\u05dc\u05d5\u05dd\u2069 42 %",
        "\u202eturned around",
        "a \0 in the middle",
        "half \ud83d of a pair",
        "&amp; <b>bold</b>",
        "",
    ],
    ids=["underscore", "lines", "long", "bidi", "override", "nul", "surrogate", "markup", "empty"],
)
def test_any_label_arrives(icon: IconOnBus, label: str) -> None:
    icon.tell("menu", label)
    shown = labels(icon.layout())[0].replace("__", "_")
    expected = label.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
    assert shown == expected
    icon.tell("tooltip", label or "-")
    assert icon.bus.properties(icon.item)["Title"] == (expected or "-")
    assert icon.process.poll() is None


def test_a_menu_of_sixty_lines_arrives_in_full(icon: IconOnBus) -> None:
    icon.tell("lines", 60)
    assert labels(icon.layout())[1:61] == [f"Line {number}" for number in range(60)]


def test_a_tooltip_contains_nothing_that_a_panel_could_take_for_markup(icon: IconOnBus) -> None:
    icon.tell("tooltip", "Claude: R&D <1 %, a > b")
    values = icon.bus.properties(icon.item)
    assert values["Title"] == "Claude: R&D <1 %, a > b"
    assert not set("&<>") & set(values["ToolTip"][2])


@pytest.mark.parametrize("text", ["81 % Session", "half \ud83d of a pair", "R&D", ""])
def test_the_text_beside_the_icon_arrives(icon: IconOnBus, text: str) -> None:
    icon.tell("label", text)
    values = icon.bus.properties(icon.item)
    assert values["XAyatanaLabel"] == values["XAyatanaLabelGuide"] == text.replace("\ud83d", "\ufffd")


@contextmanager
def portal(icon: IconOnBus, value: int) -> Iterator[IO[str]]:
    """Run a portal beside the icon; what is written is the desktop's next color scheme."""
    argv = (sys.executable, "-m", "tests.ui.tray.portal_script", str(value))
    with subprocess.Popen(argv, env=icon.session_bus.env, stdin=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        wait_for(lambda: icon.bus.has_owner("org.freedesktop.portal.Desktop"), what="the portal")
        yield running.stdin
        running.stdin.close()


def inks(icon: IconOnBus) -> set[tuple[int, int, int]]:
    """Return the colors of the pixels that are not transparent."""
    width, height, argb = icon.bus.properties(icon.item)["IconPixmap"][0]
    pixels = [bytes(argb[4 * place : 4 * place + 4]) for place in range(width * height)]
    return {(pixel[1], pixel[2], pixel[3]) for pixel in pixels if pixel[0] > 20}


def is_all(icon: IconOnBus, *, light: bool) -> bool:
    return all((min(color) > 200) if light else (max(color) < 60) for color in inks(icon))


@pytest.mark.parametrize("module", ["PIL", "gi.repository.Gtk", "gi.repository.Gdk"])
def test_the_icon_and_its_menu_are_drawn_without_toolkit_and_imaging_library(
    icon: IconOnBus, module: str
) -> None:
    assert icon.bus.properties(icon.item)["IconPixmap"]
    icon.layout()
    icon.tell("loaded", module)
    assert f"loaded {module} False" in icon.output


def test_an_icon_in_one_color_follows_the_desktop() -> None:
    with icon_on_bus() as icon, portal(icon, 1) as scheme:
        icon.tell("colors", "monochrome")
        wait_for(lambda: is_all(icon, light=True), what="a white icon for a dark desktop")
        for value, light in ((2, False), (1, True)):
            scheme.write(f"{value}\n")
            scheme.flush()
            wait_for(partial(is_all, icon, light=light), what=f"the icon for scheme {value}")
        scheme.write("0\n")  # no preference: the disc is back, and readable on either
        scheme.flush()
        wait_for(lambda: not is_all(icon, light=True) and not is_all(icon, light=False), what="the disc")


def test_without_a_portal_an_icon_in_one_color_keeps_its_disc(icon: IconOnBus) -> None:
    icon.tell("colors", "monochrome")
    assert not is_all(icon, light=True)
    assert not is_all(icon, light=False)


def test_when_the_bus_dies_with_a_menu_open_the_icon_appears_on_the_next_bus() -> None:
    with icon_on_bus() as icon:
        icon.bus.call(icon.menu, "Event", "isvu", 0, "opened", ("i", 0), 0)
        icon.session_bus.stop()
        icon.tell("menu", "43 %  Session")
        icon.session_bus.start()
        icon.bus.reconnect()
        icon.find()
        assert "43 %  Session" in icon.numbers()
        assert "Traceback" not in icon.output


def test_memory_stays_flat_while_a_panel_reads_each_picture(icon: IconOnBus) -> None:
    def memory_after(rounds: int) -> int:
        for number in range(rounds):
            icon.tell("number", number)
            icon.bus.properties(icon.item)
            icon.layout()
        icon.tell("memory")
        return int(icon.output.split("memory ")[-1].split()[0])

    first = memory_after(200)  # by then caches are filled
    grown = memory_after(300) - first
    assert grown < 300_000, f"{grown} bytes more"
