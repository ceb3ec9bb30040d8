"""Tests over real HTTP what the update service offers, and how it replaces the old file."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import stat
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.ledger import UNFINISHED
from claudometer.domain.next_poll import Cause
from claudometer.domain.update import Install, Offer, Stage, Update, UpdateFailure
from claudometer.system.files import remove_stale_files, temporary_stem
from claudometer.updates.replacing import Draft
from tests.unprivileged import unprivileged
from tests.updates.bench import NAME, NEW, OLD
from tests.updates.releases import MANIFEST, PLATFORM, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.updates.bench import Bench


DMG = "Claudometer-0.2.0.dmg"


def test_a_newer_version_is_offered_and_not_downloaded(bench: Bench) -> None:
    found = bench.check()
    assert (found.stage, found.version, found.offer) == (Stage.AVAILABLE, "0.2.0", Offer.INSTALL)
    assert found.notes == "Quicker."
    assert bench.releases.count(f"/{NAME}") == 0
    assert bench.is_untouched()


def test_the_request_of_a_check_has_no_identifying_headers(bench: Bench) -> None:
    bench.check()
    (path, headers), *more = bench.releases.requests
    assert (path, more) == ("/latest.json", [])
    assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert headers["User-Agent"].startswith("claudometer/")


def test_what_this_computer_cannot_send_is_not_reported_as_a_request(bench: Bench) -> None:
    async def check() -> Update:
        service = bench.service()
        await service.check(bench.blank())  # loads what needs files
        bench.sent.clear()
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))  # 0 would end a server that polls
        try:
            return await service.check(bench.blank())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert asyncio.run(check()).failure is UpdateFailure.TOO_MANY_FILES
    assert bench.sent == []


def test_every_request_is_reported_without_its_path(bench: Bench) -> None:
    bench.releases.pages["/old"] = bench.releases.pages[MANIFEST]
    bench.releases.pages[MANIFEST] = Page(location=bench.releases.url("/old"))
    bench.update()
    bench.releases.pages["/old"].status = 503
    bench.check()
    results = [(record.outcome, record.http_status) for record in bench.sent]
    assert results == [("ok", 302), ("ok", 200), ("ok", 200), ("ok", 302), ("server_error", 503)]
    assert {(record.host, record.path, record.reason) for record in bench.sent} == {
        ("127.0.0.1", "/…", Cause.UPDATE)
    }
    assert len(bench.releases.requests) == len(bench.sent)


def test_a_canceled_request_is_recorded_as_unfinished(bench: Bench) -> None:
    bench.releases.pages[f"/{NAME}"].pace_s = 1.0

    async def story() -> None:
        service = bench.service()
        found = await service.check(Update())
        install = asyncio.create_task(service.install(found, bench.progress.append))
        async with asyncio.timeout(60):
            while not bench.progress:
                await asyncio.sleep(0.01)
        install.cancel()
        await asyncio.wait({install})

    asyncio.run(story())
    results = [(record.outcome, record.http_status) for record in bench.sent]
    assert results == [("ok", 200), (UNFINISHED, 200)]


@pytest.mark.parametrize("running", ["0.2.0", "0.2.1", "1.0.0"])
def test_the_same_or_an_older_version_is_not_offered(bench: Bench, running: str) -> None:
    found = bench.check(running=running)
    assert (found.stage, found.offer) == (Stage.CURRENT, None)
    assert bench.update(running=running).stage is Stage.CURRENT
    assert bench.is_untouched()


def test_the_new_file_replaces_the_old_one_and_has_its_mode(bench: Bench) -> None:
    done = bench.update()
    assert (done.stage, done.failure) == (Stage.READY, None)
    assert bench.image.read_bytes() == NEW
    assert stat.S_IMODE(bench.image.stat().st_mode) == 0o750
    assert bench.beside() == [bench.image.name]


@pytest.mark.skipif(sys.platform == "win32", reason="files on Windows have no group")
def test_the_new_file_has_the_old_ones_group(bench: Bench) -> None:
    # Root can give a file to any group, other users only to their own groups.
    groups = {1} if os.getuid() == 0 else set(os.getgroups()) - {os.getgid()}
    if not groups:
        pytest.skip("this user is in a single group")
    group = groups.pop()
    os.chown(bench.image, -1, group)
    assert bench.update().stage is Stage.READY
    found = bench.image.stat()
    assert (found.st_gid, stat.S_IMODE(found.st_mode)) == (group, 0o750)


def test_an_install_without_a_check_fails(bench: Bench) -> None:
    done = asyncio.run(bench.service().install(Update(Stage.AVAILABLE), bench.progress.append))
    assert (done.stage, done.failure) == (Stage.FAILED, UpdateFailure.INTERNAL)
    assert bench.is_untouched()


def test_a_failed_check_keeps_the_update_of_an_earlier_check(bench: Bench) -> None:
    service = bench.service()
    found = asyncio.run(service.check(Update()))
    manifest = bench.releases.pages.pop(MANIFEST)
    assert asyncio.run(service.check(Update())).stage is Stage.FAILED
    bench.releases.pages[MANIFEST] = manifest
    assert asyncio.run(service.install(found, bench.progress.append)).stage is Stage.READY


def test_a_canceled_check_keeps_the_update_of_an_earlier_check(bench: Bench) -> None:
    async def story() -> Update:
        service = bench.service()
        found = await service.check(Update())
        for steps in range(40):  # more steps of the loop than a check has, so every await is canceled once
            check = asyncio.create_task(service.check(Update()))
            for _ in range(steps):
                await asyncio.sleep(0)
            check.cancel()
            await asyncio.wait({check})
        return await service.install(found, bench.progress.append)

    assert asyncio.run(story()).stage is Stage.READY


@pytest.mark.parametrize("after_s", [0, 0.004, 0.032])
def test_a_canceled_download_leaves_no_file(bench: Bench, after_s: float) -> None:
    bench.releases.pages[f"/{NAME}"].pace_s = 0.01

    async def story() -> None:
        service = bench.service()
        found = await service.check(Update())
        install = asyncio.create_task(service.install(found, bench.progress.append))
        await asyncio.sleep(after_s)
        install.cancel()
        await asyncio.wait({install})
        assert install.cancelled()
        assert bench.is_untouched(), "the file must be removed before the task ends"

    asyncio.run(story())


@pytest.mark.parametrize("times", [1, 3])
def test_a_download_canceled_while_its_file_is_created_leaves_no_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    real, began = tempfile.mkstemp, threading.Event()

    def on_a_slow_disk(**options: Any) -> tuple[int, str]:  # noqa: ANN401 - passed on unchanged
        began.set()
        time.sleep(0.1)
        return real(**options)

    monkeypatch.setattr(tempfile, "mkstemp", on_a_slow_disk)

    async def story() -> None:
        service = bench.service()
        install = asyncio.create_task(service.install(await service.check(Update()), bench.progress.append))
        await asyncio.to_thread(began.wait, 60)
        for _ in range(times):
            install.cancel()
            await asyncio.sleep(0)
        await asyncio.wait({install})

    asyncio.run(story())
    assert began.is_set()
    assert bench.is_untouched()


def test_a_folder_that_cannot_be_flushed_is_logged_and_no_failure(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = os.fsync

    def fsync(handle: int) -> None:
        # Simulated, because only some network file systems refuse to flush a folder.
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    assert bench.update().stage is Stage.READY
    assert bench.image.read_bytes() == NEW
    assert "power cut" in caplog.text


def test_progress_grows_to_100_before_the_signature_is_verified(bench: Bench) -> None:
    bench.update()
    percents = [update.percent for update in bench.progress if update.stage is Stage.DOWNLOADING]
    assert percents == sorted(set(percents), key=lambda percent: percent or 0)
    assert percents[-1] == 100
    assert bench.progress[-1].stage is Stage.VERIFYING


def test_a_running_program_keeps_the_old_file(bench: Bench) -> None:
    with bench.image.open("rb") as running:
        assert bench.update().stage is Stage.READY
        assert running.read() == OLD


def test_a_link_is_kept_and_its_target_is_replaced(bench: Bench, tmp_path: Path) -> None:
    link = tmp_path / "link.AppImage"
    link.symlink_to(bench.image)
    assert bench.update(image=link.resolve()).stage is Stage.READY
    assert link.is_symlink()
    assert link.read_bytes() == NEW


def test_the_error_names_the_folder_that_cannot_be_written(bench: Bench) -> None:
    bench.folder.chmod(0o500)
    with unprivileged():
        done = bench.update()
    bench.folder.chmod(0o700)
    assert (done.stage, done.failure, done.detail) == (
        Stage.FAILED,
        UpdateFailure.FOLDER_DENIED,
        str(bench.folder),
    )
    assert bench.is_untouched()


def test_a_moved_appimage_is_not_created_again(bench: Bench) -> None:
    bench.image.rename(bench.folder / "elsewhere")
    assert bench.update().failure is UpdateFailure.IMAGE_GONE
    assert bench.beside() == ["elsewhere"]


def _move(image: Path) -> None:
    image.rename(image.with_name("elsewhere"))


def _put_newer(image: Path) -> None:
    newer = image.with_name("newer")
    newer.write_bytes(b"#!/bin/sh\n# 0.3.0")
    newer.rename(image)


@pytest.mark.parametrize("when", ["before the download", "during it"])
@pytest.mark.parametrize(
    ("change", "failure"),
    [
        (_move, UpdateFailure.IMAGE_GONE),
        (Path.unlink, UpdateFailure.IMAGE_GONE),
        (_put_newer, UpdateFailure.IMAGE_CHANGED),
    ],
)
def test_an_appimage_changed_by_another_program_is_not_replaced(
    bench: Bench, change: Callable[[Path], None], failure: UpdateFailure, when: str
) -> None:
    """In particular, an older version must not replace a newer one that another program installed."""

    async def story() -> Update:
        service = bench.service()
        found = await service.check(Update())
        if when == "before the download":
            change(bench.image)
            return await service.install(found, bench.progress.append)
        changed: list[Update] = []

        def change_once(update: Update) -> None:
            if not changed:
                change(bench.image)
            changed.append(update)

        return await service.install(found, change_once)

    done = asyncio.run(story())
    assert (done.stage, done.failure) == (Stage.FAILED, failure)
    assert NEW not in [file.read_bytes() for file in bench.folder.iterdir()]
    assert not list(bench.folder.glob(".*"))


@pytest.mark.skipif(sys.platform == "win32", reason="creates a symbolic link")
def test_a_link_among_the_stale_files_does_not_stop_their_removal(bench: Bench) -> None:
    bench.folder.joinpath(f".{bench.image.name}.a.tmp").symlink_to("nowhere")
    bench.folder.joinpath(f".{bench.image.name}.b.tmp").write_bytes(b"half")
    remove_stale_files(bench.folder, of=bench.image.name, older_than_s=0)
    assert bench.is_untouched()


def test_a_program_that_starts_during_a_download_does_not_remove_its_draft(bench: Bench) -> None:
    """Two users may run the same AppImage, and each start removes stale files beside it."""

    def tidy(_update: Update) -> None:
        remove_stale_files(bench.folder, of=bench.image.name, older_than_s=0)

    async def story() -> Update:
        service = bench.service()
        return await service.install(await service.check(Update()), tidy)

    assert asyncio.run(story()).stage is Stage.READY


@pytest.mark.parametrize("length", [200, 255])
def test_a_file_name_of_maximum_length_can_be_updated(bench: Bench, length: int) -> None:
    image = bench.image.rename(bench.folder / ("é" * (length // 2)).ljust(length - length // 2, "x"))
    assert len(os.fsencode(image.name)) == length
    draft = Draft(image)
    draft.open()
    draft.write(b"half")
    draft._opened()[1].close()
    assert len(bench.beside()) == 2
    remove_stale_files(bench.folder, of=temporary_stem(image), older_than_s=0)
    assert bench.beside() == [image.name]
    assert bench.update(image=image).stage is Stage.READY
    assert image.read_bytes() == NEW
    assert bench.beside() == [image.name]


def test_a_disk_image_is_verified_and_opened(bench: Bench) -> None:
    bench.publish(name=DMG, signature=bench.signer.sign(NEW, file=DMG, version="0.2.0"))
    done = bench.update(install=Install.DMG, image=None)
    target = bench.folder / "downloads" / DMG
    assert (done.stage, bench.opened) == (Stage.OPENED, [target])
    assert target.read_bytes() == NEW


def test_the_error_names_a_disk_image_that_cannot_be_opened(bench: Bench) -> None:
    def refuse(_path: Path) -> None:
        raise FileNotFoundError

    bench.publish(name=DMG, signature=bench.signer.sign(NEW, file=DMG, version="0.2.0"))
    done = bench.update(install=Install.DMG, image=None, open_file=refuse)
    assert (done.stage, done.failure) == (Stage.FAILED, UpdateFailure.OPEN_FAILED)
    assert done.detail.endswith(DMG)


@pytest.mark.parametrize("install", [Install.DEB, Install.RPM, Install.PIP, Install.CHECKOUT])
def test_other_installations_are_offered_a_command_to_type(bench: Bench, install: Install) -> None:
    found = bench.update(install=install, image=None, command="get claudometer={version}")
    assert (found.stage, found.offer, found.command) == (
        Stage.AVAILABLE,
        Offer.COMMAND,
        "get claudometer=0.2.0",
    )
    assert bench.releases.count(f"/{NAME}") == 0


@pytest.mark.parametrize("install", [Install.APPIMAGE, Install.PIP, Install.CHECKOUT])
def test_a_build_without_a_public_key_only_offers_the_download_page(bench: Bench, install: Install) -> None:
    bench.key_file.unlink()
    found = bench.update(install=install, command="get it")
    assert (found.stage, found.offer, found.failure) == (Stage.AVAILABLE, Offer.PAGE, UpdateFailure.NO_KEY)
    assert found.command is None
    assert bench.releases.count(f"/{NAME}") == 0


def test_a_machine_without_a_file_in_the_release_is_offered_the_download_page(bench: Bench) -> None:
    found = bench.check(platform="linux-riscv64")
    assert (found.offer, found.failure) == (Offer.PAGE, UpdateFailure.NO_FILE)
    assert bench.check(platform=PLATFORM).offer is Offer.INSTALL


def test_a_build_with_an_unknown_version_is_not_updated(bench: Bench) -> None:
    found = bench.update(running="0+unknown")
    assert (found.stage, found.failure, found.offer) == (Stage.FAILED, UpdateFailure.OWN_VERSION, Offer.PAGE)
    assert bench.is_untouched()
