"""The command line: its help, and mistakes on it. Pure."""

from __future__ import annotations

from claudometer.present.messages.command_help import DETAILS, TEMPLATE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# ASCII and at most 80 columns: any terminal can show it, and the manual page is made from it.
PURPOSE = """\
Shows how much of your Claude plan's limits you have used. Without a command:
starts the tray app, or opens its window if it is already running."""

COMMANDS = {
    "open": "open the window at the numbers; starts the app if necessary",
    "settings": "open the window at the settings; starts the app if necessary",
    "status": "print the numbers once",
    "watch": "follow the numbers in the terminal; needs no desktop and no app",
    "refresh": "make the app refresh now",
    "requests": "list the requests from the last 7 days",
    "history": "plot how the limits were used",
    "resets": "list every reset, with its times and cause",
    "export": "print the saved history, as JSON or CSV",
    "guard": "say whether a job may start now",
    "alerts": "list the past alerts, or send a test alert",
    "mute": "mute alerts for a while, or show them again",
    "doctor": "check this computer, and say how to fix problems",
    "accounts": "show the account, and choose its organization",
    "statusline": "print the line for Claude Code's status line",
    "hook": "tell the app that Claude Code hit a limit",
    "quit": "quit the running app",
}
"""What each command does, in the order of the help. The default and the hidden commands are not listed."""

SUMMARIES = {
    "open": "Open the window at the numbers; starts the app if necessary.",
    "settings": "Open the window at the settings; starts the app if necessary.",
    "status": "Print the numbers once.",
    "watch": "Follow the numbers in the terminal; needs no desktop and no app.",
    "refresh": "Make the app refresh now.",
    "requests": "List the requests from the last 7 days.",
    "history": "Plot how the limits were used.",
    "resets": "List every reset, with its times and cause.",
    "export": "Print the saved history, as JSON or CSV.",
    "guard": "Say whether a job may start now.",
    "alerts": "List the past alerts, or send a test alert.",
    "mute": "Mute alerts for a while, or show them again.",
    "doctor": "Check this computer, and say how to fix problems.",
    "accounts": "Show the account, and choose its organization.",
    "statusline": "Print the line for Claude Code's status line.",
    "hook": "Tell the app that Claude Code hit a limit.",
    "quit": "Quit the running app.",
}
"""The same as a sentence, for the help of the command itself. Translators need both forms."""

OPTIONS = {
    "--demo": "sample data; nothing is read or sent",
    "--plan NAME": "max-5x, max-20x, max, ultra, pro, team, enterprise or free",
    "--version": "print the version",
    "--selftest": "run doctor, then try tray and window with sample data",
    "--help": "show help",
}

OPTIONS_OF = {
    "status": {
        "--json": "one JSON object",
        "--format TEMPLATE": "your own line, as in '{session.percent} % {plan}'",
        "--account ID": 'an account that "claudometer accounts" lists',
    },
    "watch": {
        "--json": "one JSON object per line, whenever something changes",
        "--account ID": 'an account that "claudometer accounts" lists',
    },
    "requests": {"--json": "one JSON object"},
    "history": {
        "--days N": "how far back, 1 to 731; 7 if not given",
        "--limit ID": "only this limit, such as weekly",
        "--account ID": 'an account that "claudometer accounts" lists',
        "--json": "one JSON object with all points and resets",
        "--csv": "a table with all points",
        "--yes": "with clear: do not ask",
    },
    "resets": {
        "--account ID": 'an account that "claudometer accounts" lists',
        "--json": "one JSON object",
        "--csv": "a table, for example to attach to a support request",
    },
    "export": {
        "--json": "one JSON object: points, resets, alerts and requests",
        "--csv": "one table: points and resets",
    },
    "guard": {
        "--need PERCENT": "how much of a limit the job needs, 0 to 100; 10 if not given",
        "--limit ID": "the limit that the job uses, such as weekly:opus",
        "--account ID": 'an account that "claudometer accounts" lists',
        "--json": "one JSON object",
    },
    "alerts": {"--json": "one JSON object"},
    "doctor": {
        "--json": "one JSON object",
        "--explain": "say what the JSON for a status line contains",
        "--unlock": "first unlock the keyring; your desktop asks for its password",
    },
    "accounts": {"--json": "one JSON object"},
    "statusline": {
        "--install": "have Claude Code show it",
        "--uninstall": "remove it again",
        "--chain COMMAND": "run another status line too, and print it first",
        "--timed": "mark the refresh interval as set by Claudometer",
    },
    "hook": {
        "--install": "have Claude Code run it",
        "--uninstall": "remove it again",
    },
}

USAGE = "Usage: claudometer [--demo] [COMMAND] [OPTIONS]"
USAGE_OF = "Usage: claudometer {command}{options}"
OPTION_IN_USAGE = " [{option}]"
WORDS_OF = {
    "open": "LIMIT",
    "history": "clear",
    "alerts": "test",
    "mute": "1h | 4h | until-reset | tomorrow | off",
    "accounts": "organization ID ORGANIZATION",
}
"""What may follow a command, in its usage; the help says more."""
COMMANDS_HEADING = "Commands:"
OPTIONS_HEADING = "Options:"
MORE_HELP = 'Run "claudometer COMMAND --help" for help on a command.'
SEE_HELP = 'See "claudometer --help".'
SEE_HELP_OF = 'See "claudometer {command} --help".'

