"""A fault that makes another check fail is reported once."""

from __future__ import annotations

import pytest

from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ErrorCode
from claudometer.processes.doctor.checks import _without_echoes
from claudometer.processes.doctor.storage import OF_DRIVE


@pytest.mark.parametrize("reason", [*OF_DRIVE.values(), "data.denied", "data.foreign", "data.not_folder"])
def test_a_history_in_a_folder_that_cannot_be_written_is_no_second_fault(reason: str) -> None:
    data = Finding(Part.DATA, State.ATTENTION, reason)
    history = Finding(Part.HISTORY, State.ATTENTION, ErrorCode.HISTORY_UNKEPT)
    assert _without_echoes([data, history]) == [data, Finding(Part.HISTORY, State.UNKNOWN, "history.by_data")]
