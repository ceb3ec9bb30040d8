"""The help of each command, below its options. Pure. At most 80 columns, in ASCII."""

from __future__ import annotations

TEMPLATE_NAMES = """\
Names for a template:
  status  mode  source  plan  tier  organization  stale  age  fetched_at
  next_poll_at  spend.used  spend.cap  spend.percent  spend.stopped_by
  message  hint
  LIMIT.percent  LIMIT.label  LIMIT.resets_at  LIMIT.resets_in
  LIMIT.source  LIMIT.age  LIMIT.stale
LIMIT is one of session, weekly, tightest (the fullest of all), model.SLUG and
other.SLUG, such as model.opus: for the id "weekly:opus", the SLUG is "opus".
A value that is not known prints as "?". If your plan does not have a limit,
each of its values prints as "none". Numbers take a format, such as
{session.percent:.1f}"""
"""Also printed after a mistake in a template."""

DETAILS = {
    "status": f"""\
Uses the running app, or checks with Claude once if none is running.

{TEMPLATE_NAMES}

Exit codes:
   0  fresh numbers                 69  no numbers
   1  a limit is reached            75  numbers are out of date
  64  wrong usage                   77  needs a login, key or organization""",
    "watch": """\
Follows the running app, or checks with Claude directly if none is running.
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
Each point is a percentage, with the period for which it was confirmed. All
points are kept for 90 days, then one an hour for two years. Where nothing is
known, the plot is hatched. Reads a file on this computer; contacts neither the
app nor Claude.

  claudometer history clear

deletes the points, resets, forecasts and past alerts of all accounts, after
asking. An alert that was already shown does not come again.

Exit codes:
   0  done                          69  not done
  64  wrong usage, or there is no such limit or account""",
    "resets": """\
"Before" is the time of the last number before the reset, "Seen" that of the
first number after it, and "Used" shows both numbers. "Promised" is when Claude
had said that the limit would reset. The causes:
  on time          at the promised time
  early, late      before or after the promised time
  perhaps granted  before the promised time, as when you use a granted reset
  plan change      the plan changed at the same time
  several at once  several limits were reset early at the same time
  not watched      there were no numbers around the promised time
Reads a file on this computer; contacts neither the app nor Claude.""",
    "guard": """\
Looks at every limit: its number, how old that is, and whether it will be full
within half an hour at your pace. With --limit, looks only at that limit, the
session and the week. PERCENT is how much of one limit the job needs: of the one
that --limit names, otherwise of the session, or of the week if your plan has no
session. If a number is old, the answer is unknown, unless a limit is reached.
Extra usage counts only if your plan reports no limits, or with --limit spend.
If it is used up, the answer can still be yes and then names it, while
"claudometer status" ends with 1.

  claudometer guard --need 20 && ./long-job

Exit codes:
   0  yes                           64  wrong usage
   1  no                            69  unknown""",
    "export": """\
Points and resets of all accounts; with --json also the alerts, and the requests
of the last 7 days. Contains no key and no login. Reads files on this computer;
contacts neither the app nor Claude.""",
    "alerts": """\
Lists the latest alerts, and whether the desktop took each. Reads a file on this
computer; contacts neither the app nor Claude.

"claudometer alerts test" has the running app send a test alert.

Exit codes:
   0  done                          69  no app, or the desktop took no alert
  64  wrong usage""",
    "mute": """\
Tells the running app to show no alerts for one hour, or as long as you say:

  claudometer mute 1h              claudometer mute until-reset
  claudometer mute 4h              claudometer mute tomorrow
  claudometer mute off             shows alerts again

"until-reset" lasts until the next reset of any limit, "tomorrow" until 8:00 the
next day. Alerts that become due in the meantime are listed, but not shown.

Exit codes:
   0  done                          69  no app, or no reset is ahead
  64  wrong usage""",
    "doctor": """\
Checks the login, the connection to Claude, the desktop, Claude Code's settings
and the app. Prints a line for each part and, where something does not work, how
to fix it. The report has no key, no name and none of your numbers, so you can
send it to others. Changes no settings.

For the connection and the clock it sends at most one request, to Claude's
server and without a login. It counts toward no limit, and "claudometer
requests" lists it. If Claudometer reads this computer only, it sends nothing.

--explain reads the JSON that Claude Code passes to a status line from standard
input, and says what it contains.

Exit codes:
   0  nothing needs you              1  something does, or no limits to explain
  64  wrong usage""",
    "statusline": """\
Claude Code runs this with its numbers on standard input, and shows what it
prints. It saves the limits, a one-way digest of the session and, except with
"This computer only", one of the account that Claude Code is logged in to. With
these limits, the app checks with Claude less often. Always exits with 0.

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
then knows at once, and checks with Claude as soon as it may. Saves the time
and, except with "This computer only", a one-way digest of the account. Prints
nothing, and always exits with 0.

--install adds it to the hooks in Claude Code's settings.json (in
CLAUDE_CONFIG_DIR, else ~/.claude) and keeps a copy of the file beside it. Other
hooks stay as they are. --uninstall removes it again.

Exit codes of --install and --uninstall:
   0  done, or nothing to do        69  not done; the settings are unchanged
  64  wrong usage""",
    "accounts": """\
Lists the account with its plan and, for claude.ai, its organizations. To show
another organization, by its id or its name ("automatic" undoes the choice):

  claudometer accounts organization ID ORGANIZATION

Uses the running app. If none is running, claude.ai is checked once; Claude
Code's login is checked only if Claude permanently refused the last request.

Exit codes:
   0  done                          69  not done
  64  wrong usage                   77  no login or key, or it was refused""",
    "open": """\
With the id of a limit, opens the window at that limit and its history, as in
"claudometer open weekly". "claudometer status --json" lists the ids.

It also opens these pages:

  claudometer open resets          all resets
  claudometer open alerts          past alerts
  claudometer open settings        settings

Needs a desktop. Without one, use "claudometer watch".

Exit codes:
   0  done                          69  not done
  64  there is no such limit or page""",
    "settings": 'Needs a desktop. Without one, use "claudometer watch".',
    "quit": "Waits until the app has ended.",
}
