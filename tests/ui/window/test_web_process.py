"""A page whose process has ended is loaded again, a limited number of times. Real crashes: tests/desktop."""

from __future__ import annotations

import os

import pytest

from claudometer.ui.window.page_api import page_functions
from claudometer.ui.window.web_process import BY_PROCESSOR, MOST_RELOADS, Reloader, paint_by_processor


def test_the_page_is_loaded_again_a_few_times_and_then_the_window_closes() -> None:
    done: list[str] = []
    reloader = Reloader(lambda: done.append("loaded"), lambda: done.append("closed"))
    for _ in range(MOST_RELOADS + 1):
        reloader.page_is_gone("crashed")
    assert done == ["loaded"] * MOST_RELOADS + ["closed"]


def test_a_response_is_not_given_to_a_page_that_did_not_request_it() -> None:
    reloader = Reloader(lambda: None, lambda: None)

    class DyingPage:
        def load(self) -> dict[str, object]:
            reloader.page_is_gone("crashed")
            return {}

        next_view = save = forget = refresh = requests = history = resets = resets_csv = alerts = update = (
            load
        )
        next_update = doctor = load

    load, *_ = page_functions(DyingPage(), lambda: None, page_number=reloader.page_number)  # type: ignore[arg-type]
    with pytest.raises(SystemExit):
        load()


@pytest.mark.parametrize(("own", "then"), [(None, "1"), ("0", "0")], ids=["by default", "by the user"])
def test_webkit_paints_by_the_processor_unless_the_user_chose(
    monkeypatch: pytest.MonkeyPatch, own: str | None, then: str
) -> None:
    monkeypatch.setenv(BY_PROCESSOR, own or "")
    if own is None:
        monkeypatch.delenv(BY_PROCESSOR)
    paint_by_processor()
    assert os.environ[BY_PROCESSOR] == then
