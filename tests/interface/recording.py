"""Runs commands in each situation, and records their output and exit codes.

There are two kinds of recordings. ``machine`` is output for programs, which must never change by accident.
``sentences`` is output for people, which changes whenever a sentence is improved.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tests.interface.commands import COMMANDS
from tests.interface.situations import SITUATIONS, WITH_NUMBERS
from tests.interface.stage import Stage

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

GOLDEN = Path(__file__).with_name("golden")
MACHINE, SENTENCES = "machine", "sentences"

_LIMITS = ("session", "weekly", "tightest", "model.fable", "model.opus", "other.monthly_all")
_FIELDS = ("percent", "label", "resets_at", "resets_in", "source", "age", "stale")
EVERY_NAME = "\n".join(
    (
        "{status} {mode} {source} {plan} {organization} {stale} {age} {fetched_at} {next_poll_at}",
        "{spend.used} {spend.cap}",
        *(" ".join(f"{{{limit}.{field}}}" for field in _FIELDS) for limit in _LIMITS),
        "{session.percent:5.1f}|{session.percent:>6}|{session.label:<10}|{{braces}}",
    )
)

_JSON, _TEXT = ("status", "--json"), ("status",)
_NAMES = ("status", "--format", EVERY_NAME)

_WITH_NUMBERS = {MACHINE: (_JSON, _NAMES), SENTENCES: (_TEXT,)}
_WITHOUT = {MACHINE: (_JSON,), SENTENCES: (_TEXT,)}  # a template would have nothing to show

_SENTENCE = re.compile(r'("(?:message|hint)": ?)"(?:[^"\\]|\\.)*"')
_DURATION = re.compile(r'("duration_s": ?)[\d.e-]+|\b\d+\.\d(?= s  )')
_SENT_AT = re.compile(r'(?<="at": ")(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\.\d{3}Z')


def names() -> list[tuple[str, str]]:
    """Return every recording as kind and name."""
    return [(kind, name) for kind in (MACHINE, SENTENCES) for name in (*SITUATIONS, *COMMANDS[kind])]


def golden_file(kind: str, name: str) -> Path:
    """Return the file of a recording."""
    return GOLDEN / kind / f"{name}.txt"


def record(kind: str, name: str) -> str:
    """Return the text of a recording: its commands with their output and exit codes."""
    with Stage() as stage:
        runs = _in_situation(stage, kind, name) if name in SITUATIONS else COMMANDS[kind][name](stage)
        return "\n".join(write_down(run, kind, stage) for run in runs)


def _in_situation(stage: Stage, kind: str, name: str) -> Iterator[subprocess.CompletedProcess[str]]:
    SITUATIONS[name](stage)
    stage.save()
    for words in (_WITH_NUMBERS if name in WITH_NUMBERS else _WITHOUT)[kind]:
        yield stage.run(*words)
        stage.restore()


def write_down(run: subprocess.CompletedProcess[str], kind: str, stage: Stage) -> str:
    """Return the text of one command; in a recording for programs, sentences are left out."""
    out = _without_sentences(run) if kind == MACHINE else run.stdout
    errors = "" if kind == MACHINE else run.stderr
    words = " ".join("EVERY_NAME" if word == EVERY_NAME else _quote(word) for word in run.args)
    parts = [f"$ claudometer {words}\n", _normalize(out, stage)]
    if errors:
        parts += ["--- standard error\n", _normalize(errors, stage)]
    return "".join([*parts, f"--- exit code {run.returncode}\n"])


def _without_sentences(run: subprocess.CompletedProcess[str]) -> str:
    if not {"--json", "--format"} & set(run.args):
        return ""
    return _SENTENCE.sub(r'\1"a sentence"', run.stdout)


def _quote(word: str) -> str:
    return repr(word) if not word or set(word) & set(" \n") else word


def _normalize(text: str, stage: Stage) -> str:
    """Replace only what differs in each run: the home's path, the servers' port, the version, how long
    a request took.

    The seconds of a request's beginning are left out, too: Claude's server may have set the clock right.
    """
    text = text.replace(str(stage.home.root), "HOME")
    text = text.replace(stage.simulator.base_url, "http://127.0.0.1:PORT")
    text = text.replace(f"claudometer {version('claudometer-desktop')}", "claudometer VERSION")
    text = _SENT_AT.sub(r"\1:SS.mmmZ", text)
    return _DURATION.sub(lambda found: f"{found[1] or ''}0.0", text)
