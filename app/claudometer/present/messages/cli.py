"""The words of the command line itself: its help, and what it says about words it cannot follow. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PROGRAM = "claudometer"

PURPOSE = """\
Shows how much of your Claude plan's limits is used. Without a command: starts
the tray app, or opens the settings window of the one that runs."""

COMMANDS = {
    "settings": "open the settings window; starts the app if none runs",
    "status": "print the numbers once",
    "watch": "follow the numbers in the terminal; needs no desktop, no app",
    "refresh": "have the running app ask Claude now",
    "requests": "list what was sent in the last 7 days, and why",
    "statusline": "print the line for Claude Code's status line",
    "quit": "end the running app",
}
"""What each command does, in the order of the help; the default and the hidden one are not here."""

OPTIONS = {
    "--demo": "a made-up account: nothing real is read or sent",
    "--version": "print the version",
    "--selftest": "try whether all of it works on this computer",
    "--help": "print this, or the help of a command",
}

OPTIONS_OF = {
    "status": {
        "--json": "one JSON object",
        "--format TEMPLATE": "your own line, as in '{session.percent} % {plan}'",
    },
    "watch": {"--json": "one JSON object a line, one line a change"},
    "requests": {"--json": "one JSON object"},
    "statusline": {
        "--install": "have Claude Code show it",
        "--uninstall": "take it out again",
        "--chain COMMAND": "run another status line too, and print it first",
    },
}

DETAILS = {
    "status": """\
Asks the running app. If none runs, asks Claude once itself, within the same
allowance of requests.

Names for a template:
  status  mode  source  plan  organization  stale  age  fetched_at
  next_poll_at  spend.used  spend.cap  message  hint
  LIMIT.percent  LIMIT.label  LIMIT.resets_at  LIMIT.resets_in
  LIMIT.source  LIMIT.age  LIMIT.stale
with LIMIT one of session, weekly, tightest (the fullest of all), model.SLUG
and other.SLUG, such as model.opus; --json has SLUG after an id's colon.
What is not known reads "?". Numbers take a format: {session.percent:.1f}

Exit codes:
   0  fresh numbers                 69  no numbers to give
   1  a limit is at 100 % or over   75  only old numbers; they are printed
  64  wrong usage                   77  no login or key, or not accepted""",
    "watch": """\
Follows the running app, or asks Claude itself while none runs.
Leave with Ctrl-C.""",
    "refresh": """\
Comes back when the answer is in, and says so if it brought no numbers.

Exit codes:
   0  fresh numbers                 75  Claude wants no question yet
  69  no answer, or none of use     77  no login or key, or not accepted""",
    "requests": """\
Says of each request when it was sent, to whom, what came of it, how long it
took, and why it was sent just then. Reads a file of this computer; asks
neither the app nor Claude.""",
    "statusline": """\
Claude Code runs it, with its numbers on standard input, and shows what it
prints. The limits in it are left for the app, which then asks Claude less
often; nothing else of the input is kept. Always ends with 0.

--install writes it into Claude Code's settings.json (in CLAUDE_CONFIG_DIR, else
~/.claude), with a copy of the file beside it. A status line that is there
already stays: ours runs it, and both are shown. --uninstall puts it back.
Claude Code runs a status line in folders you have said to trust.

Exit codes of both:
   0  done, or nothing to do        69  not done; the settings are as they were
  64  wrong usage""",
    "settings": """\
Needs a desktop. In a terminal alone, see "claudometer watch".""",
    "quit": """\
Comes back when the app has ended.""",
}

_MISTAKES = {
    "unknown_command": 'there is no command "{word}"',
    "unknown_option": "there is no option {word} here",
    "unexpected_word": '"{word}" is one word too many',
    "unexpected_value": "{word} takes no value",
    "missing_value": "{word} needs a value",
    "two_forms": "choose one of --json and --format",
    "two_ways": "choose one of --install and --uninstall",
    "braces": "the braces of this template do not match; write {{{{ and }}}} for braces themselves",
    "bad_format": "{{{word}}} has a format that cannot be used",
    "unknown_name": "there is no name {{{word}}}",
}


def help_for(command: str) -> str:
    """Return the help of a command, or of the program for the empty one. Fits in 80 columns."""
    return _program_help() if command not in COMMANDS else _command_help(command)


def describe(kind: str, word: str, suggestion: str | None = None) -> str:
    """Return what is wrong with a command line, and what helps."""
    mistake = _MISTAKES[kind].format(word=word)
    meant = f"; did you mean {suggestion}?" if suggestion else "."
    if kind in {"unknown_name", "bad_format", "braces"}:
        return f"{PROGRAM}: {mistake}{meant}\n\n{_template_names()}"
    return f'{PROGRAM}: {mistake}{meant}\nSee "{PROGRAM} --help".'


def _program_help() -> str:
    sections = (
        f"Usage: {PROGRAM} [--demo] [COMMAND] [OPTIONS]",
        PURPOSE,
        "Commands:\n" + _table(COMMANDS.items()),
        "Options:\n" + _table(OPTIONS.items()),
        f'"{PROGRAM} COMMAND --help" tells more about a command.',
    )
    return "\n\n".join(sections)


def _command_help(command: str) -> str:
    options = OPTIONS_OF.get(command, {})
    everywhere = {name: OPTIONS[name] for name in ("--demo", "--help")}
    sections = [
        f"Usage: {PROGRAM} {command}" + "".join(f" [{option}]" for option in options),
        _sentence(COMMANDS[command]),
        _table((options | everywhere).items()),
        DETAILS.get(command, ""),
    ]
    return "\n\n".join(section for section in sections if section)


def _template_names() -> str:
    return DETAILS["status"].partition("\n\n")[2].partition("\n\n")[0]


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + "."


def _table(rows: Iterable[tuple[str, str]]) -> str:
    known = list(rows)
    width = max(len(name) for name, _ in known)
    return "\n".join(f"  {name:{width}}  {words}" for name, words in known)
