"""The output of the running app is exactly what ``python -m tests.interface`` recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.interface.recording import MACHINE, SENTENCES, golden_file
from tests.interface.running_app import NAME, record_with_app

if TYPE_CHECKING:
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop


@pytest.mark.parametrize("kind", [MACHINE, SENTENCES])
def test_the_output_of_the_running_app_is_as_recorded(desktop: DesktopSession, kind: str) -> None:
    assert record_with_app(desktop, kind) == golden_file(kind, NAME).read_text(encoding="utf-8")
