"""The whole catalog: its entries are plain English and translatable, and no sentence is outside it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest

import claudometer
from claudometer.domain.errors import ErrorCode, Fact
from claudometer.domain.next_poll import Reason
from claudometer.domain.update import Offer, Stage, UpdateFailure
from claudometer.present import messages
from claudometer.present.messages import (
    answers,
    card,
    claude_errors,
    claude_setup,
    cli,
    history_faults,
    local_errors,
    login_folder_errors,
    menu,
    phrases,
    requests,
)
from claudometer.present.messages import terminal as terminal_words
from claudometer.present.messages import updates as update_words
from claudometer.present.messages.errors import (
    MESSAGES,
    WITH_FACT,
    WITHOUT_FACTS,
    message_for_code,
    placeholders_of,
)
from claudometer.present.messages.message import Message
from claudometer.providers.claude.settings_edit import SetupResult

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(claudometer.__path__[0])
REPOSITORY = PACKAGE.parents[1]
PLACES = [name for _, name, _ in pkgutil.iter_modules(messages.__path__)]

LAYOUT = frozenset({"DETAILS", "PURPOSE", "TEMPLATE_NAMES"})
"""Paragraphs of the help that are laid out in columns by hand."""

COLUMN = "{percent}  "
"""How lines of the menu begin, whose numbers form a column."""

FIXED_BY_THE_INTERFACE = frozenset({"menu.PAUSED", "menu.PAUSED_UNTIL"})

COMMAND_AT_THE_END = re.compile(r"(?:\{\w+\}|\{login_folder\}/\.credentials\.json|Choose…|:|\?|…)$")
"""How a hint may end other than with a period: with what the user types, opens or clicks."""

BRITISH = re.compile(
    r"(?:colour|behaviour|favour|centre\b|licence|organis|recognis|analys|cancelled|catalogue|grey|whilst)",
    re.I,
)
DIALECT = re.compile(
    r"\b(?:anew|lies|heard|stands|begun|by itself|by themselves|in our stead|we|us|our|ours|asked us)\b", re.I
)

FACTS: dict[str, Fact] = {
    "account": "work",
    "known": "default",
    "until": "12:40",
    "at": "12:05",
    "names": "interval_seconds",
    "behind_s": "3480",
    "deviation": "58 minutes",
    "http_status": 503,
    "error_type": "api_error",
    "moved_to": "settings.broken.json",
    "folder": "/state",
    "path": "/config/settings.json",
    "variable": "CLAUDOMETER_MODE",
    "allowed": "web, cli or local",
    "named": "~/work",
    "encoding": "UTF-16",
    "line": 3,
    "proxy": "proxy.example:3128",
    "owner": "root",
    "make_own": 'sudo chown "$(id -un)" ~/.claude/.credentials.json',
    "login_folder": "/home/somebody/.claude",
    "home": "/home/somebody",
    "command": "apt install it",
    "cause": "The disk is full. Free some space on it.",
    "pid": 7,
    "program": "sqlitebrowser",
    "target": "/mnt/away/history.db",
    "quoted_path": "/state/history.db",
    "quoted_folder": "/state",
}


REASONS = [
    message
    for table in (
        claude_errors.KEY_REASONS,
        login_folder_errors.NAMED_FOLDER_REASONS,
        login_folder_errors.CHOSEN_FOLDER_REASONS,
        local_errors.FOLDER_REASONS,
        local_errors.HOME_REASONS,
        history_faults.REASONS,
        history_faults.REPLACED,
    )
    for message in table.values()
]


def texts_in(value: object) -> Iterator[str]:
    """Yield every text of an entry, however deep."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, Message):
        yield from (value.title, value.hint)
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_in(each)


def entries() -> list[tuple[str, str]]:
    """Return every text of the catalog with the name of its entry."""
    found = []
    for place in PLACES:
        module = importlib.import_module(f"{messages.__name__}.{place}")
        for name, value in vars(module).items():
            if name.strip("_").isupper():
                found += [(f"{place}.{name}", text) for text in texts_in(value)]
    return list(dict.fromkeys(found))


ENTRIES = entries()


def test_the_whole_catalog_is_found() -> None:
    assert len(ENTRIES) > 350
    assert {name.partition(".")[0] for name, _ in ENTRIES} == set(PLACES) - {"message"}


def in_place(place: str) -> Iterator[tuple[str, str]]:
    """Yield the entries of a file. One test checks them all: there are more than a thousand."""
    return ((name, text) for name, text in ENTRIES if name.startswith(f"{place}."))


