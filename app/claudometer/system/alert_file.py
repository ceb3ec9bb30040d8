"""Keeps what was told, across restarts, in a small file of its own. Blocks."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from claudometer.domain.alerts.codec import memory_from_json, memory_to_json
from claudometer.domain.alerts.model import Memory
from claudometer.domain.alerts.record import AlertRecord, record_from_json, record_to_json
from claudometer.domain.alerts.silence import Silence
from claudometer.system.state import JsonState

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.json_object import JsonObject

log = logging.getLogger(__name__)

FILE_NAME = "alerts.json"
MOST_RECORDS = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept about alerts: what was seen and told, what is muted, and the latest, oldest first."""

    memory: Memory = field(default_factory=Memory)
    silence: Silence = field(default_factory=Silence)
    records: tuple[AlertRecord, ...] = ()


class AlertFile:
    """One file. A damaged one is replaced: its alerts may then be told a second time."""

    def __init__(self, folder: Path) -> None:
        self._state = JsonState(folder / FILE_NAME)

    def read(self) -> Kept:
        """Return what is kept, as far as it can be read."""
        kept = self._state.read()
        records = []
        for each in kept.get("records") if isinstance(kept.get("records"), list) else ():  # type: ignore[union-attr]
            with suppress(KeyError, TypeError, ValueError):
                records.append(record_from_json(each))
        return Kept(memory_from_json(kept.get("memory")), _silence_from(kept.get("silence")), tuple(records))

    def write(self, kept: Kept) -> None:
        """Replace what is kept.

        Raises:
            OSError: it could not be written.
        """
        written = {
            "memory": memory_to_json(kept.memory),
            "silence": _silence_to(kept.silence),
            "records": [record_to_json(each) for each in kept.records[-MOST_RECORDS:]],
        }

        def edit(state: JsonObject) -> None:
            state.pop("damaged", None)
            state.update(written)

        self._state.change(edit)


def _silence_to(silence: Silence) -> JsonObject:
    return {
        "until": silence.until.isoformat() if silence.until else None,
        "limits": {limit: until.isoformat() for limit, until in silence.limits.items()},
    }


def _silence_from(kept: object) -> Silence:
    if not isinstance(kept, dict):
        return Silence()
    limits = kept.get("limits")
    times = {str(limit): _time(each) for limit, each in limits.items()} if isinstance(limits, dict) else {}
    return Silence(_time(kept.get("until")), {limit: at for limit, at in times.items() if at is not None})


def _time(text: object) -> datetime | None:
    """Return a time with a zone, ``None`` for anything else."""
    with suppress(ValueError):
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        return at if at is not None and at.tzinfo is not None else None
    return None
