"""Claude Code's ``statusLine`` becomes ours, and the user's own is restored exactly."""

from __future__ import annotations

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.json_text import NotAnObjectError
from claudometer.providers.claude.settings_edit import Edit, SetupResult
from claudometer.providers.claude.status_line_setting import (
    UnknownStatusLineError,
    command_of,
    decode,
    encode,
    install,
    uninstall,
)

PROGRAM = ["/opt/claude o'meter/claudometer"]
OURS = "'/opt/claude o'\"'\"'meter/claudometer' statusline"

commands = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    lambda text: bool(text.strip()) and "statusline" not in text
)


def line(text: str) -> object:
    return json.loads(text)["statusLine"]


@pytest.mark.parametrize("text", ["", "{}", '{\n  "model": "opus"\n}\n', '{"statusLine": null, "a": 1}'])
def test_ours_is_added_and_drawn_every_minute(text: str) -> None:
    made = install(text, PROGRAM)
    assert made.result is SetupResult.INSTALLED
    assert line(made.text) == {"type": "command", "command": OURS, "refreshInterval": 60}
    assert json.loads(made.text).keys() - {"statusLine"} == json.loads(text or "{}").keys() - {"statusLine"}


def test_installing_twice_is_the_same_as_once() -> None:
    once = install("{}", PROGRAM)
    assert install(once.text, PROGRAM) == Edit(SetupResult.UNCHANGED, once.text)


@pytest.mark.parametrize(
    "text",
    [
        '{\n  "model": "opus",\n  "z": [1,  2]\n}\n',
        '{"model":"opus"}',
        '\ufeff{\r\n    "a": 1e3,\r\n    "b": "\\u00fc"\r\n}',
        '{"statusLine": null, "a": 1}',
        '{ "statusLine": { "command": "mine" }, "a": [] }\n',
        '{"statusLine": {"command": "mine", "type": "command"}, "statusLine": {"command": "mine"}}',
    ],
)
@pytest.mark.parametrize("windows", [False, True])
def test_uninstalling_with_a_copy_leaves_no_trace(text: str, windows: bool) -> None:
    made = install(text, PROGRAM, windows=windows)
    moved = install(made.text, ["/new/claudometer"], windows=windows)
    for ours, copies in ((made, [text]), (moved, [made.text, "{", "{}", text])):
        gone = uninstall(ours.text, copies)
        assert gone == Edit(gone.result, text)
        assert gone.result in {SetupResult.REMOVED, SetupResult.RESTORED}


@pytest.mark.parametrize(
    "earlier", ['{"statusLine": {"command": "mine"}, "model":"opus"}', '{"model":"opus"}']
)
@pytest.mark.parametrize(
    "later", ['{"model": "haiku"}', '{"model": "opus", "z": 1}', '{\n  "model": "opus"\n}', "{}"]
)
def test_a_copy_from_before_a_change_by_the_user_is_not_restored(earlier: str, later: str) -> None:
    ours = json.loads(install(earlier, PROGRAM).text)["statusLine"]
    text = json.dumps(json.loads(later) | {"statusLine": ours}, indent=2 if "\n" in later else None)
    assert json.loads(uninstall(text, [earlier]).text).items() >= json.loads(later).items()
    assert uninstall(text, [earlier]) == uninstall(text)


@given(commands, st.booleans())
def test_any_command_is_chained_and_restored(command: str, windows: bool) -> None:
    theirs: dict[str, object] = {"type": "command", "command": command, "padding": 0}
    before = {"a": 1, "statusLine": theirs, "z": 2}
    made = install(json.dumps(before, ensure_ascii=False), PROGRAM, windows=windows)
    assert made.result is SetupResult.CHAINED
    changed = line(made.text)
    assert isinstance(changed, dict)
    assert changed | {"command": command} == theirs | {"refreshInterval": 60}
    words = shlex.split(changed["command"])
    ours, fallback = words[:5], words[5:]
    assert ours[1:4] == ["statusline", "--timed", "--chain"]
    assert decode(ours[4]) == command
    assert fallback == ([] if windows else ["||", "sh", "-c", command])
    assert install(made.text, PROGRAM, windows=windows).result is SetupResult.UNCHANGED
    back = uninstall(made.text)
    assert back == Edit(SetupResult.RESTORED, json.dumps(before, ensure_ascii=False))


@given(commands)
def test_on_windows_the_command_has_no_quotes_and_no_backslashes(command: str) -> None:
    written = command_of(["C:\\Apps\\claudometer.exe"], command, windows=True)
    assert written.startswith("C:/Apps/claudometer.exe statusline --chain base64:")
    assert not set(written) & set("\\\"'`$")
    assert decode(encode(command)) == command


def test_after_a_move_the_command_is_renewed_and_the_chained_command_stays() -> None:
    text = json.dumps({"statusLine": {"type": "command", "command": "mine 'a b'"}})
    moved = install(install(text, PROGRAM).text, ["/new/claudometer"])
    assert moved.result is SetupResult.RENEWED
    command = command_of(["/new/claudometer"], "mine 'a b'", timed=True)
    assert line(moved.text) == {"type": "command", "command": command, "refreshInterval": 60}
    renewed = install(install("{}", ["/usr/bin/python3", "-m", "claudometer"]).text, PROGRAM)
    assert renewed.result is SetupResult.RENEWED
    assert uninstall(renewed.text).result is SetupResult.REMOVED


