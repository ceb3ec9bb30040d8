"""The command line: its help, mistakes on it, and what the set-up of the status line prints. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PROGRAM = "claudometer"

# ASCII and at most 80 columns: any terminal can show it, and the manual page is made from it.
PURPOSE = """\
Shows how much of your Claude plan's limits you have used. Without a command:
starts the tray app, or opens its window if it is already running."""

COMMANDS = {
    "open": "open the window at the numbers; starts the app if necessary",
    "settings": "open the window at the settings; starts the app if necessary",
    "status": "print the numbers once",
    "watch": "follow the numbers in the terminal; needs no desktop and no app",
    "refresh": "refresh the running app now",
    "requests": "list the requests from the last 7 days",
    "history": "plot how the limits were used",
    "resets": "list every reset: promised, seen, and why",
    "export": "print everything that is kept, as JSON or CSV",
    "alerts": "list the past alerts, or send a test alert",
    "mute": "mute alerts for a while, or show them again",
    "doctor": "check this computer, and say what helps",
    "accounts": "show the account, and choose its organization",
    "statusline": "print the line for Claude Code's status line",
    "hook": "tell the app of a limit that Claude Code has hit",
    "quit": "quit the running app",
}
"""What each command does, in the order of the help. The default and the hidden commands are not listed."""

SUMMARIES = {
    "open": "Open the window at the numbers; starts the app if necessary.",
    "settings": "Open the window at the settings; starts the app if necessary.",
    "status": "Print the numbers once.",
    "watch": "Follow the numbers in the terminal; needs no desktop and no app.",
    "refresh": "Refresh the running app now.",
    "requests": "List the requests from the last 7 days.",
    "history": "Plot how the limits were used.",
    "resets": "List every reset: promised, seen, and why.",
    "export": "Print everything that is kept, as JSON or CSV.",
    "alerts": "List the past alerts, or send a test alert.",
    "mute": "Mute alerts for a while, or show them again.",
    "doctor": "Check this computer, and say what helps.",
    "accounts": "Show the account, and choose its organization.",
    "statusline": "Print the line for Claude Code's status line.",
    "hook": "Tell the app of a limit that Claude Code has hit.",
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
        "--json": "one JSON object: points, resets and requests",
        "--csv": "one table: points and resets",
    },
    "alerts": {"--json": "one JSON object"},
    "doctor": {
        "--json": "one JSON object",
        "--explain": "say what the JSON for a status line contains",
    },
    "accounts": {"--json": "one JSON object"},
    "statusline": {
        "--install": "have Claude Code show it",
        "--uninstall": "take it out again",
        "--chain COMMAND": "run another status line too, and print it first",
        "--timed": "mark the refresh interval as set by Claudometer",
    },
    "hook": {
        "--install": "have Claude Code run it",
        "--uninstall": "take it out again",
    },
}

DETAILS = {
    "status": """\
Uses the running app, or checks with Claude once if none is running.

Names for a template:
  status  mode  source  plan  tier  organization  stale  age  fetched_at
  next_poll_at  spend.used  spend.cap  spend.percent  spend.stopped_by
  message  hint
  LIMIT.percent  LIMIT.label  LIMIT.resets_at  LIMIT.resets_in
  LIMIT.source  LIMIT.age  LIMIT.stale
LIMIT is one of session, weekly, tightest (the fullest of all), model.SLUG and
other.SLUG, such as model.opus; in --json, the SLUG follows the colon of an id.
Unknown values print as "?", those of a limit that your plan does not have as
"none". Numbers take a format: {session.percent:.1f}

Exit codes:
   0  fresh numbers                 69  no numbers
   1  a limit is reached            75  numbers are out of date
  64  wrong usage                   77  needs a login, key or organization""",
    "watch": """\
Follows the running app, or checks with Claude itself while none is running.
Press Ctrl-C to leave.""",
    "refresh": """\
Waits for the answer, and says so if it brought no numbers.

Exit codes:
   0  fresh numbers                 75  Claude allows no request yet
  69  no usable answer              77  no login or key, or it was refused""",
    "requests": """\
For each request, shows when it was sent, to whom, its outcome, how long it
took, and why it was sent. Reads a file on this computer; contacts neither the
app nor Claude.""",
    "history": """\
A point is a percent, and from when until when it was confirmed. Points are kept
as read for 90 days, then hourly for two years. Where nothing is known, the plot
is hatched. Reads a file on this computer; contacts neither the app nor Claude.

  claudometer history clear

deletes the points and resets of all accounts, after asking.

Exit codes:
   0  done                          69  not done
  64  wrong usage, or there is no such limit or account""",
    "resets": """Between two readings a limit was reset; "Seen" is the later one, "Before" the
earlier one. The causes:
  on time          as promised
  early, late      before or after the promised time
  perhaps granted  within the promised time, as after using a granted reset
  plan change      together with another plan
  several at once  several limits early at the same time
  not watched      nobody looked at the promised time
Reads a file on this computer; contacts neither the app nor Claude.""",
    "export": """Points and resets of all accounts, and with --json the requests of the last 7
days. Contains no key and no login. Reads files on this computer; contacts
neither the app nor Claude.""",
    "alerts": """\
Lists the latest alerts, and whether the desktop took each. Reads a file on this
computer; contacts neither the app nor Claude.

"claudometer alerts test" has the running app send a test alert.

Exit codes:
   0  done                          69  no app, or the desktop took no alert
  64  wrong usage""",
    "mute": """\
Has the running app show no alerts, for one hour or as long as you say:

  claudometer mute 1h              claudometer mute until-reset
  claudometer mute 4h              claudometer mute tomorrow
  claudometer mute off             shows alerts again

