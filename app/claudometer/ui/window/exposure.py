"""What the page may call, and nothing else. Raises nothing into the page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NoReturn

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.ui.window.bridge import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from claudometer.ui.window.bridge import Answer, Bridge

log = logging.getLogger(__name__)


def page_functions(
    bridge: Bridge,
    close: Callable[[], None],
    *,
    choose_folder: Callable[[str], str | None] = lambda _typed: None,
    log_folder: str = "…",
    page_number: Callable[[], int] = lambda: 0,
) -> tuple[Callable[..., Answer], ...]:
    """Return the functions of the page contract, for ``Window.expose``.

    pywebview looks these up by their exact name. An object handed over as ``js_api`` it would search by
    dotted names, underscores included: ``load.__globals__.get`` would be a call that the page can make.
    """

    def leave() -> Answer:
        close()
        return {}

    def choose(typed: object = None) -> Answer:
        return {"folder": choose_folder(typed if isinstance(typed, str) else "")}

    calls: Mapping[str, Callable[..., Answer]] = {
        "load": bridge.load,
        "next_view": bridge.next_view,
        "save": bridge.save,
        "forget": bridge.forget,
        "refresh": bridge.refresh,
        "choose_folder": choose,
        "requests": bridge.requests,
        "update": bridge.update,
        "next_update": bridge.next_update,
        "close": leave,
    }
    exposed = (_exposed(name, call, log_folder) for name, call in calls.items())
    return tuple(_for_one_page(call, page_number) for call in exposed)


class ClosedDoor:
    """What stands where pywebview would search for names: an object that has none."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> NoReturn:
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        return []


def _exposed(name: str, call: Callable[..., Answer], log_folder: str) -> Callable[..., Answer]:
    def exposed(*arguments: object) -> Answer:
        try:
            return {"ok": True, **call(*arguments)}
        except ClaudometerError as error:
            return refusal(error)
        except Exception:  # barrier
            log.exception("the page's call of %s failed", name)
            return refusal(ClaudometerError(ErrorCode.INTERNAL, folder=log_folder))

    exposed.__name__ = name
    return exposed


def _for_one_page(call: Callable[..., Answer], page_number: Callable[[], int]) -> Callable[..., Answer]:
    """Keep an answer from a page that did not ask: one loaded anew has no place for it, and pywebview fails.

    ``SystemExit`` ends the call's own thread and nothing else, which is how it is left unanswered.
    """

    def answer_same_page(*arguments: object) -> Answer:
        asked_by = page_number()
        answer = call(*arguments)
        if page_number() != asked_by:
            raise SystemExit
        return answer

    answer_same_page.__name__ = call.__name__
    return answer_same_page
