"""Tests which changed settings lead to a request: only those that change what is requested, or how often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claudometer.domain.settings import AccountSettings, IconColors, IconNumber, Settings
from claudometer.domain.usage import Mode
from claudometer.engine.settings_form import is_poll_due

BEFORE = Settings(accounts=(AccountSettings(mode=Mode.CLI),))


def with_account(**changes: object) -> Settings:
    return BEFORE.with_account(replace(BEFORE.account, **changes))  # type: ignore[arg-type] # the account's fields


@pytest.mark.parametrize(
    "after",
    [
        replace(BEFORE, icon_number=IconNumber.WEEKLY),
        replace(BEFORE, icon_colors=IconColors.WHITE),
        replace(BEFORE, icon_label=True),
        replace(BEFORE, check_daily=True),
        with_account(remember_session_key=False),
    ],
)
def test_what_is_not_about_the_numbers_costs_no_request(after: Settings) -> None:
    assert not is_poll_due((BEFORE, Mode.CLI), (after, Mode.CLI))


def test_a_choice_of_the_mode_in_force_costs_no_request() -> None:
    assert not is_poll_due((with_account(mode=None), Mode.CLI), (BEFORE, Mode.CLI))


@pytest.mark.parametrize(
    ("after", "mode"),
    [
        (with_account(mode=Mode.WEB), Mode.WEB),
        (with_account(organization_id="other"), Mode.CLI),
        (with_account(claude_folder="/other"), Mode.CLI),
        (with_account(ask_through_browser=False), Mode.CLI),
        (replace(BEFORE, interval_seconds=300), Mode.CLI),
    ],
)
def test_other_numbers_or_another_pace_are_asked_for(after: Settings, mode: Mode) -> None:
    assert is_poll_due((BEFORE, Mode.CLI), (after, mode))
