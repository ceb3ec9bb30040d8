"""Which alerts are muted, and how that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from claudometer.domain.alerts.codec import silence_from_json, silence_to_json
from claudometer.domain.alerts.model import Alert, AlertKind
from claudometer.domain.alerts.silence import Silence
from tests.clocks import NOON

END = NOON + timedelta(hours=2)


def test_a_limit_is_muted_for_its_account() -> None:
    silence = Silence().with_limits({("claude/account-1", "session"): END}, NOON)
    alert = Alert(AlertKind.THRESHOLD, "claude/account-1", NOON, "session")
    other = replace(alert, account="claude/account-2")
    for seen in (silence, silence_from_json(silence_to_json(silence))):
        assert [seen.covers(each) for each in (alert, other)] == [True, False]
        assert not seen.covers(replace(alert, at=END))


def test_a_mute_that_was_kept_without_an_account_holds_for_each() -> None:
    silence = silence_from_json({"until": None, "limits": {"session": END.isoformat(), "weekly": "soon"}})
    alert = Alert(AlertKind.THRESHOLD, "claude/account-2", NOON, "session")
    assert silence.covers(alert)
    assert not silence.covers(replace(alert, subject="weekly"))


def test_a_muted_window_that_resets_early_is_told_of_and_the_next_one_is_not_muted() -> None:
    silence = Silence().with_limits({("claude/account-1", "session"): END}, NOON)
    muted = Alert(AlertKind.THRESHOLD, "claude/account-1", NOON, "session", window_end=END)
    jittered = replace(muted, window_end=END + timedelta(seconds=2))
    reset = replace(muted, kind=AlertKind.RESET)
    next_one = replace(muted, window_end=NOON + timedelta(hours=5))
    assert [silence.covers(each) for each in (muted, jittered, reset, next_one)] == [True, True, False, False]
