"""What must not be installed, over real HTTP: each is refused and said, and the old file stands as it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.update import Install, Stage, Trouble
from claudometer.providers import downloads as downloads_module
from claudometer.updates import service as service_module
from claudometer.updates.manifest import MAX_MANIFEST_BYTES
from tests.updates.bench import NAME, NEW, OLD
from tests.updates.minisign import Signer
from tests.updates.releases import MANIFEST, Page, Releases

if TYPE_CHECKING:
    from tests.updates.bench import Bench

FILE = f"/{NAME}"


def refused(bench: Bench) -> Trouble | None:
    """Try to update; nothing may have changed."""
    done = bench.update()
    assert done.stage is Stage.REFUSED
    assert bench.is_untouched()
    return done.trouble


def test_the_same_bench_would_install_what_is_right(bench: Bench) -> None:
    assert bench.update().stage is Stage.READY


def test_another_key(bench: Bench) -> None:
    bench.publish(signature=Signer(b"\x09" * 8).sign(NEW, file=NAME, version="0.2.0"))
    assert refused(bench) is Trouble.WRONG_KEY
    assert bench.releases.count(FILE) == 0


def test_another_key_that_claims_to_be_the_right_one(bench: Bench) -> None:
    bench.publish(signature=Signer().sign(NEW, file=NAME, version="0.2.0"))
    assert refused(bench) is Trouble.TAMPERED


@pytest.mark.parametrize("body", [NEW + b"!", NEW[:-1], b"X" + NEW[1:], b"", OLD])
def test_a_tampered_file(bench: Bench, body: bytes) -> None:
    bench.releases.pages[FILE] = Page(body)
    assert refused(bench) is Trouble.TAMPERED


def test_a_file_cut_short_on_the_way(bench: Bench) -> None:
    bench.releases.pages[FILE] = Page(NEW[:500_000], said_length=len(NEW))
    done = bench.update()
    assert (done.stage, done.trouble) == (Stage.FAILED, Trouble.CONNECTION_BROKEN)
    assert bench.is_untouched()


def test_a_file_cut_short_whose_length_nobody_said(bench: Bench) -> None:
    bench.releases.pages[FILE] = Page(NEW[:500_000], said_length=-1)
    assert refused(bench) is Trouble.TAMPERED


def test_another_file_under_a_good_signature(bench: Bench) -> None:
    other = "Claudometer-0.2.0-aarch64.AppImage"
    bench.publish(signature=bench.signer.sign(NEW, file=other, version="0.2.0"))
    assert refused(bench) is Trouble.OTHER_FILE
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
def test_another_file_of_the_same_release_in_the_images_place(bench: Bench, name: str) -> None:
    """Signed as it should be, by the right key, for this version: but it would not start here."""
    bench.publish(name=name, signature=bench.signer.sign(NEW, file=name, version="0.2.0"))
    assert refused(bench) is Trouble.OTHER_FILE
    assert bench.releases.count(f"/{name}") == 0


def test_an_older_version_under_the_new_ones_name(bench: Bench) -> None:
    """The downgrade: a good signature of an old, faulty version, announced as the newest."""
    bench.publish(body=OLD, signature=bench.signer.sign(OLD, file=NAME, version="0.0.9"))
    assert refused(bench) is Trouble.OTHER_VERSION


def test_a_manifest_whose_version_is_not_the_signed_one(bench: Bench) -> None:
    bench.publish(version="9.9.9")
    assert refused(bench) is Trouble.OTHER_VERSION
    assert bench.releases.count(FILE) == 0


def test_a_manifest_whose_signature_was_cut_out(bench: Bench) -> None:
    bench.publish(signature=b"untrusted comment: trust me\n")
    assert refused(bench) is Trouble.SIGNATURE_UNREADABLE


def test_a_manifest_that_names_another_server(bench: Bench) -> None:
    bench.publish(url="https://downloads.example.org/" + NAME)
    assert refused(bench) is Trouble.OTHER_HOST


def test_a_manifest_that_names_another_port_of_this_machine(bench: Bench) -> None:
    with Releases() as other:
        other.pages[FILE] = Page(NEW)
        bench.publish(url=other.url(FILE))
        assert refused(bench) is Trouble.OTHER_HOST
        assert other.asked == []


@pytest.mark.parametrize("path", [MANIFEST, FILE])
@pytest.mark.parametrize(
    "location",
    ["http://releases.example.org/latest.json", "https://releases.example.org/x", "ftp://a/b", "//["],
)
def test_a_redirect_to_http_or_to_anybody_else(bench: Bench, path: str, location: str) -> None:
    bench.releases.pages[path] = Page(location=location)
    assert refused(bench) is Trouble.REDIRECTED


def test_a_redirect_to_another_port_is_not_followed(bench: Bench) -> None:
    with Releases() as other:
        other.pages[FILE] = Page(NEW)
        bench.releases.pages[FILE] = Page(location=other.url(FILE))
        assert refused(bench) is Trouble.REDIRECTED
        assert other.asked == []


def test_a_redirect_on_the_same_server_is_followed_and_one_in_a_circle_is_not(bench: Bench) -> None:
    bench.releases.pages["/moved"] = bench.releases.pages[FILE]
    bench.releases.pages[FILE] = Page(location="/moved")
    assert bench.update().stage is Stage.READY
    bench.image.write_bytes(OLD)
    bench.releases.pages["/moved"] = Page(location=FILE)
    assert refused(bench) is Trouble.REDIRECTED


@pytest.mark.parametrize("said_length", [None, -1])
def test_a_manifest_that_is_too_large(bench: Bench, said_length: int | None) -> None:
    page = bench.releases.pages[MANIFEST]
    page.body, page.said_length = page.body + b" " * MAX_MANIFEST_BYTES, said_length
    assert refused(bench) is Trouble.TOO_LARGE


def test_a_file_that_says_it_is_too_large_is_not_read(bench: Bench) -> None:
    bench.releases.pages[FILE].said_length = service_module.MAX_FILE_BYTES + 1
    assert refused(bench) is Trouble.TOO_LARGE


def test_a_file_that_does_not_end_is_cut_off(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "MAX_FILE_BYTES", len(NEW) - 1)
    bench.releases.pages[FILE].said_length = -1
    assert refused(bench) is Trouble.TOO_LARGE


@pytest.mark.parametrize(("patience_s", "stage"), [(0.2, Stage.FAILED), (1.3, Stage.READY)])
def test_a_file_that_comes_by_drops_is_given_up_and_a_slow_one_is_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, patience_s: float, stage: Stage
) -> None:
    """Each of its four pieces takes 0.4 s, all together longer than 1.3 s; a byte each 30 s was for ever."""
    monkeypatch.setattr(downloads_module, "CHUNK_TIMEOUT_S", patience_s)
    bench.releases.pages[FILE].pace_s = 0.1
    done = bench.update()
    assert (done.stage, done.trouble) == (stage, Trouble.TIMED_OUT if stage is Stage.FAILED else None)
    assert stage is Stage.READY or bench.is_untouched()


@pytest.mark.parametrize("location", ["javascript:1", "mailto:a@b", "http://xn--a/"])
def test_a_redirect_to_what_is_no_address_is_no_fault_of_a_proxy(bench: Bench, location: str) -> None:
    bench.releases.pages[MANIFEST] = Page(location=location)
    assert bench.update().trouble is Trouble.UNREADABLE


@pytest.mark.parametrize(
    ("page", "trouble"),
    [
        (Page(status=404), Trouble.NO_RELEASE),
        (Page(status=503), Trouble.SERVER_ERROR),
        (Page(b"<html>Log in to this network</html>"), Trouble.UNREADABLE),
        (Page(json.dumps({"version": "soon"}).encode()), Trouble.UNREADABLE),
        (Page(b"{}", headers={"Content-Encoding": "gzip"}), Trouble.UNREADABLE),
    ],
)
def test_an_answer_that_is_no_manifest(bench: Bench, page: Page, trouble: Trouble) -> None:
    bench.releases.pages[MANIFEST] = page
    done = bench.update()
    assert (done.stage, done.trouble) == (Stage.FAILED, trouble)
    assert bench.is_untouched()


def test_a_command_for_a_version_that_nobody_signed(bench: Bench) -> None:
    bench.publish(version="9.9.9")
    found = bench.check(install=Install.PIP, image=None, command="get it")
    assert (found.stage, found.trouble, found.command) == (Stage.REFUSED, Trouble.OTHER_VERSION, None)
    bench.releases.pages[MANIFEST] = Page(b'{"version": "9.9.9"}')
    found = bench.check(install=Install.PIP, image=None, command="get it")
    assert (found.stage, found.command) == (Stage.REFUSED, None)


def test_a_server_that_is_not_there(bench: Bench) -> None:
    with Releases() as gone:
        address = gone.address
    done = bench.check(address=address)
    assert (done.stage, done.trouble) == (Stage.FAILED, Trouble.OFFLINE)


def test_a_proxy_whose_port_is_none_is_named_as_the_problem(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:99999")
    assert bench.check(address="https://updates.example.org/latest.json").trouble is Trouble.PROXY_FAILED
