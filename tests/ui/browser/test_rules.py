"""What the hidden browser may load."""

from __future__ import annotations

import json
import re

import pytest

from claudometer.ui.browser.rules import content_rules, is_of, may_visit, never_ends

ORIGIN = "https://claude.ai"


@pytest.mark.parametrize(
    "url",
    [
        "https://claude.ai",
        "https://claude.ai/api/organizations",
        "about:blank",
        "https://challenges.cloudflare.com/x",
    ],
)
def test_the_origin_and_its_cloudflare_check_may_be_visited(url: str) -> None:
    assert may_visit(url, ORIGIN)


@pytest.mark.parametrize(
    "url",
    [
        "http://claude.ai/",
        "https://claude.ai.example.net/",
        "https://claude.ai:8443/",
        "https://claude.ai@example.net/",
        "https://example.net/https://claude.ai/",
        "file:///etc/passwd",
        "data:text/html,x",
        "",
    ],
)
def test_nothing_else_may_be_visited(url: str) -> None:
    assert not may_visit(url, ORIGIN)


def test_requests_are_sent_only_from_pages_of_the_origin() -> None:
    assert is_of("https://claude.ai/api/organizations", ORIGIN)
    assert not is_of("https://challenges.cloudflare.com/x", ORIGIN)


def test_the_content_rules_block_everything_but_the_two_sites() -> None:
    first, *others = json.loads(content_rules(ORIGIN))
    assert first == {"trigger": {"url-filter": ".*"}, "action": {"type": "block"}}
    assert {rule["action"]["type"] for rule in others} == {"ignore-previous-rules"}
    filters = [rule["trigger"]["url-filter"] for rule in others]

    def passes(url: str) -> bool:
        return any(re.match(pattern, url) for pattern in filters)

    assert passes("https://claude.ai/api")
    assert not passes("https://claudexai/api")
    assert not passes("https://claude.ai.example.net/")


@pytest.mark.parametrize(
    ("checks", "over"),
    [([True], False), ([False], False), ([True, False], False), ([True, True], True), ([False] * 3, True)],
)
def test_a_check_that_comes_again_ends_the_run(checks: list[bool], over: bool) -> None:
    assert never_ends(checks) is over