@pytest.mark.parametrize("place", PLACES)
def test_an_entry_is_plain_american_english_in_one_piece(place: str) -> None:
    for name, text in in_place(place):
        assert text == text.strip() or name == "cli.OPTION_IN_USAGE" or text in BETWEEN
        assert "!" not in text
        assert not BRITISH.search(text)
        assert not DIALECT.search(text) or name in FIXED_BY_THE_INTERFACE
        if name.partition(".")[2] not in LAYOUT and not text.startswith(COLUMN):
            assert "  " not in text
            assert "\n" not in text


def test_only_a_newer_version_is_called_an_update() -> None:
    """Numbers are refreshed, so that "Updates are paused" cannot be read as "no newer versions"."""
    called = {name for name, text in ENTRIES if re.search(r"\b[Uu]pdat", text)}
    about_versions = {name for name in called if name.startswith("updates.")}
    assert called - about_versions == {"requests.WHYS_IN_TABLE"} | (called & FIXED_BY_THE_INTERFACE)


SENTENCE = re.compile(r"[A-Z{“]|claude\.ai ")
"""How a sentence begins: also with what the user typed, with a name, or with the site's."""


def test_whole_sentences_follow_the_name_of_the_program() -> None:
    """On standard error; the errors among them are shown by the window and the tray, too."""
    told = (
        *cli.MISTAKES.values(),
        *cli.DID_YOU_MEAN.values(),
        terminal_words.ASKS_ITSELF,
        terminal_words.SHOWS_ANOTHER,
        requests.ONLY_THE_NAMED_ACCOUNT,
        *(message.title for message in (*MESSAGES.values(), *REASONS)),
    )
    for sentence in told:
        assert SENTENCE.match(sentence), sentence
        assert re.search(r"[.?]$|\{suggestion\}\.$", sentence), sentence


BETWEEN = frozenset({menu.BETWEEN, phrases.BETWEEN_NAMES})
"""Separators for lists, which begin or end with a space."""


@pytest.mark.parametrize("place", PLACES)
def test_a_placeholder_has_a_name_so_that_a_translator_can_move_it(place: str) -> None:
    for name, text in in_place(place):
        if name.partition(".")[2] in LAYOUT | {"OPTIONS_OF"}:
            continue  # braces of the user's own template
        for _, hole, spec, conversion in Formatter().parse(text):
            assert hole is None or re.fullmatch(r"[a-z_]+", hole), (name, text)
            assert not spec, (name, text)
            assert not conversion, (name, text)


@pytest.mark.parametrize("place", PLACES)
def test_a_text_of_several_sentences_ends_like_a_sentence(place: str) -> None:
    for name, text in in_place(place):
        if name.partition(".")[2] not in LAYOUT and re.search(r"[a-z0-9}]\. [A-Z{]", text):
            assert text.endswith(".") or COMMAND_AT_THE_END.search(text), name


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_says_what_happened_and_what_helps(code: ErrorCode) -> None:
    message = message_for_code(code, FACTS)
    assert message.title.endswith("."), "the title is a sentence"
    assert message.hint.endswith(".") or COMMAND_AT_THE_END.search(MESSAGES[code].hint)
    assert len(message.title) <= 100
    assert len(message.hint) <= 160
    assert not re.search(r"[{}…]", message.title)
    assert not re.search(r"[{}]", message.hint)


def test_the_index_of_the_catalog_names_every_module() -> None:
    """Seventeen were missing in it, and two were described by what they no longer have."""
    named = set(re.findall(r"``(\w+)``", messages.__doc__ or ""))
    assert set(PLACES) <= named


@pytest.mark.parametrize("code", ErrorCode)
def test_an_error_without_its_facts_is_still_a_sentence(code: ErrorCode) -> None:
    message = message_for_code(code)
    assert message.title
    if code in WITHOUT_FACTS:
        assert "…" not in message.title + message.hint.replace("Choose…", "")


def test_every_placeholder_of_an_error_is_a_known_fact() -> None:
    variants = (*WITHOUT_FACTS.values(), *WITH_FACT.values(), *REASONS, local_errors.CLOCK_FAST)
    for message in (*MESSAGES.values(), *variants):
        assert placeholders_of(message) <= FACTS.keys()


def test_only_errors_with_placeholders_have_a_variant_without_facts() -> None:
    assert all(
        placeholders_of(MESSAGES[code]) and not placeholders_of(WITHOUT_FACTS[code]) for code in WITHOUT_FACTS
    )


def test_a_known_process_is_named_in_the_hint() -> None:
    named, unnamed = (message_for_code(ErrorCode.APP_UNRESPONSIVE, {"pid": pid}).hint for pid in (7, None))
    assert "(7)" in named
    assert "process," in unnamed


def test_no_two_errors_share_a_title() -> None:
    titles = [message.title for message in (*MESSAGES.values(), *REASONS)]
    assert len(titles) == len(set(titles))