@pytest.mark.parametrize(
    "command",
    [
        "claudometer statusline | sed s/5h/five/",
        "~/both.sh; claudometer statusline",
        "x=$(claudometer statusline)",
        "FOO=1 claudometer statusline | cat",
    ],
)
def test_a_command_of_the_users_own_that_calls_us_is_left_alone(command: str) -> None:
    text = json.dumps({"statusLine": {"type": "command", "command": command}})
    assert install(text, PROGRAM) == Edit(SetupResult.CUSTOM, text)
    assert uninstall(text) == Edit(SetupResult.LEFT, text, (command,))


@pytest.mark.parametrize(
    "there", ["x", 5, [], {}, {"type": "builtin"}, {"type": "command"}, {"type": "command", "command": " "}]
)
def test_a_status_line_of_an_unknown_kind_is_refused(there: object) -> None:
    text = json.dumps({"statusLine": there})
    with pytest.raises(UnknownStatusLineError):
        install(text, PROGRAM)
    assert uninstall(text).text == text


@pytest.mark.parametrize("text", ["[]", "{", '{"a": 1} // mine', "null"])
def test_a_file_that_is_not_a_json_object_is_refused(text: str) -> None:
    with pytest.raises(NotAnObjectError):
        install(text, PROGRAM)
    with pytest.raises(NotAnObjectError):
        uninstall(text)


@pytest.mark.parametrize("text", ["", "{}", '{"statusLine": {"type": "command", "command": "theirs \'"}}'])
def test_without_our_status_line_uninstalling_changes_nothing(text: str) -> None:
    assert uninstall(text) == Edit(SetupResult.ABSENT, text)


@pytest.mark.parametrize("word", ["plain", "base64:!", "base64:gA", "base64"])
def test_a_chained_command_without_encoding_is_used_unchanged(word: str) -> None:
    assert decode(word) == word


def test_a_status_line_without_a_type_gets_one_since_claude_code_shows_none_without() -> None:
    made = install('{"statusLine": {"command": "mine", "padding": 0}}', PROGRAM)
    assert made.result is SetupResult.CHAINED
    command = command_of(PROGRAM, "mine", timed=True)
    assert line(made.text) == {"type": "command", "command": command, "padding": 0, "refreshInterval": 60}
    ours_without = json.dumps({"statusLine": {"command": OURS}})
    assert install(ours_without, PROGRAM).result is SetupResult.RENEWED
    assert line(install(ours_without, PROGRAM).text) == {"type": "command", "command": OURS}


@pytest.mark.parametrize("interval", [5, 60])
def test_an_interval_of_the_users_own_stays_and_ours_goes(interval: int) -> None:
    own = {"type": "command", "command": "mine", "refreshInterval": interval}
    made = install(json.dumps({"statusLine": own}), PROGRAM)
    assert line(made.text) == own | {"command": command_of(PROGRAM, "mine")}
    assert line(uninstall(made.text).text) == own
    plain = install('{"statusLine": {"type": "command", "command": "mine"}}', PROGRAM)
    assert line(uninstall(plain.text).text) == {"type": "command", "command": "mine"}
    changed = json.loads(plain.text)
    changed["statusLine"]["refreshInterval"] = 5
    assert line(uninstall(json.dumps(changed)).text) == own | {"refreshInterval": 5}


def test_a_line_that_an_earlier_version_chained_keeps_counting_down_after_a_new_set_up() -> None:
    earlier = {"type": "command", "command": f"{OURS} --chain mine"}
    renewed = install(json.dumps({"statusLine": earlier}), PROGRAM)
    assert renewed.result is SetupResult.RENEWED
    assert line(renewed.text) == {
        "type": "command",
        "command": command_of(PROGRAM, "mine", timed=True),
        "refreshInterval": 60,
    }
    for text in (json.dumps({"statusLine": earlier}), renewed.text):
        assert line(uninstall(text).text) == {"type": "command", "command": "mine"}


@pytest.mark.parametrize("text", ["", "\ufeff", "\r\n", "\ufeff\r\n", "{}\r\n", "{\r\n}\r\n"])
def test_blank_settings_keep_their_mark_and_their_line_ends(text: str) -> None:
    made = install(text, PROGRAM).text
    assert made.startswith("\ufeff") == text.startswith("\ufeff")
    assert (made.count("\r\n") == made.count("\n")) == ("\r" in text)
    assert uninstall(made, [text]).text == text


def test_half_a_character_comes_back_as_it_was() -> None:
    text = '{"statusLine": {"type": "command", "command": "mine \\ud83d"}, "a": "\\udc00"}'
    for windows in (False, True):
        made = install(text, PROGRAM, windows=windows)
        made.text.encode()
        assert json.loads(uninstall(made.text).text) == json.loads(text)
