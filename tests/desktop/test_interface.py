"""What outsiders read from the running app is byte for byte what ``python -m tests.interface`` recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.interface.recording import MACHINE, SENTENCES, golden_file
from tests.interface.running_app import NAME, record_with_app

if TYPE_CHECKING:
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop


@pytest.mark.parametrize("kind", [MACHINE, SENTENCES])
def test_what_the_running_app_answers_is_what_was_recorded(desktop: DesktopSession, kind: str) -> None:
    assert record_with_app(desktop, kind) == golden_file(kind, NAME).read_text(encoding="utf-8")