def test_the_tables_have_exactly_the_keys_that_exist() -> None:
    codes = {code.value for code in ErrorCode}
    assert all(hints.keys() <= codes for hints in terminal_words.HINTS.values())
    assert terminal_words.HINTS.keys() == set(terminal_words.Terminal)
    assert answers.SAVE_HINTS.keys() | answers.SAVE_TITLES.keys() <= set(ErrorCode)
    assert MESSAGES.keys() == set(ErrorCode)
    assert card.NEXT_REFRESH.keys() == set(Reason)
    assert update_words.TITLES.keys() == set(Stage) - {Stage.IDLE}
    assert update_words.FAILURES.keys() == set(UpdateFailure)
    assert update_words.WAYS.keys() == set(Offer) - {Offer.COMMAND}
    assert claude_setup.STATUS_LINE_SET_UP.keys() == {change.value for change in SetupResult}
    assert claude_setup.HOOK_SET_UP.keys() == {change.value for change in SetupResult} - {
        "chained",
        "restored",
    }
    assert cli.SUMMARIES.keys() == cli.COMMANDS.keys()


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_the_help_of_a_command_agrees_with_the_list_of_commands(command: str) -> None:
    assert cli.SUMMARIES[command].lower() == f"{cli.COMMANDS[command]}.".lower()


@pytest.mark.parametrize(
    "text",
    [
        *claude_setup.STATUS_LINE_SET_UP.values(),
        *claude_setup.HOOK_SET_UP.values(),
        cli.DEMO_CHANGES_NOTHING,
        cli.MORE_HELP,
        cli.USAGE,
    ],
)
def test_a_line_of_the_terminal_fits_in_eighty_columns(text: str) -> None:
    assert len(text) <= 80


@pytest.mark.parametrize("kind", cli.MISTAKES)
def test_a_mistake_on_the_command_line_fits_in_eighty_columns(kind: str) -> None:
    assert max(map(len, cli.describe(kind, "--thing").splitlines())) <= 80


# A complete sentence for each way of filling one in, so that a mistake in that code is noticed.
GOLDEN = {
    "a fact": (
        message_for_code(ErrorCode.SERVER_ERROR, {"http_status": 503}).title,
        "Claude's server reported an error (HTTP 503).",
    ),
    "no fact": (message_for_code(ErrorCode.RATE_LIMITED).title, "Refreshing is paused for a while."),
    "a command": (
        message_for_code(ErrorCode.LOGIN_FOLDER_DENIED, {"login_folder": "/my logins"}).hint,
        "Run this to allow it: chmod u+rx '/my logins'",
    ),
    "a variant": (
        message_for_code(ErrorCode.SESSION_KEY_MALFORMED, {"reason": "api_key"}).title,
        "That is an API key, not a session key.",
    ),
    "a clock": (
        message_for_code(ErrorCode.CLOCK_WRONG, {"behind_s": -3700}).title,
        "This computer's clock is 1 hour 2 minutes fast.",
    ),
    "one": (phrases.more_limits(1), "1 more limit"),
    "many": (phrases.more_limits(3), "3 more limits"),
    "a list": (
        phrases.source_line(["Session", "Weekly", "Fable"], "just now", "status_line"),
        "Session, Weekly and Fable: just now, from Claude Code's status line",
    ),
}


@pytest.mark.parametrize("way", GOLDEN)
def test_a_sentence_is_filled_in_as_written(way: str) -> None:
    filled, written = GOLDEN[way]
    assert filled == written


# Sentences outside the catalog.

SHOWN = frozenset({"present", "cli"})
"""Packages whose strings are shown: in them, a string of two words already counts as a sentence."""

