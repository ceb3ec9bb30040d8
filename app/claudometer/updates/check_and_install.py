"""Checks for a newer version, downloads it and installs it. Every expected outcome is a value.

Imported by the first check. PyNaCl is imported only when there is a signature to verify.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from claudometer.domain.update import Install, Offer, Stage, UpdateFailure, failure_stage
from claudometer.system.files import Mark, mark_of
from claudometer.system.off_loop import run_abandonable
from claudometer.updates.decision import CheckContext, Verdict, decide
from claudometer.updates.manifest import MAX_MANIFEST_BYTES, Download, Manifest, parse_manifest
from claudometer.updates.replacing import Draft, failure_of
from claudometer.updates.signature import verify, verify_comment
from claudometer.updates.trust import Keys, read_keys, run_verification
from claudometer.updates.versions import Version, parse_version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from claudometer.domain.update import Update

T = TypeVar("T")

MAX_FILE_BYTES = 300 * 1000 * 1000  # an AppImage takes 110 MB
STEP_TIMEOUT_S = 120.0
"""Limit for each step on the disk. The longest, flushing 300 MB to a slow disk, takes less."""

log = logging.getLogger(__name__)


class DownloadFailure(Protocol):
    """Why a download failed. ``detail`` is the HTTP status, or the host of a refused redirect; or empty."""

    @property
    def code(self) -> UpdateFailure: ...
    @property
    def detail(self) -> str: ...


class Downloader(Protocol):
    """Downloads files. Failures of the network are returned, never raised."""

    async def read(self, url: str, *, limit: int) -> bytes | DownloadFailure: ...
    async def fetch(
        self, url: str, take: Callable[[bytes, int | None], Awaitable[None]], *, limit: int
    ) -> DownloadFailure | None: ...


@dataclass(frozen=True, slots=True)
class UpdateEnvironment:
    """What an update depends on.

    Attributes:
        address: where the manifest is.
        running: the running version.
        install: how the program was installed.
        platform: the manifest's name for this machine, such as ``linux-x86_64``.
        command: the command line that updates such an installation, with ``{version}`` in it, if any.
        key_file: the publisher's public keys, which a build adds; a checkout has none.
        image: the AppImage's own file.
        folder: where a disk image is saved; created when needed.
        open_file: opens a file with the system's own program. Raises ``OSError``.
        image_mark: identifies the content of the AppImage when this program started. A changed file is not
            replaced, because it may be newer than the version that was found.
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
    """Remembers what the last check found, and installs that and nothing else."""

    def __init__(self, environment: UpdateEnvironment, downloader: Downloader) -> None:
        self._environment = environment
        self._downloader = downloader
        self._found: tuple[Version, Download, Keys] | None = None

    async def check(self, shown: Update) -> Update:
        """Find out what the newest release is, and return what to show from now on."""
        body = await self._downloader.read(self._environment.address, limit=MAX_MANIFEST_BYTES)
        if not isinstance(body, bytes):
            return _failed(shown, body.code, body.detail)
        manifest = parse_manifest(body)
        if manifest is None:
            return _failed(shown, UpdateFailure.UNREADABLE)
        keys = await _off_loop(lambda: read_keys(self._environment.key_file))
        verdict = decide(manifest, self._context(keys))
        if verdict.download is not None:
            verdict = await _verify_announcement(verdict, verdict.download, manifest.version, keys)
        # Set last, so that a check that fails or is canceled keeps what the previous one found.
        self._found = _to_install(verdict, keys)
        return _shown(shown, verdict, manifest)

    async def install(self, shown: Update, tell: Callable[[Update], None]) -> Update:
        """Download what was found, verify it, and install or open it. If canceled, it leaves no file behind.

        Args:
            shown: what is shown when the installation starts.
            tell: called with what to show during the installation.
        """
        if self._found is None:  # a bug: the button is shown only after a check that found a download
            return _failed(shown, UpdateFailure.INTERNAL)
        try:
            return await self._install(shown, tell, *self._found)
        except OSError as error:
            log.warning("the new version could not be installed: %s", error)
            return _failed(shown, failure_of(error), str(self._target(self._found[1]).parent))

    async def _install(
        self, shown: Update, tell: Callable[[Update], None], version: Version, found: Download, keys: Keys
    ) -> Update:
        target = self._target(found)
        if (failure := await self._check_image()) is not None:
            return _failed(shown, failure, str(target))
        draft = Draft(target)
        try:
            await _in_thread(draft.open)
            failed = await self._download(draft, found, shown, tell)
            if failed is not None:
                return _failed(shown, failed.code, failed.detail)
            tell(replace(shown, stage=Stage.VERIFYING, percent=None))
            # Of what is on the disk, and not of what was received: the file is what will run.
            digest = await _in_thread(draft.finish)
            failure = await _off_loop(
                lambda: run_verification(
                    lambda: verify(found.signature, keys, digest, file_name=found.file_name, version=version)
                )
            )
            if failure is not None:
                return _failed(shown, failure)
            # Once more: a download takes minutes, and the user may have replaced the image meanwhile.
            if (failure := await self._check_image()) is not None:
                return _failed(shown, failure, str(target))
            await _in_thread(draft.take_place)
        finally:
            with suppress(OSError):
                await _in_thread(draft.discard)
        return await self._finish(shown, target)

    async def _download(
        self, draft: Draft, found: Download, shown: Update, tell: Callable[[Update], None]
    ) -> DownloadFailure | None:
        progress = _Progress(shown, tell)

        async def take(chunk: bytes, total: int | None) -> None:
            await _in_thread(lambda: draft.write(chunk))
            progress.add(len(chunk), total)

        return await self._downloader.fetch(found.url, take, limit=MAX_FILE_BYTES)

    async def _finish(self, shown: Update, target: Path) -> Update:
        """Offer a restart of an AppImage; open a disk image."""
        if shown.offer is Offer.INSTALL:
            return replace(shown, stage=Stage.READY, percent=None, failure=None)
        try:
            await _off_loop(lambda: self._environment.open_file(target))
        except OSError:
            return _failed(shown, UpdateFailure.OPEN_FAILED, str(target))
        return replace(shown, stage=Stage.OPENED, percent=None, failure=None, detail=str(target))

    async def _check_image(self) -> UpdateFailure | None:
        """Return why the AppImage must not be replaced: it was moved, or its content has changed."""
        if self._environment.image is None:
            return None
        image = self._environment.image
        mark = await _off_loop(lambda: mark_of(image))
        if mark is None:
            return UpdateFailure.IMAGE_GONE
        known = self._environment.image_mark
        return UpdateFailure.IMAGE_CHANGED if known is not None and mark != known else None

    def _context(self, keys: Keys) -> CheckContext:
        environment = self._environment
        return CheckContext(
            running=parse_version(environment.running),
            install=environment.install,
            platform=environment.platform,
            command=environment.command,
            address=environment.address,
            has_key=bool(keys),
        )

    def _target(self, found: Download) -> Path:
        return self._environment.image or self._environment.folder / found.file_name


