"""Tests over real HTTP that invalid updates are refused with a reason and leave the old file unchanged."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.update import Install, Stage, UpdateFailure
from claudometer.providers import downloads as downloads_module
from claudometer.updates import check_and_install
from claudometer.updates.manifest import MAX_MANIFEST_BYTES
from tests.updates.bench import NAME, NEW, OLD
from tests.updates.minisign import Signer
from tests.updates.releases import MANIFEST, Page, Releases

if TYPE_CHECKING:
    from tests.updates.bench import Bench

FILE = f"/{NAME}"


def refused(bench: Bench) -> UpdateFailure | None:
    """Try to update, assert that it is refused and changes nothing, and return the reason."""
    done = bench.update()
    assert done.stage is Stage.REFUSED
    assert bench.is_untouched()
    return done.failure


def test_a_valid_update_is_installed_on_this_bench(bench: Bench) -> None:
    assert bench.update().stage is Stage.READY


def test_a_signature_by_another_key(bench: Bench) -> None:
    bench.publish(signature=Signer(b"\x09" * 8).sign(NEW, file=NAME, version="0.2.0"))
    assert refused(bench) is UpdateFailure.WRONG_KEY
    assert bench.releases.count(FILE) == 0


def test_a_signature_by_another_key_with_the_right_key_id(bench: Bench) -> None:
    bench.publish(signature=Signer().sign(NEW, file=NAME, version="0.2.0"))
    assert refused(bench) is UpdateFailure.TAMPERED


@pytest.mark.parametrize("body", [NEW + b"!", NEW[:-1], b"X" + NEW[1:], b"", OLD])
def test_a_tampered_file(bench: Bench, body: bytes) -> None:
    bench.releases.pages[FILE] = Page(body)
    assert refused(bench) is UpdateFailure.TAMPERED


def test_a_truncated_file(bench: Bench) -> None:
    bench.releases.pages[FILE] = Page(NEW[:500_000], content_length=len(NEW))
    done = bench.update()
    assert (done.stage, done.failure) == (Stage.FAILED, UpdateFailure.CONNECTION_BROKEN)
    assert bench.is_untouched()


def test_a_truncated_file_without_a_content_length(bench: Bench) -> None:
    bench.releases.pages[FILE] = Page(NEW[:500_000], content_length=-1)
    assert refused(bench) is UpdateFailure.TAMPERED


def test_a_valid_signature_of_another_file(bench: Bench) -> None:
    other = "Claudometer-0.2.0-aarch64.AppImage"
    bench.publish(signature=bench.signer.sign(NEW, file=other, version="0.2.0"))
    assert refused(bench) is UpdateFailure.OTHER_FILE
    assert bench.releases.count(FILE) == 0


@pytest.mark.parametrize(
    "name",
    [
        "claudometer_0.2.0_amd64.deb",
        "claudometer_desktop-0.2.0-py3-none-any.whl",
        "Claudometer-0.2.0-aarch64.AppImage",
        "Claudometer-0.2.0.dmg",
    ],
)
def test_another_file_of_the_same_release_instead_of_the_appimage(bench: Bench, name: str) -> None:
    """The file is signed by the right key for this version, but would not start on this machine."""
    bench.publish(name=name, signature=bench.signer.sign(NEW, file=name, version="0.2.0"))
    assert refused(bench) is UpdateFailure.OTHER_FILE
    assert bench.releases.count(f"/{name}") == 0


def test_an_older_version_announced_as_the_newest(bench: Bench) -> None:
    """A downgrade attack: the signature is valid, but for an older version, which may have known faults."""
    bench.publish(body=OLD, signature=bench.signer.sign(OLD, file=NAME, version="0.0.9"))
    assert refused(bench) is UpdateFailure.OTHER_VERSION


def test_a_manifest_whose_version_differs_from_the_signed_version(bench: Bench) -> None:
    bench.publish(version="9.9.9")
    assert refused(bench) is UpdateFailure.OTHER_VERSION
    assert bench.releases.count(FILE) == 0


def test_a_manifest_with_an_incomplete_signature(bench: Bench) -> None:
    bench.publish(signature=b"untrusted comment: trust me\n")
    assert refused(bench) is UpdateFailure.SIGNATURE_UNREADABLE


def test_a_manifest_that_names_another_server(bench: Bench) -> None:
    bench.publish(url="https://downloads.example.org/" + NAME)
    assert refused(bench) is UpdateFailure.OTHER_HOST


def test_a_manifest_that_names_another_port_of_this_machine(bench: Bench) -> None:
    with Releases() as other:
        other.pages[FILE] = Page(NEW)
        bench.publish(url=other.url(FILE))
        assert refused(bench) is UpdateFailure.OTHER_HOST
        assert other.requests == []


@pytest.mark.parametrize("path", [MANIFEST, FILE])
@pytest.mark.parametrize(
    "location",
    ["http://releases.example.org/latest.json", "https://releases.example.org/x", "ftp://a/b", "//["],
)
def test_a_redirect_to_http_or_to_another_host(bench: Bench, path: str, location: str) -> None:
    bench.releases.pages[path] = Page(location=location)
    assert refused(bench) is UpdateFailure.REDIRECTED


def test_a_redirect_to_another_port_is_not_followed(bench: Bench) -> None:
    with Releases() as other:
        other.pages[FILE] = Page(NEW)
        bench.releases.pages[FILE] = Page(location=other.url(FILE))
        assert refused(bench) is UpdateFailure.REDIRECTED
        assert other.requests == []


def test_a_redirect_on_the_same_server_is_followed_but_a_loop_is_not(bench: Bench) -> None:
    bench.releases.pages["/moved"] = bench.releases.pages[FILE]
    bench.releases.pages[FILE] = Page(location="/moved")
    assert bench.update().stage is Stage.READY
    bench.image.write_bytes(OLD)
    bench.releases.pages["/moved"] = Page(location=FILE)
    assert refused(bench) is UpdateFailure.REDIRECTED


@pytest.mark.parametrize("content_length", [None, -1])
def test_a_manifest_that_is_too_large(bench: Bench, content_length: int | None) -> None:
    page = bench.releases.pages[MANIFEST]
    page.body, page.content_length = page.body + b" " * MAX_MANIFEST_BYTES, content_length
    assert refused(bench) is UpdateFailure.TOO_LARGE


def test_a_file_with_too_large_a_content_length(bench: Bench) -> None:
    bench.releases.pages[FILE].content_length = check_and_install.MAX_FILE_BYTES + 1
    assert refused(bench) is UpdateFailure.TOO_LARGE


def test_a_file_that_is_too_large_without_a_content_length(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_and_install, "MAX_FILE_BYTES", len(NEW) - 1)
    bench.releases.pages[FILE].content_length = -1
    assert refused(bench) is UpdateFailure.TOO_LARGE


@pytest.mark.parametrize(("patience_s", "stage"), [(0.4, Stage.FAILED), (2.7, Stage.READY)])
def test_a_download_times_out_only_if_a_single_piece_is_slow(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, patience_s: float, stage: Stage
) -> None:
    """Each of the four pieces takes 0.8 s, and the file more than 2.7 s.

    A timeout between single reads would let a server that sends a byte every 30 s hold the download forever.
    """
    monkeypatch.setattr(downloads_module, "CHUNK_TIMEOUT_S", patience_s)
    bench.releases.pages[FILE].pace_s = 0.2
    done = bench.update()
    assert (done.stage, done.failure) == (stage, UpdateFailure.TIMED_OUT if stage is Stage.FAILED else None)
    assert stage is Stage.READY or bench.is_untouched()


@pytest.mark.parametrize("location", ["javascript:1", "mailto:a@b", "http://xn--a/"])
def test_a_redirect_to_an_invalid_url_is_not_reported_as_a_proxy_problem(bench: Bench, location: str) -> None:
    bench.releases.pages[MANIFEST] = Page(location=location)
    assert bench.update().failure is UpdateFailure.UNREADABLE


@pytest.mark.parametrize(
    ("page", "failure"),
    [
        (Page(status=404), UpdateFailure.NO_RELEASE),
        (Page(status=503), UpdateFailure.SERVER_ERROR),
        (Page(b"<html>Log in to this network</html>"), UpdateFailure.UNREADABLE),
        (Page(json.dumps({"version": "soon"}).encode()), UpdateFailure.UNREADABLE),
        (Page(b"{}", headers={"Content-Encoding": "gzip"}), UpdateFailure.UNREADABLE),
    ],
)
def test_a_response_that_is_no_manifest(bench: Bench, page: Page, failure: UpdateFailure) -> None:
    bench.releases.pages[MANIFEST] = page
    done = bench.update()
    assert (done.stage, done.failure) == (Stage.FAILED, failure)
    assert bench.is_untouched()


def test_no_command_is_shown_for_a_version_without_a_valid_signature(bench: Bench) -> None:
    bench.publish(version="9.9.9")
    found = bench.check(install=Install.PIP, image=None, command="get it")
    assert (found.stage, found.failure, found.command) == (Stage.REFUSED, UpdateFailure.OTHER_VERSION, None)
    bench.releases.pages[MANIFEST] = Page(b'{"version": "9.9.9"}')
    found = bench.check(install=Install.PIP, image=None, command="get it")
    assert (found.stage, found.command) == (Stage.REFUSED, None)


def test_an_unreachable_server(bench: Bench) -> None:
    with Releases() as gone:
        address = gone.address
    done = bench.check(address=address)
    assert (done.stage, done.failure) == (Stage.FAILED, UpdateFailure.OFFLINE)


def test_a_proxy_with_an_invalid_port_is_reported_as_a_proxy_problem(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:99999")
    assert (
        bench.check(address="https://updates.example.org/latest.json").failure is UpdateFailure.PROXY_FAILED
    )


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (errno.EMFILE, UpdateFailure.TOO_MANY_FILES),
        (errno.ENOMEM, UpdateFailure.OUT_OF_MEMORY),
        (errno.EACCES, UpdateFailure.CLIENT_UNLOADED),
        (errno.EIO, UpdateFailure.CLIENT_UNLOADED),
    ],
)
def test_certificates_that_cannot_be_loaded_are_no_fault_of_the_disk_or_the_network(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, number: int, failure: UpdateFailure
) -> None:
    def fail() -> None:
        raise OSError(number, "cannot be read")

    monkeypatch.setattr("claudometer.providers.downloads.make_tls_context", fail)
    assert bench.check().failure is failure


def test_a_dead_proxy_is_named_as_a_proxy(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert (
        bench.check(address="https://updates.example.org/latest.json").failure is UpdateFailure.PROXY_FAILED
    )