NOT_SENTENCES = {
    "control/protocol.py": "the parameters and the response of each operation, for readers of the protocol",
    "engine/schedule.py": "what the log says about a planned poll",
    "providers/transport.py": "why some exceptions of httpx cannot occur",
    "providers/claude/error_meanings.py": "patterns for the server's own sentences",
    "store/alerts.py": "SQL",
    "store/clearing.py": "SQL",
    "store/connecting.py": "SQL",
    "store/copying.py": "SQL",
    "store/curve.py": "SQL",
    "store/forecasts.py": "SQL",
    "store/queries.py": "SQL",
    "store/replaced.py": "SQL",
    "store/requests.py": "SQL",
    "store/schema.py": "SQL",
    "store/state_rows.py": "SQL",
    "store/surviving.py": "SQL",
    "store/thinning.py": "SQL",
    "store/values.py": "names of columns",
    "store/writing.py": "SQL",
    "system/installation.py": "commands to type",
    "system/processes.py": "a script for the shell",
    "system/logs.py": "the format of a log line, and texts for the log",
    "ui/browser/fetching.py": "a script for the page",
    "ui/tray/dbus_menu.py": "the interface as XML, and an error for panels",
    "ui/tray/notifier_item.py": "the interface as XML",
    "ui/tray/session_bus.py": "why there is no bus, for the log",
    "ui/window/frame.py": "a style sheet",
}


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of strings that might be shown: no docstrings, logging, exceptions or asserts."""
    hidden: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden.add(id(node.value))
        elif isinstance(node, ast.Raise | ast.Assert) or _is_log_call(node):
            hidden |= {id(child) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            hidden |= {id(part) for part in node.values}
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _is_log_call(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    logger = node.func.value
    if isinstance(logger, ast.Call):  # logging.getLogger(__name__).warning(…), where logging is loaded late
        return isinstance(logger.func, ast.Attribute) and logger.func.attr == "getLogger"
    return isinstance(logger, ast.Name) and logger.id in {"log", "_log", "logger"}


def is_sentence(text: str, *, shown: bool) -> bool:
    """Return whether a string reads like text for people."""
    words = re.findall(r"[A-Za-z][A-Za-z']+", text)
    if shown:
        return bool(re.search(r"[A-Za-z]{2} [A-Za-z]{2}", text)) and len(words) > 1
    return len(re.findall(r"\S+", text)) > 4 or (" " in text.strip() and text.rstrip().endswith("."))


def sentences_in(source: str, *, shown: bool) -> list[str]:
    """Return the strings of a module that belong in the catalog."""
    found = literals(ast.parse(source))
    return [f"{line}: {text}" for line, text in found if is_sentence(text, shown=shown)]


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE / "present" / "messages"],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_no_sentence_is_outside_the_catalog(path: Path) -> None:
    place = path.relative_to(PACKAGE)
    if place.as_posix() not in NOT_SENTENCES:
        assert sentences_in(path.read_text(encoding="utf-8"), shown=place.parts[0] in SHOWN) == []


@pytest.mark.parametrize("place", NOT_SENTENCES)
def test_every_exempt_module_still_needs_its_exemption(place: str) -> None:
    assert sentences_in((PACKAGE / place).read_text(encoding="utf-8"), shown=False)


@pytest.mark.parametrize(
    "line",
    [
        'label = "Refresh now"',
        'text = f"Next check {time}"',
        'print("not logged in", file=sys.stderr)',
        'return {"hint": "Try again."}',
    ],
)
def test_a_sentence_outside_the_catalog_is_noticed(line: str) -> None:
    assert sentences_in(line, shown=True)


@pytest.mark.parametrize("line", ['"""It says what it does."""', 'raise ValueError("not a number of ours")'])
def test_docstrings_and_exceptions_are_not_reported(line: str) -> None:
    assert not sentences_in(line, shown=True)


PAGES = (
    "README.md",
    "CHANGELOG.md",
    "web/usage.html",
    "web/settings.html",
    ".github/CONTRIBUTING.md",
    ".github/SECURITY.md",
    ".github/icons.md",
    ".github/installing.md",
    ".github/privacy.md",
    ".github/terminal.md",
    ".github/tested-on.md",
    ".github/troubleshooting.md",
    "web/welcome.html",
    *(
        f".github/architecture/{page.name}"
        for page in sorted((REPOSITORY / ".github/architecture").glob("*.md"))
    ),
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_in_american_english(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    assert not BRITISH.findall(text)


NEEDS_A_WINDOW = re.compile(r"\bSettings\b|\b[Cc]lick|\btray\b|“Remember”|\bChoose…")
ONLY_ABOUT_THE_WINDOW = {
    # A save in the window, or the desktop: a command without the app comes to none of these.
    ErrorCode.ONLY_KEY_SAVED,
    ErrorCode.ONLY_AUTOSTART_SAVED,
    ErrorCode.AUTOSTART_FAILED,
    ErrorCode.TRAY_HOST_MISSING,
    ErrorCode.SELFCHECK_NO_TRAY,
    ErrorCode.CONTROL_UNAVAILABLE,
    # It names the file beside the window.
    ErrorCode.SETTINGS_VALUE_IGNORED,
}


@pytest.mark.parametrize("code", sorted(set(ErrorCode) - ONLY_ABOUT_THE_WINDOW))
@pytest.mark.parametrize("terminal", [terminal_words.Terminal.ONCE, terminal_words.Terminal.WATCH])
def test_no_hint_sends_a_person_without_a_desktop_to_a_window(
    terminal: terminal_words.Terminal, code: ErrorCode
) -> None:
    hint = terminal_words.for_terminal(code, message_for_code(code, FACTS), terminal).hint
    assert not NEEDS_A_WINDOW.search(hint)


@pytest.mark.parametrize("code", sorted(set(ErrorCode)))
def test_no_hint_of_the_window_is_about_the_next_command(code: ErrorCode) -> None:
    hint = message_for_code(code, FACTS).hint
    assert "claudometer accounts" not in hint
    assert "CLAUDOMETER_MODE=" not in hint
