"""The feed: the newest snapshot at once, waiting for the next, and an end that lets everybody go."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from claudometer.domain.codec import snapshot_to_wire
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.ui.window.feed import Feed, follow
from tests.page.scenarios import snapshot


def news(**changes: object) -> dict[str, Any]:
    return {"event": "snapshot", "snapshot": snapshot_to_wire(snapshot()) | changes}


def test_what_is_not_yet_seen_comes_at_once() -> None:
    feed = Feed()
    feed.publish(snapshot())
    assert feed.wait_beyond(0, timeout_s=60).sequence == 1


def test_without_news_the_wait_ends_with_what_is_known() -> None:
    feed = Feed()
    feed.publish(snapshot())
    started = time.monotonic()
    assert feed.wait_beyond(1, timeout_s=0.05).sequence == 1
    assert time.monotonic() - started < 5


def test_a_wait_ends_with_the_next_snapshot() -> None:
    feed = Feed()
    threading.Timer(0.02, feed.publish, [snapshot()]).start()
    assert feed.wait_beyond(0, timeout_s=60).snapshot == snapshot()


def test_the_end_stays_the_end() -> None:
    feed = Feed()
    feed.end()
    feed.publish(snapshot())
    assert feed.wait_beyond(1, timeout_s=60).ended


def test_following_publishes_calls_forward_and_ends() -> None:
    feed = Feed()
    calls: list[str] = []
    stream = [None, news(), {"event": "focus"}, {"event": "of a later version"}, news(refreshing=True), None]
    follow(stream, feed, come_forward=lambda: calls.append("forward"))
    final = feed.wait_beyond(0, timeout_s=0)
    assert (final.sequence, final.ended, calls) == (2, True, ["forward"])
    assert final.snapshot is not None
    assert final.snapshot.refreshing


@pytest.mark.parametrize(
    "broken", [{}, {"mode": "cli"}, news(mode="telepathy")["snapshot"], news(notices=[7])["snapshot"]]
)
def test_a_stream_of_another_version_ends_the_feed_and_is_logged(
    broken: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    feed = Feed()
    follow([{"event": "snapshot", "snapshot": broken}, news()], feed, come_forward=lambda: None)
    final = feed.wait_beyond(-1, timeout_s=0)
    assert (final.sequence, final.ended) == (0, True)
    assert "could not be followed" in caplog.text


def test_a_stream_that_is_refused_ends_the_feed() -> None:
    def refused() -> Any:  # noqa: ANN401
        raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH)
        yield

    feed = Feed()
    follow(refused(), feed, come_forward=lambda: None)
    assert feed.wait_beyond(-1, timeout_s=0).ended
