"""A tray icon's menu as a tree, built from a reply of `com.canonical.dbusmenu`. Pure: must make no call."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from tests.desktop.bus_client import Value


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the menu, with the entries of its submenu."""

    number: int
    label: str = ""
    enabled: bool = True
    visible: bool = True
    is_separator: bool = False
    checked: bool | None = None  # None: the entry cannot be checked
    children: tuple["MenuEntry", ...] = ()

    @classmethod
    def from_layout(cls, layout: Value) -> Self:
        """Convert an (id, properties, children) of the reply."""
        number, properties, children = layout
        values = {name: value for name, (_signature, value) in properties.items()}
        return cls(
            number=number,
            label=values.get("label", "").replace("__", "_"),
            enabled=values.get("enabled", True),
            visible=values.get("visible", True),
            is_separator=values.get("type") == "separator",
            checked=bool(values["toggle-state"]) if "toggle-type" in values else None,
            children=tuple(cls.from_layout(child) for _signature, child in children),
        )

    def __iter__(self) -> Iterator["MenuEntry"]:
        """Yield all entries below this one in reading order, including those of submenus."""
        for child in self.children:
            yield child
            yield from child

    def __str__(self) -> str:
        return "\n".join(_describe(entry) for entry in self if entry.visible)

    @property
    def words(self) -> str:
        """The label with plain spaces, and without the ones before a number."""
        return self.label.replace("\u00a0", " ").lstrip("\u2007")

    @property
    def labels(self) -> list[str]:
        """The labels from top to bottom, with a dash for a separator."""
        return ["-" if child.is_separator else child.label for child in self.children if child.visible]

    def find(self, label: str) -> "MenuEntry | None":
        """Return the first visible entry whose label begins with this text, padding aside."""
        return next((entry for entry in self if entry.visible and entry.words.startswith(label)), None)


def _describe(entry: MenuEntry) -> str:
    if entry.is_separator:
        return "-"
    mark = {None: "", True: "[x] ", False: "[ ] "}[entry.checked]
    return f"{mark}{entry.label}{'' if entry.enabled else '  (disabled)'}"
