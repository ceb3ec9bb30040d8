"""Checks for a newer version, fetches it and puts it to use. Every expected end is a value.

Loaded with the first check. PyNaCl is loaded when there is a signature to look at, and not before.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from claudometer.domain.update import Install, Offer, Stage, Trouble, failure_stage
from claudometer.system.files import Mark, mark_of
from claudometer.system.off_loop import run_abandonable
from claudometer.updates.decision import Situation, Verdict, decide
from claudometer.updates.manifest import MAX_MANIFEST_BYTES, Download, Manifest, parse_manifest
from claudometer.updates.replacing import Draft, trouble_of
from claudometer.updates.signature import verify, vouch
from claudometer.updates.trust import Keys, read_keys, refusal_of
from claudometer.updates.versions import Version, parse_version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from claudometer.domain.update import Update

T = TypeVar("T")

MAX_FILE_BYTES = 300 * 1000 * 1000
STEP_TIMEOUT_S = 120.0
"""Flushing 300 MB to a slow disk takes less."""

log = logging.getLogger(__name__)


class Failed(Protocol):
    """Why nothing came."""

    @property
    def trouble(self) -> Trouble: ...
    @property
    def detail(self) -> str: ...


class Downloads(Protocol):
    """Gets files from the network, and raises for nothing that a network does."""

    async def read(self, url: str, *, limit: int) -> bytes | Failed: ...
    async def fetch(
        self, url: str, take: Callable[[bytes, int | None], Awaitable[None]], *, limit: int
    ) -> Failed | None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an update needs of its machine.

    Attributes:
        key_file: the publisher's public keys, which a build puts in; there is none in a checkout.
        image: the AppImage's own file.
        folder: where a disk image is put; made when needed.
        open_file: shows a file to the user with the system's own program. Raises ``OSError``.
        image_mark: the image's mark as we started from it. Another content is not ours to replace: it may be
            newer than what we have found.
    """

    address: str
    running: str
    install: Install
    platform: str
    command: str | None
    key_file: Path
    image: Path | None
    folder: Path
    open_file: Callable[[Path], None]
    image_mark: Mark | None = None


class UpdateService:
    """Remembers what the last check found, and fetches that and nothing else."""

    def __init__(self, around: Surroundings, downloads: Downloads) -> None:
        self._around = around
        self._downloads = downloads
        self._found: tuple[Version, Download, Keys] | None = None

    async def check(self, shown: Update) -> Update:
        """Ask what the newest release is, and return what is to be shown now."""
        body = await self._downloads.read(self._around.address, limit=MAX_MANIFEST_BYTES)
        if not isinstance(body, bytes):
            return _failed(shown, body.trouble, body.detail)
        manifest = parse_manifest(body)
        if manifest is None:
            return _failed(shown, Trouble.UNREADABLE)
        keys = await _off_loop(lambda: read_keys(self._around.key_file))
        verdict = decide(manifest, self._situation(keys))
        if verdict.download is not None:
            verdict = await _vouched(verdict, verdict.download, manifest.version, keys)
        # Only now: a check that reached nobody, or was broken off, takes nothing away.
        self._found = _to_fetch(verdict, keys)
        return _shown(shown, verdict, manifest)

    async def install(self, shown: Update, tell: Callable[[Update], None]) -> Update:
        """Fetch what was found, verify it, and put it in place or open it. Cancelled, it leaves nothing."""
        if self._found is None:
            return _failed(shown, Trouble.INTERNAL)
        try:
            return await self._install(shown, tell, *self._found)
        except OSError as error:
            log.warning("the new version could not be put in place: %s", error)
            return _failed(shown, trouble_of(error), str(self._target(self._found[1]).parent))

    async def _install(
        self, shown: Update, tell: Callable[[Update], None], version: Version, found: Download, keys: Keys
    ) -> Update:
        target = self._target(found)
        if (lost := await self._lost_image()) is not None:
            return _failed(shown, lost, str(target))
        draft = Draft(target)
        try:
            await _on_disk(draft.open)
            failed = await self._receive(draft, found, shown, tell)
            if failed is not None:
                return _failed(shown, failed.trouble, failed.detail)
            tell(replace(shown, stage=Stage.VERIFYING, percent=None))
            digest = await _on_disk(draft.finish)
            refused = await _off_loop(
                lambda: refusal_of(
                    lambda: verify(found.signature, keys, digest, file_name=found.file_name, version=version)
                )
            )
            if refused is not None:
                return _failed(shown, refused)
            if (lost := await self._lost_image()) is not None:
                return _failed(shown, lost, str(target))
            await _on_disk(draft.take_place)
        finally:
            with suppress(OSError):
                await _on_disk(draft.discard)
        return await self._use(shown, target)

    async def _receive(
        self, draft: Draft, found: Download, shown: Update, tell: Callable[[Update], None]
    ) -> Failed | None:
        progress = _Progress(shown, tell)

        async def take(chunk: bytes, total: int | None) -> None:
            await _on_disk(lambda: draft.write(chunk))
            progress.add(len(chunk), total)

        return await self._downloads.fetch(found.url, take, limit=MAX_FILE_BYTES)

    async def _use(self, shown: Update, target: Path) -> Update:
        if shown.offer is Offer.INSTALL:
            return replace(shown, stage=Stage.READY, percent=None, trouble=None)
        try:
            await _off_loop(lambda: self._around.open_file(target))
        except OSError:
            return _failed(shown, Trouble.OPEN_FAILED, str(target))
        return replace(shown, stage=Stage.OPENED, percent=None, trouble=None, detail=str(target))

    async def _lost_image(self) -> Trouble | None:
        """Tell why the image is not to be replaced: it was moved, or is another one by now."""
        if self._around.image is None:
            return None
        image = self._around.image
        mark = await _off_loop(lambda: mark_of(image))
        if mark is None:
            return Trouble.IMAGE_GONE
        known = self._around.image_mark
        return Trouble.IMAGE_CHANGED if known is not None and mark != known else None

    def _situation(self, keys: Keys) -> Situation:
        around = self._around
        running = parse_version(around.running)
        return Situation(running, around.install, around.platform, around.command, around.address, bool(keys))

    def _target(self, found: Download) -> Path:
        return self._around.image or self._around.folder / found.file_name


