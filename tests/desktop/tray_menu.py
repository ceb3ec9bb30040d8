"""A tray icon's menu as a small tree. Pure: reads what `com.canonical.dbusmenu` answers, asks nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from tests.desktop.bus_client import Value


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu, with the lines below it."""

    number: int
    label: str = ""
    enabled: bool = True
    visible: bool = True
    is_separator: bool = False
    checked: bool | None = None  # None: not a line that can be checked
    children: tuple["MenuEntry", ...] = ()

    @classmethod
    def from_layout(cls, layout: Value) -> Self:
        """Read one (id, properties, children) of the answer."""
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
        """Give all lines below it, in the order in which they are read, submenus opened."""
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
        """What a person reads, top to bottom, separators as a dash."""
        return ["-" if child.is_separator else child.label for child in self.children if child.visible]

    def find(self, label: str) -> "MenuEntry | None":
        """Return the visible line that begins with this label: numbers without what pads them to a column."""
        return next((entry for entry in self if entry.visible and entry.words.startswith(label)), None)


def _describe(entry: MenuEntry) -> str:
    if entry.is_separator:
        return "-"
    mark = {None: "", True: "[x] ", False: "[ ] "}[entry.checked]
    return f"{mark}{entry.label}{'' if entry.enabled else '  (disabled)'}"
