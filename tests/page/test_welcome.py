"""The welcome page: shown until there is something to read the numbers from; one click, or two steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

from claudometer.domain.errors import ErrorCode
from claudometer.present.form import form_for
from claudometer.present.messages.errors import message_for_code
from tests.form_states import form_state
from tests.page.chromium import WIDE_FONT
from tests.page.scenarios import SCENARIOS

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium

SAVED_KEY = {"saved": True, "where": "keyring", "ends_at": None}


def test_a_login_needs_one_click_which_also_switches_the_start_at_login_on(page: Chromium) -> None:
    page.open("welcome-found", at="welcome")
    assert page.text("#way-cli-tag") == "Found"
    assert not page.visible("#login-steps")
    page.click("#use-cli")
    page.wait(lambda: page.shown() == "usage")
    assert page.calls("save") == [[{"mode": "cli", "autostart": True}]]


def test_start_at_login_can_be_switched_off_before_a_source_is_chosen(page: Chromium) -> None:
    page.open("welcome-found", at="welcome")
    page.click("#welcome-autostart")
    page.click("#use-cli")
    page.wait(lambda: page.shown() == "usage")
    assert page.calls("save") == [[{"mode": "cli"}]]


def test_alerts_about_limits_can_be_switched_off_before_a_source_is_chosen(page: Chromium) -> None:
    page.open("welcome-found", at="welcome")
    assert page.js("return document.getElementById('welcome-alerts').checked")
    page.click("#welcome-alerts")
    page.click("#use-cli")
    page.wait(lambda: page.shown() == "usage")
    off = {"alert_thresholds": [], "alert_forecast": False, "alert_reset": False}
    assert page.calls("save") == [[{"mode": "cli", "autostart": True, **off}]]


def test_the_switches_also_apply_when_claude_ai_is_set_up(page: Chromium) -> None:
    page.open("welcome-missing")
    page.click("#welcome-alerts")
    page.click("#use-web")
    page.wait(lambda: page.focused() == "session_key")
    assert page.calls("save") == []
    page.js(
        "window.bridgeScript.load.form = arguments[0]",
        form_for(form_state(mode="web", session_key=SAVED_KEY)),
    )
    page.push(tone="ok", problem=None)
    page.wait(lambda: page.calls("save"))
    (values,) = page.calls("save")[0]
    assert (values["alert_thresholds"], values["autostart"]) == ([], True)


def test_return_shows_the_usage_and_the_button_says_so_by_its_ring(page: Chromium) -> None:
    page.open("welcome-found", at="welcome")
    page.wait(lambda: page.focused() == "use-cli")
    assert page.js("return getComputedStyle(document.getElementById('use-cli')).outlineStyle") == "solid"
    page.press(Keys.ENTER)
    page.wait(lambda: page.shown() == "usage")


def test_return_presses_the_button_also_after_a_click_beside_all_buttons(page: Chromium) -> None:
    page.open("welcome-found", at="welcome")
    page.js("document.activeElement.blur()")
    page.press(Keys.ENTER)
    page.wait(lambda: page.shown() == "usage")
    assert len(page.calls("save")) == 1


def test_nothing_is_switched_on_without_that_click(page: Chromium) -> None:
    page.open("welcome-found", at="welcome")
    page.press(Keys.ESCAPE)
    page.wait(lambda: page.calls("close"))
    assert page.calls("save") == []


def test_without_a_source_the_numbers_page_gives_way_to_the_welcome_page(page: Chromium) -> None:
    page.open("welcome-missing")
    assert page.shown() == "welcome"
    assert not page.visible("#problem")
    assert page.visible("#login-steps")
    assert "~/.claude" in page.text("#login-waiting")


def test_the_page_continues_when_a_login_is_found(page: Chromium) -> None:
    page.open("welcome-missing")
    assert not page.visible("#use-cli")
    page.js("window.bridgeScript.load.form = arguments[0]", form_for(form_state(mode_chosen=False)))
    page.push(tone="ok", problem=None)
    page.wait(lambda: page.visible("#use-cli"))
    assert not page.visible("#login-waiting")
    page.wait(lambda: page.focused() == "use-cli")
    assert page.shown() == "welcome"


def test_a_login_that_cannot_be_read_is_explained_instead_of_the_steps(page: Chromium) -> None:
    page.open("welcome-trouble")
    assert message_for_code(ErrorCode.LOGIN_DENIED).title in page.text("#login-trouble")
    assert not page.visible("#login-steps")
    assert page.text("#login-trouble code").startswith("chmod 600 ")
    page.js("document.addEventListener('copy', () => { window.copied = document.activeElement.value; });")
    page.click("#login-trouble .copy")
    page.wait(lambda: page.text("#login-trouble .copy") == "Copied")
    assert page.js("return window.copied") == page.text("#login-trouble code")


def test_before_a_source_is_chosen_the_settings_call_nothing_wrong(page: Chromium) -> None:
    page.open("welcome-missing", at="settings")
    assert page.text("#account-name")
    assert not page.visible("#state")


def test_claude_ai_is_set_up_in_the_settings_and_back_leads_here(page: Chromium) -> None:
    page.open("welcome-missing")
    page.click("#use-web")
    assert page.shown() == "settings"
    page.wait(lambda: page.focused() == "session_key")
    assert page.js("return document.querySelector('[name=mode]:checked').value") == "web"
    page.click("[data-page=settings] .back")
    assert page.shown() == "welcome"


def test_another_folder_is_chosen_in_the_settings(page: Chromium) -> None:
    page.open("welcome-missing")
    page.click("#other-folder")
    assert page.shown() == "settings"
    page.wait(lambda: page.focused() == "claude_folder")


def test_this_computer_only_says_what_it_leaves_out_and_what_it_needs(page: Chromium) -> None:
    page.open("welcome-missing")
    page.click(".local-only summary")
    assert "no model limits" in page.text(".local-only")
    assert "claudometer statusline --install" in page.text(".local-only")
    page.click("#use-local")
    page.wait(lambda: page.shown() == "usage")
    assert page.calls("save")[0][0]["mode"] == "local"


def test_its_command_is_the_one_that_works_where_the_program_is(page: Chromium) -> None:
    page.open(replace(SCENARIOS["welcome-missing"], program="~/Apps/Claudometer.AppImage"))
    page.click(".local-only summary")
    shown = page.text("[data-command=install-status-line]")
    assert shown == "~/Apps/Claudometer.AppImage statusline --install"


@pytest.mark.parametrize("font", ["Inter", WIDE_FONT])
@pytest.mark.parametrize("scenario", ["welcome-found", "welcome-missing"])
def test_start_at_login_is_in_sight_on_a_screen_of_800_points(
    page: Chromium, scenario: str, font: str
) -> None:
    page.look(width=460, height=700)  # what panel and title leave
    page.open(scenario, at="welcome")
    page.use_font(font)
    bottom = "return document.getElementById('welcome-autostart').getBoundingClientRect().bottom"
    assert page.js(bottom) <= 700


def test_a_refused_choice_is_explained_and_the_page_stays(page: Chromium) -> None:
    page.open("welcome-found", at="welcome")
    refused = {"ok": False, "field": None, "message": "The disk is full.", "hint": "Free some space."}
    page.js("window.bridgeScript.save = arguments[0]", refused)
    page.click("#use-cli")
    page.wait(lambda: page.visible("#welcome-error"))
    assert page.text("#welcome-error") == "The disk is full. Free some space."
    assert page.shown() == "welcome"


@pytest.mark.parametrize("command", ["claude", "claudometer statusline --install"])
def test_a_command_is_copied(page: Chromium, command: str) -> None:
    page.open("welcome-missing")
    page.click(".local-only summary")
    page.js(
        """document.addEventListener("copy", () => { window.copied = document.getSelection().toString()
             || document.activeElement.value; });
           for (const code of document.querySelectorAll("[data-page=welcome] .command code"))
             if (code.textContent === arguments[0] && code.offsetWidth) code.parentElement.id = "wanted";""",
        command,
    )
    page.click("#wanted .copy")
    page.wait(lambda: page.text("#wanted .copy") == "Copied")
    assert page.js("return window.copied") == command


def test_without_a_login_return_copies_the_first_command_and_its_ring_says_so(page: Chromium) -> None:
    page.open("welcome-missing")
    button = "#login-steps li:not([hidden]) .copy"
    page.wait(lambda: page.js(f"return document.activeElement === document.querySelector('{button}')"))
    assert page.js("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.js("document.activeElement.blur()")  # a click beside all buttons
    page.press(Keys.ENTER)
    page.wait(lambda: page.text(button) == "Copied")
    assert page.shown() == "welcome"


def test_without_claude_code_the_first_step_says_where_to_get_it(page: Chromium) -> None:
    page.open("welcome-no-program")
    shown = "#get-claude-code"
    assert page.visible(shown)
    assert "code.claude.com/docs/en/setup" in page.text(shown)
    page.wait(lambda: page.js(f"return document.activeElement.closest('{shown}') !== null"))
    page.open("welcome-missing")
    assert not page.visible(shown)


def test_where_no_panel_shows_icons_the_page_does_not_promise_one(page: Chromium) -> None:
    page.open("welcome-missing")
    assert "tray" in page.text(".welcome-lead")
    missing = {"code": "tray_host_missing", "message": "No tray.", "hint": "Get one.", "command": None}
    page.push(notices=[missing])
    page.wait(lambda: "tray" not in page.text(".welcome-lead"))
