"""A single answer promises nothing that only a running app could keep."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Problem
from claudometer.present.report import report_for
from tests.clocks import NOON
from tests.readings import snapshot

PROMISES = re.compile(r"by itself|by themselves|(tries|asks|looks) again|refresh now|tray", re.IGNORECASE)
OF_THE_APP = {
    ErrorCode.TRAY_TOOLKIT_MISSING,
    ErrorCode.TRAY_HOST_MISSING,
    ErrorCode.WINDOW_FAILED,
    ErrorCode.APP_UNRESPONSIVE,
}


def hint(code: ErrorCode, *, alone: bool) -> str:
    failed = replace(snapshot(status=Status.OFFLINE), problem=Problem(code))
    report = report_for(failed, NOON, UTC_REGION, alone=alone)
    assert report["message"] == report_for(failed, NOON, UTC_REGION)["message"]
    return str(report["hint"])


@pytest.mark.parametrize("code", sorted(set(ErrorCode) - OF_THE_APP))
def test_without_an_app_no_hint_promises_what_an_app_would_do(code: ErrorCode) -> None:
    said = hint(code, alone=True)
    assert said
    assert not PROMISES.search(said)


def test_with_an_app_the_promise_stands() -> None:
    assert "tries again by itself" in hint(ErrorCode.TIMED_OUT, alone=False)
    assert "ask again in a while" in hint(ErrorCode.TIMED_OUT, alone=True)