async def _vouched(verdict: Verdict, download: Download, version: Version, keys: Keys) -> Verdict:
    """Return the verdict, or the refusal of it, if the file's signature is not for this name and version."""
    refused = await _off_loop(
        lambda: refusal_of(
            lambda: vouch(download.signature, keys, file_name=download.file_name, version=version)
        )
    )
    return verdict if refused is None else Verdict(Stage.REFUSED, version, trouble=refused)


def _to_fetch(verdict: Verdict, keys: Keys) -> tuple[Version, Download, Keys] | None:
    if verdict.version is None or verdict.download is None or verdict.offer is Offer.COMMAND:
        return None
    return verdict.version, verdict.download, keys


class _Progress:
    """Tells of each new percent once, and of no other piece."""

    def __init__(self, shown: Update, tell: Callable[[Update], None]) -> None:
        self._shown = shown
        self._tell = tell
        self._bytes = 0
        self._told: int | None = None

    def add(self, count: int, total: int | None) -> None:
        self._bytes += count
        percent = min(100, 100 * self._bytes // total) if total else None
        if percent is not None and percent != self._told:
            self._told = percent
            self._tell(replace(self._shown, stage=Stage.DOWNLOADING, percent=percent))


async def _off_loop(step: Callable[[], T]) -> T:
    return await run_abandonable(step, timeout_s=STEP_TIMEOUT_S, place="updates")


async def _on_disk(step: Callable[[], T]) -> T:
    """Run a step off the loop, and wait for its end also when cancelled: the next one must not overlap it.

    Raises:
        OSError: it failed, or took longer than two minutes.
    """
    work = asyncio.ensure_future(_off_loop(step))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):  # cancelled once more, as by the program's end
                await asyncio.wait({work})
        raise


def _failed(shown: Update, trouble: Trouble, detail: str = "") -> Update:
    return replace(shown, stage=failure_stage(trouble), percent=None, trouble=trouble, detail=detail)


def _shown(shown: Update, verdict: Verdict, manifest: Manifest) -> Update:
    return replace(
        shown,
        stage=verdict.stage,
        version=str(manifest.version),
        notes=manifest.notes,
        offer=verdict.offer,
        command=verdict.command,
        percent=None,
        trouble=verdict.trouble,
        detail=verdict.detail,
    )
