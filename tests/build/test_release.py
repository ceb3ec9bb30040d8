"""Tests `dev.py release`: its signatures are accepted by the program's updater and by minisign."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from release import artifacts
from release.minisign import comment_for, make_key, parse_secret_key

from claudometer.domain.update import Install
from claudometer.updates.decision import file_suffix
from claudometer.updates.manifest import parse_manifest
from claudometer.updates.signature import digest_of, parse_public_keys, verify
from claudometer.updates.versions import Version

ROOT = Path(__file__).parents[2]
WHEEL = "claudometer_desktop-1.2.3-py3-none-any.whl"
FILES = (
    "Claudometer-1.2.3-x86_64.AppImage",
    "Claudometer-1.2.3.dmg",
    "claudometer_1.2.3-1~debian-bookworm_amd64.deb",
    WHEEL,
    "claudometer_desktop-1.2.3.tar.gz",
    "Claudometer-1.2.3-aarch64.AppImage",
)
BESIDE = "Claudometer-1.2.3-x86_64.AppImage.zsync"
CHANGELOG = "# Changes\n\n## 1.2.3\n\n- Quicker.\n- <b>Smaller</b>.\n\n## 1.2.2\n\n- The first.\n"


@dataclass
class Project:
    """A copy of the files that `dev.py release` uses, with files to release and a new key pair."""

    folder: Path
    secret: str = ""

    @property
    def dist(self) -> Path:
        return self.folder / "dist"

    @property
    def public_keys(self) -> Path:
        return self.folder / "assets" / "release.pub"

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, self.folder / "build" / "release", *words]
        env = os.environ | {"CLAUDOMETER_RELEASE_KEY": self.secret}
        return subprocess.run(command, env=env, text=True, capture_output=True, check=False, timeout=60)

    def do(self, *words: str | Path) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        assert not self.secret or self.secret.split()[-1] not in done.stdout + done.stderr
        return done.stdout

    def release(self) -> None:
        write_wheel(self, self.public_keys.read_bytes())
        for step in ("sign", "manifest", "sums", "check"):
            self.do(step, self.dist)


def minisign(*words: str | Path) -> str:
    """Run the minisign program, which must succeed, and return its output."""
    done = subprocess.run(["minisign", *words], check=True, capture_output=True, text=True, timeout=60)
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def released_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = make_project(tmp_path_factory.mktemp("release"))
    made.release()
    return made


@pytest.fixture
def released(released_once: Project, tmp_path: Path) -> Project:
    """A copy of a released project: four steps run once, and not for each test."""
    shutil.copytree(released_once.folder.parent, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path / "project", released_once.secret)


def make_project(parent: Path) -> Project:
    folder = parent / "project"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("release", "devtools"):
        shutil.copytree(ROOT / "build" / name, folder / "build" / name, ignore=ignored)
    for name in ("assets", "dist"):
        (folder / name).mkdir()
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    for name in (*FILES, BESIDE):
        (folder / "dist" / name).write_bytes(name.encode() * 1000)
    made = Project(folder)
    made.do("key", parent / "secret.key")
    made.secret = (parent / "secret.key").read_text()
    return made


def write_wheel(project: Project, key: bytes | None) -> None:
    """Write a wheel with the public key file ``key``, or without one."""
    with zipfile.ZipFile(project.dist / WHEEL, "w") as wheel:
        wheel.writestr("claudometer/__init__.py", "")
        if key is not None:
            wheel.writestr("claudometer/assets/release.pub", key)


@pytest.mark.parametrize("key", [None, b"another"])
def test_a_wheel_without_the_current_public_key_fails_the_check(project: Project, key: bytes | None) -> None:
    write_wheel(project, key)
    for step in ("sign", "manifest", "sums"):
        project.do(step, project.dist)
    checked = project.run("check", project.dist)
    assert (checked.returncode, f"{WHEEL} contains other keys" in checked.stderr) == (1, True)


@pytest.mark.parametrize(
    ("step", "place", "says"),
    [
        ("sign", "nowhere", "nowhere is not a folder."),
        ("sums", "pyproject.toml", "pyproject.toml is not a folder."),
        ("sums", "assets", "assets is empty."),
    ],
)
def test_a_wrong_folder_prints_an_error(project: Project, step: str, place: str, says: str) -> None:
    project.public_keys.unlink()
    done = project.run(step, project.folder / place)
    assert (done.returncode, says in done.stderr) == (1, True)


def test_a_missing_secret_key_and_a_missing_public_key_have_different_errors(project: Project) -> None:
    project.public_keys.unlink()
    assert "assets/release.pub is missing" in project.run("sign", project.dist).stderr
    project.secret = ""
    assert "CLAUDOMETER_RELEASE_KEY is not set" in project.run("sign", project.dist).stderr


@pytest.mark.minisign
def test_minisign_and_sha256sum_accept_the_release(project: Project) -> None:
    project.release()
    for name in FILES:
        output = minisign("-V", "-p", project.public_keys, "-m", project.dist / name)
        assert f"file:{name}\tversion:1.2.3" in output
    summed = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=project.dist,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert set(summed.stdout.splitlines()) >= {f"{name}: OK" for name in (*FILES, BESIDE, "latest.json")}


def test_the_program_reads_the_manifest_and_accepts_its_signatures(released: Project) -> None:
    read = parse_manifest((released.dist / "latest.json").read_bytes())
    assert read is not None
    assert (read.version, read.notes) == (Version(1, 2, 3), "- Quicker.\n- <b>Smaller</b>.")
    assert sorted(read.downloads) == ["darwin-aarch64", "darwin-x86_64", "linux-aarch64", "linux-x86_64"]
    keys = parse_public_keys(released.public_keys.read_text())
    for platform, download in read.downloads.items():
        assert download.url.endswith(f"/releases/download/v1.2.3/{download.file_name}")
        install = Install.DMG if platform.startswith("darwin") else Install.APPIMAGE
        assert download.file_name.endswith(file_suffix(install, platform)), "the updater refuses other files"
        digest = digest_of([(released.dist / download.file_name).read_bytes()])
        verify(download.signature, keys, digest, file_name=download.file_name, version=read.version)


def test_the_secret_key_is_private_never_replaced_and_never_inside_the_project(
    project: Project, tmp_path: Path
) -> None:
    place = tmp_path / "secret.key"
    assert place.stat().st_mode & 0o777 == 0o600
    refused = project.run("key", place)
    assert (refused.returncode, place.read_text()) == (1, project.secret)
    inside = project.folder / "assets" / "secret.key"
    assert project.run("key", inside).returncode == 1
    assert not inside.exists()
    assert len(parse_public_keys(project.public_keys.read_text())) == 1


def test_a_second_key_is_added_and_both_can_sign(project: Project, tmp_path: Path) -> None:
    project.do("key", tmp_path / "next.key")
    assert len(parse_public_keys(project.public_keys.read_text())) == 2
    project.release()
    project.secret = (tmp_path / "next.key").read_text()
    project.release()


def test_a_key_file_without_a_final_newline_can_be_extended(project: Project, tmp_path: Path) -> None:
    project.public_keys.write_text(project.public_keys.read_text().rstrip("\n"))
    project.do("key", tmp_path / "next.key")
    project.release()


@pytest.mark.parametrize("secret", ["", "sk-ant-not-a-key", "Schlüssel", make_key().secret_text()])
def test_nothing_is_signed_without_the_right_key(project: Project, secret: str) -> None:
    project.secret = secret
    signed = project.run("sign", project.dist)
    assert (signed.returncode, "Traceback" in signed.stderr) == (1, False)
    assert list(project.dist.glob("*.minisig")) == []


def _swap_signatures(dist: Path) -> None:
    shutil.copy(dist / f"{FILES[0]}.minisig", dist / f"{FILES[1]}.minisig")


def _announce_another(dist: Path) -> None:
    text = (dist / "latest.json").read_text()
    (dist / "latest.json").write_text(text.replace('"1.2.3"', '"1.2.4"'))


def _lose_a_platform(dist: Path) -> None:
    made = json.loads((dist / "latest.json").read_text())
    del made["platforms"]["linux-x86_64"]
    (dist / "latest.json").write_text(json.dumps(made))


def _swap_in_manifest(dist: Path) -> None:
    made = json.loads((dist / "latest.json").read_text())
    made["platforms"]["linux-x86_64"]["signature"] = base64.b64encode(b"other").decode()
    (dist / "latest.json").write_text(json.dumps(made))


def _lead_elsewhere(dist: Path) -> None:
    text = (dist / "latest.json").read_text()
    (dist / "latest.json").write_text(text.replace("/v1.2.3/", "/v1.2.2/"))


def _leave_the_key(dist: Path) -> None:
    shutil.copy(dist.parents[1] / "secret.key", dist / "secret.key")


def _add_another_for_the_same(dist: Path) -> None:
    shutil.copy(dist / FILES[0], dist / f"Debug{FILES[0]}")


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda dist: (dist / FILES[0]).write_bytes(b"tampered"), f"{FILES[0]} is refused: tampered"),
        (lambda dist: (dist / f"{FILES[0]}.minisig").unlink(), f"{FILES[0]} is not signed"),
        (lambda dist: (dist / f"{FILES[0]}.minisig").write_text("x"), f"{FILES[0]} is refused: unreadable"),
        (_swap_signatures, f"{FILES[1]} is refused: tampered"),
        (lambda dist: (dist / FILES[2]).rename(dist / "claudometer_1.2.2.deb"), "1.2.2.deb is not named"),
        (lambda dist: (dist / "latest.json").unlink(), "latest.json is missing"),
        (_announce_another, "announces 1.2.4"),
        (_lose_a_platform, "there are files for"),
        (_swap_in_manifest, "another signature for linux-x86_64"),
        (_lead_elsewhere, "another address for linux-x86_64"),
        (_leave_the_key, "secret.key is a secret key"),
        (_add_another_for_the_same, "there are files for"),
        (lambda dist: (dist / BESIDE).write_bytes(b"x"), f"SHA256SUMS is wrong about {BESIDE}"),
        (lambda dist: (dist / "SHA256SUMS").unlink(), "SHA256SUMS is wrong about latest.json"),
    ],
)
def test_every_inconsistency_fails_the_check(released: Project, harm: object, says: str) -> None:
    assert callable(harm)
    harm(released.dist)
    checked = released.run("check", released.dist)
    assert checked.returncode == 1
    assert says in checked.stderr


@pytest.mark.parametrize("step", ["sign", "manifest", "check"])
def test_a_folder_without_installable_files_is_refused(project: Project, step: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = project.run(step, tmp_path / "empty")
    assert done.returncode == 1
    assert "nothing that people install" in done.stderr


def test_a_version_without_a_section_in_the_changelog_is_refused(project: Project) -> None:
    (project.folder / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.2\n\n- old\n")
    project.do("sign", project.dist)
    assert "no section about 1.2.3" in project.run("manifest", project.dist).stderr


@pytest.mark.parametrize("words", [(), ("sign",), ("publish", "dist"), ("sign", "dist", "secret")])
def test_wrong_arguments_exit_with_64(project: Project, words: tuple[str, ...]) -> None:
    done = project.run(*words)
    assert (done.returncode, done.stdout) == (64, "")


@pytest.mark.minisign
def test_minisign_accepts_our_keys_and_we_accept_its_keys(tmp_path: Path) -> None:
    ours, file = make_key(), tmp_path / "file"
    file.write_bytes(b"content")
    (tmp_path / "ours.key").write_text(ours.secret_text())
    (tmp_path / "ours.pub").write_text(ours.public_text())
    minisign("-S", "-s", tmp_path / "ours.key", "-m", file, "-t", "file:file\tversion:1.2.3")
    signature = (tmp_path / "file.minisig").read_bytes()
    verify(signature, (ours.public,), digest_of([b"content"]), file_name="file", version=Version(1, 2, 3))

    minisign("-G", "-W", "-p", tmp_path / "theirs.pub", "-s", tmp_path / "theirs.key")
    theirs = parse_secret_key((tmp_path / "theirs.key").read_text())
    assert theirs is not None
    assert parse_public_keys((tmp_path / "theirs.pub").read_text()) == (theirs.public,)


@pytest.mark.parametrize("place", [0, 2, 5, 60, 100, -1])
def test_a_damaged_secret_key_is_not_parsed(place: int) -> None:
    raw = bytearray(base64.b64decode(make_key().secret_text().splitlines()[1]))
    raw[place] ^= 1
    assert parse_secret_key(base64.b64encode(raw).decode()) is None


def test_the_repr_of_a_secret_key_does_not_contain_its_seed() -> None:
    key = make_key()
    assert key.seed.hex() not in repr(key)
    assert str(key.seed) not in repr(key)


def test_manifest_and_comment_have_the_documented_form() -> None:
    made = artifacts.manifest_for("1.2.3", {FILES[0]: b"s"}, notes="n", at=datetime(2026, 1, 2, tzinfo=UTC))
    assert made["pub_date"] == "2026-01-02T00:00:00Z"
    assert artifacts.platforms_of(FILES[2]) == ()
    assert comment_for("a", "1.2.3", at_s=7) == "timestamp:7\tfile:a\tversion:1.2.3"
