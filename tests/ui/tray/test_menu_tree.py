"""Menu entries keep their ids, and a panel that applies the announced changes has the right menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from claudometer.present.menu_entries import SEPARATOR, Action, Entry, EntryPicture, Kind, Picture
from claudometer.ui.tray.menu_tree import ROOT, Item, MenuTree, properties_of

if TYPE_CHECKING:
    from claudometer.ui.tray.menu_tree import Changes, Value


def label(text: str) -> Entry:
    return Entry(Kind.ACTION, text, Action.OPEN_WINDOW)


def action(text: str, what: Action = Action.REFRESH, **more: object) -> Entry:
    return Entry(Kind.ACTION, text, what, **more)  # type: ignore[arg-type]


def submenu(text: str, *children: Entry) -> Entry:
    return Entry(Kind.SUBMENU, text, children=children)


def numbers(tree: MenuTree) -> list[int]:
    return [item.number for item in tree.root.walk()]


def test_a_changed_label_is_updated_in_place() -> None:
    tree = MenuTree()
    tree.show((label("41 %"), action("Refresh")))
    before = numbers(tree)
    changes = tree.show((label("42 %"), action("Refresh")))
    assert numbers(tree) == before
    assert changes.layouts == ()
    assert changes.updated == {before[1]: {"label": "42 %"}}


def test_an_entry_that_has_no_picture_any_more_loses_that_property() -> None:
    tree = MenuTree()
    tree.show((action("Refresh", picture=EntryPicture(Picture.ALERT, level="critical")),))
    changes = tree.show((action("Refresh"),))
    assert changes.removed == {1: ("icon-data",)}
    assert changes.updated == {}


def test_a_new_entry_changes_the_layout_and_the_others_keep_their_ids() -> None:
    tree = MenuTree()
    tree.show((label("Session"), SEPARATOR, action("Quit", Action.QUIT)))
    before = numbers(tree)
    changes = tree.show((label("Session"), label("Fable"), SEPARATOR, action("Quit", Action.QUIT)))
    assert changes.layouts == (ROOT,)
    assert set(before) < set(numbers(tree))


def test_a_growing_submenu_changes_only_its_own_layout() -> None:
    tree = MenuTree()
    tree.show((action("Refresh"), submenu("Organization", action("A", Action.ORGANIZATION, value="a"))))
    parent = tree.root.children[1].number
    changes = tree.show(
        (
            action("Refresh"),
            submenu(
                "Organization",
                action("A", Action.ORGANIZATION, value="a"),
                action("B", Action.ORGANIZATION, value="b"),
            ),
        )
    )
    assert changes.layouts == (parent,)


def test_an_id_is_never_used_again() -> None:
    tree = MenuTree()
    tree.show((action("Refresh"),))
    used = set(numbers(tree))
    tree.show((action("Quit", Action.QUIT),))
    assert set(numbers(tree)) & used == {ROOT}


def test_an_underscore_is_escaped_so_that_it_marks_no_shortcut() -> None:
    tree = MenuTree()
    tree.show((action("of_org-1"),))
    assert tree.root.children[0].properties["label"] == "of__org-1"


def test_showing_the_same_again_changes_nothing() -> None:
    tree = MenuTree()
    entries = (label("Session"), submenu("Organization", action("A")))
    tree.show(entries)
    changes = tree.show(entries)
    assert not changes.layouts
    assert not changes.updated
    assert not changes.removed


class Panel:
    """A panel's copy of the menu: read in full at first, then changed only as announced."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[dict[str, Value], list[int]]] = {}

    def read(self, item: Item) -> None:
        for each in item.walk():
            self.known[each.number] = (dict(each.properties), [child.number for child in each.children])

    def follow(self, changes: Changes, tree: MenuTree) -> None:
        for number, values in changes.updated.items():
            self.known[number][0].update(values)
        for number, names in changes.removed.items():
            for name in names:
                del self.known[number][0][name]
        for number in changes.layouts:
            found = tree.find(number)
            assert found is not None
            self.read(found)

    def tree_from(self, number: int = ROOT) -> tuple[object, ...]:
        properties, children = self.known[number]
        return properties, *(self.tree_from(child) for child in children)


def actual_tree(item: Item) -> tuple[object, ...]:
    return item.properties, *(actual_tree(child) for child in item.children)


leaves = st.builds(
    Entry,
    st.sampled_from([Kind.ACTION, Kind.SEPARATOR]),
    st.sampled_from(["a", "b", "c_d"]),
    st.sampled_from([None, Action.REFRESH, Action.ORGANIZATION]),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "x", "y"]),
)
menus = st.lists(
    leaves
    | st.builds(
        lambda text, children: Entry(Kind.SUBMENU, text, children=tuple(children)),
        st.sampled_from(["a", "b"]),
        st.lists(leaves, max_size=3),
    ),
    max_size=5,
).map(tuple)


@given(st.lists(menus, min_size=1, max_size=6))
def test_a_panel_that_applies_the_announced_changes_has_the_right_menu(
    shown: list[tuple[Entry, ...]],
) -> None:
    tree, panel = MenuTree(), Panel()
    panel.read(tree.root)
    for entries in shown:
        panel.follow(tree.show(entries), tree)
        assert panel.tree_from() == actual_tree(tree.root)


def test_a_problem_has_a_picture_and_the_color_of_all_other_lines() -> None:
    """GTK writes a line marked as an alert in pure red: 3.3 : 1 on a dark menu, 4.0 : 1 on a light one."""
    problem = action("Log in to Claude Code again…", picture=EntryPicture(Picture.ALERT, level="critical"))
    assert properties_of(problem).keys() == {"label", "icon-data"}
