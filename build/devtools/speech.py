"""Prints messages to standard error, so that a task's own output stays clean."""

import re
import sys
import textwrap

WIDTH = 80
"""A command to copy is laid out within it, and so is never broken here."""

_HEAD = re.compile(r"\s+\S+(?: \S+)*\s{2,}|\s*\d+\. |\s*")
"""What the further lines of a long one are indented by: a table's left column, or a number."""


def say(text: str) -> None:
    """Print one message and flush it, so that it comes before the output of child processes."""
    print("\n".join(map(_fitted, text.split("\n"))), file=sys.stderr, flush=True)


def _fitted(line: str) -> str:
    """Return a line in lines of at most 80 columns. A longer word, such as a path, stays whole."""
    if len(line) <= WIDTH:
        return line
    head = _HEAD.match(line)
    indent = len(head[0]) if head else 0
    wrapped = textwrap.wrap(
        line[indent:],
        WIDTH - indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return line[:indent] + f"\n{' ' * indent}".join(wrapped)
