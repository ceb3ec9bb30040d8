"""Our ``dataclass`` against the original: whatever one can tell from outside is the same."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest

from claudometer.domain.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def define(decorate: Callable[..., Any]) -> dict[str, Any]:
    """Define the same classes with one decorator or the other."""

    @decorate(frozen=True, slots=True)
    class Point(Generic[T]):
        """A value."""

        x: T
        y: int = 2
        note: str = field(default="n", compare=False)
        secret: str = field(default="s", repr=False)
        many: list[int] = field(default_factory=list)

    @decorate(frozen=True, slots=True)
    class Longer(Point[int]):
        z: int = 3

    @decorate(slots=True)
    class Open:
        x: int
        y: int = 2

        def __post_init__(self) -> None:
            self.y += 1

    @decorate(frozen=True, slots=True)
    class Empty:
        pass

    @decorate(frozen=True, slots=True, kw_only=True)
    class Named:
        x: tuple[int, ...]

    @decorate(frozen=True, slots=True)
    class Own:
        x: int

        def __repr__(self) -> str:
            return "mine"

        def __hash__(self) -> int:
            return 7

    return {each.__name__: each for each in (Point, Longer, Open, Empty, Named, Own)}


BOTH = [define(dataclass), define(dataclasses.dataclass)]
MADE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a value": lambda known: known["Point"](1),
    "all fields": lambda known: known["Point"](1, 3, note="m", secret="t", many=[4]),
    "a subclass": lambda known: known["Longer"](1, z=9),
    "an open one": lambda known: known["Open"](1),
    "an empty one": lambda known: known["Empty"](),
    "only by name": lambda known: known["Named"](x=(1, 2)),
    "with its own methods": lambda known: known["Own"](1),
}


def told(call: Callable[[], object]) -> object:
    """Return what a call returns, or the exception it raises, by its text."""
    try:
        return call()
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


def seen(known: dict[str, Any], make: Callable[[dict[str, Any]], Any]) -> list[object]:
    one, other = make(known), make(known)
    kind = type(one)
    return [
        repr(one).replace("define.<locals>.", ""),
        one == other,
        one != other,
        one == object(),
        one == known["Empty"](),
        told(lambda: hash(one) == hash(other)),
        told(lambda: hash(one) is not None),
        [told(partial(setattr, one, each.name, 5)) for each in dataclasses.fields(one)],
        [told(partial(delattr, one, each.name)) for each in dataclasses.fields(one)],
        told(lambda: kind(1, 2, 3, 4, 5, 6, 7, 8)),
        told(lambda: repr(dataclasses.replace(one, x=8))),
        [(each.name, each.type, each.compare) for each in dataclasses.fields(one)],
        told(lambda: dataclasses.asdict(one)),
        told(lambda: copy.copy(one) == one),
        told(lambda: copy.deepcopy(one) == one),
        kind.__doc__,
        kind.__match_args__,
        kind.__slots__,
        hasattr(one, "__dict__"),
    ]


@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_a_class_behaves_like_the_originals(make: Callable[[dict[str, Any]], Any]) -> None:
    ours, original = (seen(known, make) for known in BOTH)
    assert ours == original


@pytest.mark.parametrize(("a", "b"), [(1, 2), ((), (1,))])
def test_what_is_compared_decides(a: object, b: object) -> None:
    point = BOTH[0]["Point"]
    assert point(a) != point(b)
    assert point(a, note="one") == point(a, note="other")
    assert BOTH[0]["Longer"](1) != point(1)


@dataclass(frozen=True, slots=True)
class Value:
    """At the top, where pickle finds it."""

    x: int
    y: str = ""


def test_a_frozen_value_can_be_pickled_and_stays_frozen() -> None:
    again = pickle.loads(pickle.dumps(Value(1, "a")))  # noqa: S301 - written a moment ago
    assert (again, hash(again)) == (Value(1, "a"), hash(Value(1, "a")))
    with pytest.raises(FrozenInstanceError):
        again.y = "b"
    with pytest.raises(AttributeError):
        again.z = 1
