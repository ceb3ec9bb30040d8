"""The settings form: every field, every refusal, and no loss of what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages import answers
from claudometer.present.messages import form as words
from claudometer.present.messages.errors import message_for_code
from tests.form_states import form_state
from tests.page.scenarios import SCENARIOS, Scenario, snapshot, web_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claudometer.domain.form_state import FormState
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


@pytest.fixture(autouse=True)
def _start_here(page: Chromium) -> Iterator[None]:
    page.start_at("settings")
    yield
    page.start_at(None)


KEY = "sk-ant-sid01-CANARY-0123456789abcdefghij"


def scenario(form: FormState, **answers: object) -> Scenario:
    return Scenario("made for one test", snapshot(), form, answers)


def choose(page: Chromium, field: str, text: str) -> None:
    Select(page.element(f"#{field}")).select_by_visible_text(text)


def chosen(page: Chromium, field: str) -> str:
    return Select(page.element(f"#{field}")).first_selected_option.text


def choose_mode(page: Chromium, mode: str) -> None:
    if page.visible("#other-sources"):
        page.click("#other-sources")
    page.click(f".choice:has([value={mode}])")


def type_key(page: Chromium, text: str = KEY) -> None:
    page.element("#session_key").send_keys(text)


def save_key(page: Chromium) -> None:
    page.click("#save")
    page.wait(lambda: page.attribute("#settings", "aria-busy") is None)


def is_enabled(page: Chromium) -> bool:
    """Return whether a key can be tested."""
    return page.attribute("#save", "aria-disabled") == "false"


def wait_for_saves(page: Chromium, *saved: dict[str, object]) -> None:
    """Wait until exactly these saves were requested, and answered."""
    page.wait(lambda: len(page.calls("save")) >= len(saved))
    assert page.calls("save") == [[fields] for fields in saved]
    page.wait(lambda: page.attribute("#saved", "textContent") or page.visible(".field-error"))


def whole_page(page: Chromium) -> str:
    """Return the page as it is now, with the values of all its fields."""
    values = page.js("return [...document.querySelectorAll('input, select')].map((e) => e.value).join(' ')")
    html = page.js("return document.documentElement.outerHTML")
    return f"{html} {values}"


# What is shown.


def test_the_login_of_claude_code_is_shown_where_it_was_found(page: Chromium) -> None:
    page.open("numbers")
    assert page.text("#login .message") == "Login found in ~/.claude"
    assert page.text("#account-name") == "Claude Max 5x"
    assert page.text("#state") == "Working"
    assert not page.visible("#web-panel")


def test_a_missing_login_shows_a_step_that_helps(page: Chromium) -> None:
    page.open("no-login")
    assert page.text("#login .message") == message_for_code(ErrorCode.LOGIN_MISSING).title
    assert "claude" in page.text("#login .hint")
    assert page.text("#login code") == "claude"
    page.click("#login .copy")
    page.wait(lambda: page.text("#login .copy") == "Copied")


def test_a_found_login_has_no_line_to_copy(page: Chromium) -> None:
    page.open("numbers")
    page.wait(lambda: page.text("#login .message") == "Login found in ~/.claude")
    assert not page.visible("#login .command")


def test_the_key_field_is_empty_and_hides_what_is_typed(page: Chromium) -> None:
    page.open("calm")
    field = page.element("#session_key")
    assert field.get_attribute("type") == "password"
    assert field.get_attribute("value") == ""
    assert field.get_attribute("placeholder") == "Paste a new key"
    assert page.text("#session_key-note") == words.KEY_NOTES["keyring"]


def test_in_a_narrow_window_lists_and_fields_show_their_whole_text(page: Chromium) -> None:
    page.look(width=230)
    page.open("calm", at="settings")
    cut = page.js(
        """const pen = document.createElement("canvas").getContext("2d");
           const text = (e) => e.selectedOptions?.[0].text ?? e.placeholder;
           return [...document.querySelectorAll("#session_key, select")]
             .filter((e) => e.getClientRects().length)
             .filter((e) => {
               const style = getComputedStyle(e);
               pen.font = `${style.fontSize} ${style.fontFamily}`;
               const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
               return pen.measureText(text(e)).width > room;
             }).map(text);"""
    )
    assert cut == []


def test_the_one_source_that_is_listed_has_no_line_above_it(page: Chromium) -> None:
    page.open("calm", at="settings")
    line = "return getComputedStyle(document.querySelector('.choice:has(:checked)')).borderTopWidth"
    assert page.js(line) == "0px"
    page.click("#other-sources")
    assert page.js(line) == "1px"


def test_how_to_find_the_key_opens_and_has_four_steps(page: Chromium) -> None:
    page.open("calm")
    assert not page.visible(".howto ol")
    page.click(".howto summary")
    assert len(page.elements(".howto li")) == 4
    assert page.visible(".howto ol")


def test_without_a_key_the_steps_are_open_until_the_user_closes_them(page: Chromium) -> None:
    page.open("no-key", at="settings")
    assert page.visible(".howto ol")
    page.click(".howto summary")
    page.click("#autostart")  # the answer has the form again
    page.wait(lambda: page.calls("save"))
    assert not page.visible(".howto ol")


def interval_texts(page: Chromium) -> list[str]:
    return [option.text for option in page.elements("#interval_seconds option")]


@pytest.mark.parametrize("form", [form_state, web_form])
def test_an_interval_that_is_not_in_the_list_is_shown_as_it_is(
    page: Chromium, form: Callable[..., FormState]
) -> None:
    for seconds, text in ((45, "45 seconds"), (60, "1 minute"), (90, "1 min 30 s"), (900, "15 minutes")):
        page.open(scenario(form(interval_seconds=seconds)))
        assert chosen(page, "interval_seconds") == text
        options = [
            int(option.get_attribute("value") or 0) for option in page.elements("#interval_seconds option")
        ]
        assert options == sorted(options)
        assert page.calls("save") == []


def test_the_list_of_intervals_has_those_that_the_chosen_mode_allows(page: Chromium) -> None:
    page.open("numbers")
    kept = ["Automatic", "5 minutes", "10 minutes", "30 minutes", "1 hour"]
    note = page.text("#interval_seconds-note")
    assert interval_texts(page) == kept
    choose_mode(page, "web")
    assert interval_texts(page) == ["Automatic", "1 minute", "2 minutes", *kept[1:]]
    assert page.text("#interval_seconds-note") != note
    choose(page, "interval_seconds", "1 minute")
    choose_mode(page, "cli")
    assert chosen(page, "interval_seconds") == "1 minute"  # the wish is kept, and can be taken back
    choose(page, "interval_seconds", "Automatic")
    page.wait(lambda: interval_texts(page) == kept)


def test_a_wish_can_be_given_up_for_the_automatic_interval(page: Chromium) -> None:
    page.open(scenario(form_state(interval_seconds=60)))
    choose(page, "interval_seconds", "Automatic")
    wait_for_saves(page, {"interval_seconds": None})


def test_organizations_are_listed_below_automatic(page: Chromium) -> None:
    page.open(scenario(web_form(organization_id="org-2")))
    texts = [option.text for option in page.elements("#organization_id option")]
    assert texts == ["Automatic", "Personal", "Example org"]
    assert chosen(page, "organization_id") == "Example org"


def test_a_stored_organization_that_is_not_listed_stays_chosen(page: Chromium) -> None:
    page.open(scenario(web_form(organization_id="org-9")))
    assert chosen(page, "organization_id") == "org-9"
    assert page.calls("save") == []


def test_without_a_keyring_remember_is_off_and_says_why(page: Chromium) -> None:
    page.open("no-keyring")
    remember = page.element("#remember")
    assert not remember.is_enabled()
    assert not remember.is_selected()
    assert page.text("#remember-note").startswith(message_for_code(ErrorCode.KEYRING_MISSING).title)
    assert page.calls("save") == []


def test_start_at_login_that_is_not_available_says_why(page: Chromium) -> None:
    page.open("many")
    assert not page.element("#autostart").is_enabled()
    assert page.text("#autostart-note") == words.NOT_IN_DEMO


def test_fields_set_by_the_environment_are_locked_with_their_reason(page: Chromium) -> None:
    page.open("locked")
    for selector in ("[name=mode]", "#session_key", "#interval_seconds", "#remember"):
        assert not page.element(selector).is_enabled(), selector
    assert page.text("#mode-note") == words.LOCKED.format(variable="CLAUDOMETER_MODE")
    assert page.text("#interval_seconds-note") == words.LOCKED.format(variable="CLAUDOMETER_INTERVAL_SECONDS")
    assert page.text("#session_key-note") == words.LOCKED.format(variable="CLAUDOMETER_SESSION_KEY")
    assert not page.visible("#forget")


def test_saving_sends_no_locked_field(page: Chromium) -> None:
    page.open("locked")
    page.click("#autostart")
    wait_for_saves(page, {"autostart": True})


def test_the_help_names_the_version_and_no_page_has_a_link(page: Chromium) -> None:
    page.open("numbers")
    assert page.text("#updates-row b") == "Claudometer 0.1.0"
    assert page.elements("a") == []


# What is changed.


def test_a_key_is_the_only_thing_that_waits_for_a_button(page: Chromium) -> None:
    page.open("calm")
    assert not is_enabled(page)
    type_key(page)
    assert is_enabled(page)
    assert page.calls("save") == []


@pytest.mark.parametrize(
    ("form", "field", "text", "sent"),
    [
        (form_state(), "interval_seconds", "5 minutes", {"interval_seconds": 300}),
        (form_state(), "icon_number", "Weekly", {"icon_number": "weekly"}),
        (form_state(), "percents", "What is left", {"percents": "remaining"}),
        (form_state(icon_label=True), "icon_text", "Time until reset", {"icon_text": "reset"}),
        (form_state(), "without_tray", "Keep running", {"without_tray": "background"}),
        (form_state(), "icon_colors", "Monochrome", {"icon_colors": "monochrome"}),
        (web_form(), "organization_id", "Example org", {"organization_id": "org-2"}),
        (web_form(organization_id="org-1"), "organization_id", "Automatic", {"organization_id": None}),
    ],
)
def test_a_choice_is_saved_at_once(
    page: Chromium, form: FormState, field: str, text: str, sent: dict[str, object]
) -> None:
    page.open(scenario(form))
    choose(page, field, text)
    wait_for_saves(page, sent)
    assert page.attribute("#saved", "textContent") == answers.SAVED
    assert chosen(page, field) == text


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("remember", False),
        ("ask_through_browser", False),
        ("icon_label", True),
        ("autostart", True),
        ("check_daily", True),
    ],
)
def test_a_switch_is_saved_at_once(page: Chromium, field: str, sent: object) -> None:
    page.open("calm")
    page.click(f"#{field}")
    wait_for_saves(page, {field: sent})
    assert page.element(f"#{field}").is_selected() is sent


def test_the_choice_for_the_text_beside_the_icon_is_shown_only_while_there_is_one(page: Chromium) -> None:
    page.open("numbers", at="settings")
    assert not page.visible("#icon_text")
    page.click("#icon_label")
    page.wait(lambda: page.visible("#icon_text"))
    page.click("#icon_label")
    page.wait(lambda: not page.visible("#icon_text"))


def test_a_source_that_needs_nothing_is_switched_to_at_once(page: Chromium) -> None:
    page.open("calm")
    choose_mode(page, "cli")
    wait_for_saves(page, {"mode": "cli"})
    assert page.visible("#cli-panel")
    assert not page.visible("#web-panel")


def test_claude_ai_is_switched_to_only_with_a_key(page: Chromium) -> None:
    page.open("numbers")
    choose_mode(page, "web")
    assert page.visible("#web-panel")
    assert page.text("#mode-note") == page.attribute("#mode-note", "data-pending")
    assert page.calls("save") == []
    page.push(**SCENARIOS["critical"].script()["load"]["view"])  # makes the page ask for the form again
    page.wait(lambda: len(page.calls("load")) == 2)
    assert page.visible("#web-panel"), "the choice is not taken back meanwhile"
    type_key(page)
    save_key(page)
    assert page.calls("save") == [[{"session_key": KEY, "mode": "web"}]]
    assert not page.visible("#mode-note")


def test_a_typed_key_is_tested_saved_and_removed_from_the_page(page: Chromium) -> None:
    page.open("no-key")
    type_key(page)
    save_key(page)
    assert page.calls("save") == [[{"remember": False, "session_key": KEY}]]
    assert page.text("#outcome") == answers.SAVED_TESTED
    assert KEY not in whole_page(page)
    assert page.text("#session_key-note") == words.KEY_NOTES["keyring"]
    assert not is_enabled(page)


def test_testing_shows_its_progress_and_cannot_be_started_twice(page: Chromium) -> None:
    page.open("key-refused")
    page.js("window.bridgeScript.delay = {save: 'held'}")
    type_key(page)
    page.click("#save")
    assert page.text("#save") == "Testing…"
    assert not is_enabled(page)
    page.click("#save")
    page.js("window.bridge.release()")
    page.wait(lambda: page.visible("#session_key-error"))
    assert len(page.calls("save")) == 1


def test_a_key_that_is_typed_does_not_get_lost_when_something_else_is_saved(page: Chromium) -> None:
    page.open("calm")
    type_key(page)
    page.click("#autostart")
    wait_for_saves(page, {"autostart": True})
    assert page.attribute("#session_key", "value") == KEY


def test_the_last_of_several_quick_changes_wins(page: Chromium) -> None:
    page.open("numbers")
    page.js("window.bridgeScript.delay = {save: 'held'}")
    page.click("#autostart")
    choose(page, "interval_seconds", "10 minutes")
    page.click("#autostart")
    saves = [[{"autostart": True}], [{"interval_seconds": 600}], [{"autostart": False}]]
    for count in (1, 2, 3):
        page.wait(lambda count=count: len(page.calls("save")) == count)  # type: ignore[misc]
        assert page.calls("save") == saves[:count]
        page.js("window.bridge.release()")
    assert page.attribute("#saved", "textContent") == answers.SAVED
    assert chosen(page, "interval_seconds") == "10 minutes"
    assert not page.element("#autostart").is_selected()


# What is refused.


def test_a_refused_key_is_reported_beside_its_field_and_not_lost(page: Chromium) -> None:
    page.open("key-refused")
    type_key(page)
    save_key(page)
    field = page.element("#session_key")
    assert page.text("#session_key-error").startswith(message_for_code(ErrorCode.SESSION_KEY_REFUSED).title)
    assert field.get_attribute("aria-invalid") == "true"
    assert "session_key-error" in (field.get_attribute("aria-describedby") or "")
    assert field.get_attribute("value") == KEY
    assert page.focused() == "session_key"
    assert is_enabled(page)


def test_an_error_disappears_when_its_field_is_changed(page: Chromium) -> None:
    page.open("key-refused")
    type_key(page)
    save_key(page)
    type_key(page, "x")
    assert not page.visible("#session_key-error")
    assert page.attribute("#session_key", "aria-invalid") is None
    assert (page.attribute("#session_key-error", "textContent") or "").strip() == "", "screen readers read it"


@pytest.mark.parametrize("answered", [None, "something_new", "organization_id", "own"])
@pytest.mark.parametrize(
    "field", ["icon_label", "interval_seconds", "autostart", "check_daily", "icon_number", "icon_colors"]
)
def test_a_refused_change_is_undone_with_the_reason_beside_it(
    page: Chromium, field: str, answered: str | None
) -> None:
    name = field if answered == "own" else answered
    refusal = {"ok": False, "field": name, "message": "That will not do.", "hint": "Do this."}
    page.open(scenario(form_state(), save=refusal))
    control = page.element(f"#{field}")
    state = "const [e] = arguments; return e.type === 'checkbox' ? e.checked : e.value"
    shown = page.js(state, control)
    if control.tag_name == "select":
        Select(control).select_by_index(1)
    else:
        page.click(f"#{field}")
    page.wait(lambda: page.visible(f"#{field}-error"))
    assert page.text(f"#{field}-error") == "That will not do. Do this."
    assert page.js(state, control) == shown
    assert control.get_attribute("aria-invalid") == "true"
    assert f"{field}-error" in (control.get_attribute("aria-describedby") or "")
    assert page.attribute("#saved", "textContent") == "That will not do. Do this.", "and is announced"


def test_a_refused_source_is_put_back(page: Chromium) -> None:
    refusal = {"ok": False, "field": "mode", "message": "Unknown source.", "hint": "Choose another."}
    page.open(scenario(web_form(), save=refusal))
    choose_mode(page, "cli")
    page.wait(lambda: page.visible("#mode-error"))
    assert page.element("[value=web]").is_selected()
    assert page.visible("#web-panel")


def test_a_keyring_that_refuses_a_key_is_reported_beside_remember(page: Chromium) -> None:
    refusal = {"ok": False, "field": "remember", "message": "The keyring is locked.", "hint": "Unlock it."}
    page.open(scenario(web_form(), save=refusal))
    type_key(page)
    save_key(page)
    assert page.text("#remember-error") == "The keyring is locked. Unlock it."
    assert page.attribute("#session_key", "value") == KEY


def test_an_app_that_does_not_respond_is_reported_and_nothing_is_lost(page: Chromium) -> None:
    page.open("calm")
    page.js("window.pywebview.api.save = () => Promise.reject(new Error('gone'))")
    type_key(page)
    save_key(page)
    assert page.text("#session_key-error") == page.attribute("#saved", "data-unanswered")
    assert page.attribute("#session_key", "value") == KEY


# Forgetting.


def test_forgetting_asks_first_and_can_be_canceled(page: Chromium) -> None:
    page.open("calm")
    page.click("#forget")
    assert page.focused() == "forget-no"
    page.click("#forget-no")
    assert page.calls("forget") == []
    assert page.focused() == "forget"
    assert not page.visible("#confirm-forget")


def test_forgetting_says_what_happened(page: Chromium) -> None:
    page.open("calm")
    page.click("#forget")
    page.click("#forget-yes")
    page.wait(lambda: page.text("#outcome") == answers.FORGOTTEN)
    assert page.text("#session_key-note") == words.NO_KEY
    assert page.attribute("#session_key", "placeholder") == "Paste the key here"
    assert not page.visible("#forget, #confirm-forget")


def test_a_key_that_could_not_be_forgotten_is_reported(page: Chromium) -> None:
    refusal = {"ok": False, "field": None, "message": "The system keyring is locked.", "hint": "Unlock it."}
    page.open(scenario(web_form(), forget=refusal))
    page.click("#forget")
    page.click("#forget-yes")
    page.wait(lambda: page.visible("#session_key-error"))
    assert page.visible("#forget")
    assert page.text("#session_key-note") == words.KEY_NOTES["keyring"]


# Changes from the app.


def test_a_login_that_appears_is_shown(page: Chromium) -> None:
    page.open("no-login")
    page.js(
        "window.bridge.form({login: {found: true, message: 'Login found in ~/.claude', hint: null},"
        " interval_seconds: 600})"
    )
    page.push(**SCENARIOS["numbers"].script()["load"]["view"])
    page.wait(lambda: page.text("#login .message") == "Login found in ~/.claude")
    assert chosen(page, "interval_seconds") == "10 minutes"


def test_labels_belong_to_their_fields(page: Chromium) -> None:
    page.open("calm")
    for field in ("session_key", "organization_id", "ask_through_browser", "interval_seconds", "autostart"):
        assert page.element(f"label[for={field}]").text
    unnamed = page.js(
        """return [...document.querySelectorAll("input, select")]
             .filter((e) => !e.labels.length).map((e) => e.id)"""
    )
    assert unnamed == []
    assert page.element("fieldset legend").find_element(By.XPATH, "..").get_attribute("data-field") == "mode"


# Claude Code's folder.


def folder_value(page: Chromium) -> str:
    return page.element("#claude_folder").get_attribute("value") or ""


def test_the_default_folder_is_an_empty_field_that_shows_it(page: Chromium) -> None:
    page.open("numbers")
    assert folder_value(page) == ""
    assert page.element("#claude_folder").get_attribute("placeholder") == "~/.claude"
    assert not page.visible("#default-folder")


def test_a_folder_is_saved_when_enter_is_pressed_or_the_field_is_left(page: Chromium) -> None:
    page.open("numbers")
    page.element("#claude_folder").send_keys("~/.claude-work\n")
    wait_for_saves(page, {"claude_folder": "~/.claude-work"})
    assert folder_value(page) == "~/.claude-work"
    page.element("#claude_folder").send_keys("2\t")
    wait_for_saves(page, {"claude_folder": "~/.claude-work"}, {"claude_folder": "~/.claude-work2"})


def test_a_chosen_folder_is_saved(page: Chromium) -> None:
    page.open(scenario(form_state(), choose_folder={"ok": True, "folder": "~/work"}))
    page.click("#choose-folder")
    wait_for_saves(page, {"claude_folder": "~/work"})
    assert page.calls("choose_folder") == [[""]]
    assert folder_value(page) == "~/work"


def test_a_canceled_dialog_changes_nothing(page: Chromium) -> None:
    page.open("own-folder")
    page.click("#choose-folder")
    page.wait(lambda: page.calls("choose_folder") == [["~/.claude-work"]])
    assert folder_value(page) == "~/.claude-work"
    assert page.calls("save") == []


def test_a_click_restores_the_default_folder(page: Chromium) -> None:
    page.open("own-folder")
    page.click("#default-folder")
    wait_for_saves(page, {"claude_folder": ""})
    assert page.focused() == "claude_folder"
    assert not page.visible("#default-folder")


def test_a_folder_that_is_refused_says_why_beside_the_field_and_can_be_corrected(page: Chromium) -> None:
    refused = {
        "ok": False,
        "field": "claude_folder",
        "message": "There is no such folder.",
        "hint": "Check the spelling, or click Choose…",
    }
    page.open(scenario(form_state(), save=refused))
    page.element("#claude_folder").send_keys("/nowhere\n")
    page.wait(lambda: page.visible("#claude_folder-error"))
    assert (
        page.text("#claude_folder-error") == "There is no such folder. Check the spelling, or click Choose…"
    )
    assert folder_value(page) == "/nowhere"
    assert page.focused() == "claude_folder"
    assert page.attribute("#claude_folder", "aria-invalid") == "true"


def test_a_folder_set_by_claude_codes_own_variable_is_locked(page: Chromium) -> None:
    page.open("folder-locked")
    assert folder_value(page) == "~/.claude-work"
    for selector in ("#claude_folder", "#choose-folder"):
        assert not page.element(selector).is_enabled(), selector
    assert not page.visible("#default-folder")
    assert page.text("#claude_folder-note") == words.LOCKED.format(variable="CLAUDE_CONFIG_DIR")


def test_the_source_in_use_is_listed_alone_until_the_user_wants_another(page: Chromium) -> None:
    page.open("numbers", at="settings")
    listed = "return [...document.querySelectorAll('.choice')].filter((row) => row.checkVisibility()).length"
    assert page.js(listed) == 1
    assert page.visible("[name=mode][value=cli]")
    page.click("#other-sources")
    assert page.js(listed) == 3
    assert page.js("return document.activeElement.value") == "cli"
    assert not page.visible("#other-sources")


@pytest.mark.parametrize("scenario", ["no-login", "no-key", "rejected"])
def test_all_sources_are_listed_where_another_one_may_help(page: Chromium, scenario: str) -> None:
    page.open(scenario, at="settings")
    page.wait(lambda: page.visible("[name=mode][value=local]"))
    assert not page.visible("#other-sources")
