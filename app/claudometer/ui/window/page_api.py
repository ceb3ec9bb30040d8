"""The functions that the page can call. Errors become answers, so that no exception reaches the page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NoReturn

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.ui.window.bridge import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from claudometer.ui.window.bridge import Answer, Bridge

log = logging.getLogger(__name__)


def page_functions(  # noqa: PLR0913 - named by their words
    bridge: Bridge,
    close: Callable[[], None],
    *,
    choose_folder: Callable[[str], str | None] = lambda _typed: None,
    save_csv: Callable[[str | None], Answer] = lambda _text: {"saved": None},
    log_folder: str = "…",
    page_number: Callable[[], int] = lambda: 0,
) -> tuple[Callable[..., Answer], ...]:
    """Return the functions for ``Window.expose``.

    pywebview finds these by their exact names only. On an object passed as ``js_api`` it would resolve dotted
    names, underscores included: the page could then call ``load.__globals__.get``.

    Args:
        close: closes the window.
        choose_folder: shows the folder dialog, starting at a path; returns ``None`` if it was canceled.
        save_csv: shows the dialog for saving, writes the text there, and returns the answer for the page.
        log_folder: of the log, for the message about an unexpected error.
        page_number: returns how often the page was reloaded.
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
        "alerts": bridge.alerts,
        "history": bridge.history,
        "resets": bridge.resets,
        "save_resets": lambda: save_csv(bridge.resets_csv()),
        "update": bridge.update,
        "next_update": bridge.next_update,
        "doctor": bridge.doctor,
        "close": leave,
    }
    exposed = (_exposed(name, call, log_folder) for name, call in calls.items())
    return tuple(_for_one_page(call, page_number) for call in exposed)


class NoApi:
    """The object passed as ``js_api``, on which pywebview looks up names. It has none."""

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
    """Drop the answer if the page was reloaded during the call: the new page does not wait for it."""

    def answer_same_page(*arguments: object) -> Answer:
        calling_page = page_number()
        answer = call(*arguments)
        if page_number() != calling_page:
            raise SystemExit  # ends only this call's thread, before pywebview delivers anything
        return answer

    answer_same_page.__name__ = call.__name__
    return answer_same_page
