"""The page about troubleshooting quotes messages as the program says them today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from claudometer.present.messages.errors import MESSAGES, WITH_FACT, WITHOUT_FACTS
from claudometer.present.messages.history_faults import REASONS
from claudometer.present.messages.local_errors import CLOCK_FAST, TOOLKIT_REASONS

PAGE = Path(__file__).parents[2] / ".github" / "troubleshooting.md"
ROWS = [
    line.split(" | ")[0] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
]
QUOTES = [quote for row in ROWS for quote in re.findall("“([^”]+)”", row)]
MESSAGES_OF_ALL = (
    *(*MESSAGES.values(), *WITH_FACT.values(), *WITHOUT_FACTS.values()),
    *(*REASONS.values(), *TOOLKIT_REASONS.values(), CLOCK_FAST),
)
TITLES = {message.title for message in MESSAGES_OF_ALL}


@pytest.mark.parametrize("quote", QUOTES)
def test_a_quoted_message_is_in_the_catalog(quote: str) -> None:
    wanted = re.escape(quote).replace("…", ".*")
    said = (re.sub(r"\\\{[^{}]*\\\}", ".+", re.escape(title)) for title in TITLES)
    assert any(re.fullmatch(wanted, title) for title in TITLES) or any(
        re.fullmatch(pattern, quote) for pattern in said
    )


def test_the_page_quotes_messages() -> None:
    assert len(QUOTES) > 20
