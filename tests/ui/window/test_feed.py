"""The feed: it returns the newest card at once, waits for the next one, and ends every wait when it ends."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.card import card_for
from claudometer.ui.window.feed import Feed, follow, shown_card
from tests.page.scenarios import snapshot
from tests.views import view

if TYPE_CHECKING:
    from claudometer.control.wire.answers import Event, FocusEvent
    from claudometer.control.wire.page import AccountCard, Card

FOCUS: FocusEvent = {"event": "focus", "place": None}


def card(**changes: Any) -> Card:  # noqa: ANN401 - the fields of Snapshot
    return card_for(view(snapshot(**changes)))


def card_event(**changes: Any) -> Event:  # noqa: ANN401
    account: AccountCard = {"provider": "claude", "id": None, "shown": True, "card": card(**changes)}
    return {"event": "card", "accounts": [account]}


def test_a_card_that_was_not_seen_yet_is_returned_at_once() -> None:
    feed = Feed()
    feed.publish(card())
    assert feed.wait_for_card(0, timeout_s=60).sequence == 1


def test_without_a_new_card_the_wait_ends_with_the_last_one() -> None:
    feed = Feed()
    feed.publish(card())
    started = time.monotonic()
    assert feed.wait_for_card(1, timeout_s=0.05).sequence == 1
    assert time.monotonic() - started < 5


def test_a_wait_ends_with_the_next_card() -> None:
    feed = Feed()
    threading.Timer(0.02, feed.publish, [card()]).start()
    assert feed.wait_for_card(0, timeout_s=60).card == card()


def test_a_feed_that_has_ended_stays_ended() -> None:
    feed = Feed()
    feed.end()
    feed.publish(card())
    assert feed.wait_for_card(1, timeout_s=60).ended


def test_following_publishes_cards_brings_the_window_forward_and_ends() -> None:
    feed = Feed()
    calls: list[str] = []
    later: Any = {"event": "of a later version"}
    stream = [None, card_event(), FOCUS, later, card_event(refreshing=True), None]
    follow(stream, feed, come_forward=lambda: calls.append("forward"))
    final = feed.wait_for_card(0, timeout_s=0)
    assert (final.sequence, final.ended, calls) == (2, True, ["forward"])
    assert final.card is not None
    assert final.card["refreshing"]


def test_of_several_accounts_the_selected_one_is_shown() -> None:
    shown, other = card_event(refreshing=True), card_event()
    assert shown["event"] == other["event"] == "card"
    for account in other["accounts"]:
        account["shown"] = False
    assert shown_card(other["accounts"] + shown["accounts"])["refreshing"]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"event": "card"},
        {"event": "card", "accounts": None},
        {"event": "card", "accounts": []},
        {"event": "card", "accounts": [{"shown": True}]},
        {"event": "update"},
    ],
)
def test_a_stream_of_another_version_ends_the_feed_and_is_logged(
    broken: Any,  # noqa: ANN401
    caplog: pytest.LogCaptureFixture,
) -> None:
    feed = Feed()
    follow([broken, card_event()], feed, come_forward=lambda: None)
    final = feed.wait_for_card(-1, timeout_s=0)
    assert (final.sequence, final.ended) == (0, True)
    assert "could not be followed" in caplog.text


def test_a_refused_stream_ends_the_feed() -> None:
    def refused() -> Any:  # noqa: ANN401
        raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH)
        yield

    feed = Feed()
    follow(refused(), feed, come_forward=lambda: None)
    assert feed.wait_for_card(-1, timeout_s=0).ended