async def _verify_announcement(verdict: Verdict, download: Download, version: Version, keys: Keys) -> Verdict:
    """Return the verdict, or a refusal if the download's signature is not for this name and version."""
    failure = await _off_loop(
        lambda: run_verification(
            lambda: verify_comment(download.signature, keys, file_name=download.file_name, version=version)
        )
    )
    return verdict if failure is None else Verdict(Stage.REFUSED, version, failure=failure)


def _to_install(verdict: Verdict, keys: Keys) -> tuple[Version, Download, Keys] | None:
    if verdict.version is None or verdict.download is None or verdict.offer is Offer.COMMAND:
        return None
    return verdict.version, verdict.download, keys


class _Progress:
    """Shows each percent of a download once; a chunk within the same percent shows nothing."""

    def __init__(self, shown: Update, tell: Callable[[Update], None]) -> None:
        self._shown = shown
        self._tell = tell
        self._bytes = 0
        self._percent: int | None = None

    def add(self, count: int, total: int | None) -> None:
        self._bytes += count
        percent = min(100, 100 * self._bytes // total) if total else None
        if percent is not None and percent != self._percent:
            self._percent = percent
            self._tell(replace(self._shown, stage=Stage.DOWNLOADING, percent=percent))


async def _off_loop(step: Callable[[], T]) -> T:
    return await run_abandonable(step, timeout_s=STEP_TIMEOUT_S, place="updates")


async def _in_thread(step: Callable[[], T]) -> T:
    """Run a step off the loop, and wait for its end even if canceled: the next step must not overlap it.

    Raises:
        OSError: it failed, or took longer than two minutes.
    """
    work = asyncio.ensure_future(_off_loop(step))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):  # canceled again, as when the program ends
                await asyncio.wait({work})
        raise


def _failed(shown: Update, failure: UpdateFailure, detail: str = "") -> Update:
    return replace(shown, stage=failure_stage(failure), percent=None, failure=failure, detail=detail)


def _shown(shown: Update, verdict: Verdict, manifest: Manifest) -> Update:
    return replace(
        shown,
        stage=verdict.stage,
        version=str(manifest.version),
        notes=manifest.notes,
        offer=verdict.offer,
        command=verdict.command,
        percent=None,
        failure=verdict.failure,
        detail=verdict.detail,
    )