"until-reset" is the next reset of any limit, "tomorrow" is 8 in the morning.
Alerts that are due meanwhile are listed, and not shown later.

Exit codes:
   0  done                          69  no app, or no reset is ahead
  64  wrong usage""",
    "doctor": """\
Checks the login, the connection to Claude, the desktop, Claude Code's settings
and the app. Prints one line for what works, and for everything else the one
step that helps. The report has no key, no name and none of your numbers, so you
can send it to others. Changes no settings.

For the connection and the clock it sends one request, to Claude's server but
without a login, which counts toward no limit; "claudometer requests" lists it.
If Claudometer reads this computer only, it sends nothing.

--explain reads the JSON that Claude Code passes to a status line from standard
input, and says what it contains.

Exit codes:
   0  nothing needs you              1  something does, or no limits to explain
  64  wrong usage""",
    "statusline": """\
Claude Code runs this with its numbers on standard input, and shows what it
prints. The limits among them are passed on to the app, which then checks with
Claude less often; nothing else of the input is kept. Always exits with 0.

--install adds it to Claude Code's settings.json (in CLAUDE_CONFIG_DIR, else
~/.claude) and keeps a copy of the file beside it. An existing status line is
kept and shown above; Claude Code then runs both at least once a minute.
--uninstall restores the previous one. Claude Code runs a status line only in
folders that you trust.

Exit codes of --install and --uninstall:
   0  done, or nothing to do        69  not done; the settings are unchanged
  64  wrong usage""",
    "hook": """\
Claude Code runs this (its hook "StopFailure") when a limit stops it. The app
then knows at once, and checks with Claude as soon as it may. Of what Claude
Code passes, only the time is kept. Prints nothing, and always exits with 0.

--install adds it to the hooks in Claude Code's settings.json (in
CLAUDE_CONFIG_DIR, else ~/.claude) and keeps a copy of the file beside it. Other
hooks stay as they are. --uninstall takes it out again.

Exit codes of --install and --uninstall:
   0  done, or nothing to do        69  not done; the settings are unchanged
  64  wrong usage""",
    "accounts": """\
Lists the account with its plan and, for claude.ai, its organizations. To show
another organization, by its id or its name ("automatic" undoes the choice):

  claudometer accounts organization ID ORGANIZATION

Uses the running app. If none is running, checks with claude.ai once; with
Claude Code's login as the source, sends nothing.

Exit codes:
   0  done                          69  not done
  64  wrong usage                   77  no login or key, or it was refused""",
    "open": """\
With the id of a limit, opens the window at that limit, as in
"claudometer open weekly". "claudometer status --json" lists the ids. Needs a
desktop. Without one, use "claudometer watch".

Exit codes:
   0  done                          69  not done
  64  there is no such limit""",
    "settings": """\
Needs a desktop. Without one, use "claudometer watch".""",
    "quit": """\
Waits until the app has ended.""",
}

USAGE = "Usage: claudometer [--demo] [COMMAND] [OPTIONS]"
USAGE_OF = "Usage: claudometer {command}{options}"
OPTION_IN_USAGE = " [{option}]"
COMMANDS_HEADING = "Commands:"
OPTIONS_HEADING = "Options:"
MORE_HELP = 'Run "claudometer COMMAND --help" for help on a command.'
SEE_HELP = 'See "claudometer --help".'

MISTAKES = {
    "unknown_command": 'There is no command "{word}".',
    "unknown_option": "There is no option {word} here.",
    "unexpected_word": 'Unexpected argument "{word}".',
    "unexpected_value": "{word} takes no value.",
    "missing_value": "{word} needs a value.",
    "two_forms": "Choose one of --json and --format.",
    "two_outputs": "Choose one of --json and --csv.",
    "export_needs_form": "Choose --json or --csv.",
    "bad_days": 'The number of days is from 1 to 731, not "{word}".',
    "yes_without_clear": '{word} works only with "claudometer history clear".',
    "plan_without_demo": "{word} works only with --demo.",
    "unknown_plan": 'The demo has no plan "{word}".',
    "two_ways": "Choose one of --install and --uninstall.",
    "unknown_time": '"{word}" is not one of 1h, 4h, until-reset, tomorrow and off.',
    "unknown_action": 'There is no action "{word}" here.',
    "organization_usage": 'Use "claudometer accounts organization ID ORGANIZATION".',
    "braces": "The template's braces do not match; write {{{{ or }}}} for a brace.",
    "bad_format": "{{{word}}} has a format that cannot be used.",
    "unknown_name": "There is no name {{{word}}}.",
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


def describe(kind: str, word: str, suggestion: str | None = None) -> str:
    """Return what is wrong with a command line, and what helps."""
    sentence = (MISTAKES if suggestion is None else DID_YOU_MEAN)[kind]
    mistake = line(sentence.format(word=word, suggestion=suggestion))
    return f"{mistake}\n\n{_template_names()}" if kind in _OF_A_TEMPLATE else f"{mistake}\n{SEE_HELP}"


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
    usage = "".join(OPTION_IN_USAGE.format(option=option) for option in options)
    sections = [
        fill(USAGE_OF.format(command=command, options=usage), 80, subsequent_indent="  "),
        SUMMARIES[command],
        _table((options | everywhere).items()),
        DETAILS.get(command, ""),
    ]
    return "\n\n".join(section for section in sections if section)


def _template_names() -> str:
    return DETAILS["status"].partition("\n\n")[2].partition("\n\n")[0]


def _table(rows: Iterable[tuple[str, str]]) -> str:
    known = list(rows)
    width = max(len(name) for name, _ in known)
    return "\n".join(f"  {name:{width}}  {words}" for name, words in known)