MISTAKES = {
    "unknown_command": 'There is no command "{word}".',
    "unknown_option": "There is no option {word} here.",
    "unexpected_word": 'Unexpected argument "{word}".',
    "unexpected_value": "{word} takes no value.",
    "missing_value": "{word} needs a value.",
    "two_forms": "Choose one of --json and --format.",
    "two_outputs": "Choose one of --json and --csv.",
    "export_needs_form": "Choose --json or --csv.",
    "bad_days": 'The number of days must be from 1 to 731, not "{word}".',
    "bad_percent": 'The percentage must be a number from 0 to 100, not "{word}".',
    "yes_without_clear": '{word} works only with "claudometer history clear".',
    "clear_needs_yes": "There is no terminal to ask in; add {word} to delete the history.",
    "plan_without_demo": "{word} works only with --demo.",
    "unknown_plan": 'The demo has no plan "{word}".',
    "two_ways": "Choose one of --install and --uninstall.",
    "unknown_time": 'Use 1h, 4h, until-reset, tomorrow or off, not "{word}".',
    "unknown_action": 'There is no action "{word}" here.',
    "organization_usage": 'Use "claudometer accounts organization ID ORGANIZATION".',
    "braces": "The template's braces do not match; write {{{{ or }}}} for a brace.",
    "bad_format": "The format in {{{word}}} is not valid.",
    "unknown_name": "There is no value named {{{word}}}.",
}
DID_YOU_MEAN = {
    "unknown_command": 'There is no command "{word}"; did you mean {suggestion}?',
    "unknown_option": "There is no option {word} here; did you mean {suggestion}?",
    "unknown_account": 'There is no account "{word}"; there is {suggestion}.',
    "unknown_organization": 'The account has no organization "{word}"; it has {suggestion}.',
    "ambiguous_organization": (
        'The account has several organizations named "{word}"; use an id: {suggestion}.'
    ),
    "unknown_limit": 'There is no limit "{word}"; there are {suggestion}.',
    "unknown_limit_or_page": 'There is no limit or page "{word}"; there are {suggestion}.',
}
_OF_A_TEMPLATE = frozenset({"unknown_name", "bad_format", "braces"})

LINE = "claudometer: {sentences}"
"""A line of standard error. Whole sentences follow the name, because windows and tray show the same ones."""
MESSAGE = "{title} {hint}"
VERSION = "claudometer {version}"

DEMO_CHANGES_NOTHING = "The demo changes no settings."


def help_for(command: str) -> str:
    """Return the help of a command, or of the program for the empty one. Fits in 80 columns."""
    return _program_help() if command not in COMMANDS else _command_help(command)


def line(sentences: str) -> str:
    """Return what is printed to standard error: the sentences after the name of the program."""
    return LINE.format(sentences=sentences)


def describe(kind: str, word: str, suggestion: str | None = None, *, command: str = "") -> str:
    """Return what is wrong with a command line, and what helps: several lines.

    Args:
        kind: a key of ``MISTAKES``; with a suggestion, of ``DID_YOU_MEAN``.
        word: what was typed.
        suggestion: what may have been meant.
        command: whose help says what is right; the program's, if that has none of its own, as a hidden one.
    """
    sentence = (MISTAKES if suggestion is None else DID_YOU_MEAN)[kind]
    mistake = line(sentence.format(word=word, suggestion=suggestion))
    if kind in _OF_A_TEMPLATE:
        return f"{mistake}\n\n{TEMPLATE_NAMES}"
    return f"{mistake}\n{SEE_HELP_OF.format(command=command) if command in COMMANDS else SEE_HELP}"


def _program_help() -> str:
    sections = (
        USAGE,
        PURPOSE,
        f"{COMMANDS_HEADING}\n{_table(COMMANDS.items())}",
        f"{OPTIONS_HEADING}\n{_table(OPTIONS.items())}",
        MORE_HELP,
    )
    return "\n\n".join(sections)


def _command_help(command: str) -> str:
    from textwrap import fill  # noqa: PLC0415 - the quick commands load these sentences, and no help

    options = OPTIONS_OF.get(command, {})
    everywhere = {name: OPTIONS[name] for name in ("--demo", "--help")}
    words = [WORDS_OF[command]] if command in WORDS_OF else []
    usage = "".join(OPTION_IN_USAGE.format(option=each) for each in (*words, *options))
    sections = [
        fill(USAGE_OF.format(command=command, options=usage), 80, subsequent_indent="  "),
        SUMMARIES[command],
        _table((options | everywhere).items()),
        DETAILS.get(command, ""),
    ]
    return "\n\n".join(section for section in sections if section)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    known = list(rows)
    width = max(len(name) for name, _ in known)
    return "\n".join(f"  {name:{width}}  {words}" for name, words in known)
