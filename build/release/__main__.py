"""`dev.py release …`: signs and lists the files of a release. The secret key is never an argument."""

import hashlib
import json
import os
import sys
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from devtools.task_help import RELEASE_STEPS

from claudometer.updates.manifest import parse_manifest
from claudometer.updates.signature import (
    PublicKey,
    RefusedError,
    digest_of,
    parse_public_keys,
    verify,
)
from claudometer.updates.versions import parse_version
from release import artifacts
from release.minisign import SecretKey, comment_for, make_key, parse_secret_key

ROOT = Path(__file__).resolve().parents[2]
PUBLIC_KEYS = ROOT / "assets" / "release.pub"
SECRET_VARIABLE = "CLAUDOMETER_RELEASE_KEY"  # noqa: S105 - its name, which is no secret
CHUNK_BYTES = 1024 * 1024
MAX_KEY_BYTES = 4096

HELP = f"python3 build/dev.py release STEP FOLDER\n\n{RELEASE_STEPS}"


class ReleaseError(Exception):
    """The step failed; the text is for the person at the terminal."""


def key(place: Path) -> None:
    """Make a key. An older public key stays in the file, above the new one: see keys.md."""
    if place.resolve().is_relative_to(ROOT):
        raise ReleaseError(f"A secret key must not be kept in {ROOT}: choose another folder.")
    known = PUBLIC_KEYS.read_text(encoding="ascii") if PUBLIC_KEYS.is_file() else ""
    made = make_key()
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ReleaseError(f"{place} exists already and was not changed.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(made.secret_text())
    with PUBLIC_KEYS.open("a", encoding="ascii") as file:
        # Without a line break at the end, our line would continue that of the older key and spoil both.
        file.write(("\n" if known and not known.endswith("\n") else "") + made.public_text())
    print(f"The secret key is in {place}: store it in the release environment's secret {SECRET_VARIABLE},")
    print(f"keep one copy offline, and delete the file. Commit {PUBLIC_KEYS.relative_to(ROOT)}.")


def sign(folder: Path) -> None:
    """Sign each file, with a key whose signatures the program accepts."""
    secret = _secret_key()
    if not PUBLIC_KEYS.is_file():
        raise ReleaseError(f"{PUBLIC_KEYS.relative_to(ROOT)} is missing: commit it, then build the packages.")
    if secret.public not in _public_keys():
        raise ReleaseError(
            f"The key in {SECRET_VARIABLE} is not one of those in {PUBLIC_KEYS.relative_to(ROOT)}."
        )
    for file in _signed_files(folder):
        comment = comment_for(file.name, _version(), at_s=int(time.time()))
        signature = secret.sign(digest_of(_chunks(file)), comment)
        _signature_of(file).write_bytes(signature)
        print(f"signed {file.name}")


def manifest(folder: Path) -> None:
    """Write latest.json."""
    notes = artifacts.notes_of((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), _version())
    if notes is None:
        raise ReleaseError(f"CHANGELOG.md has no section about {_version()}.")
    signatures = {file.name: _read_signature(file) for file in _signed_files(folder)}
    made = artifacts.manifest_for(_version(), signatures, notes=notes, at=datetime.now(UTC))
    if not made["platforms"]:
        raise ReleaseError(f"{folder} contains no file for any platform that installs updates by itself.")
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    (folder / artifacts.MANIFEST).write_text(text, encoding="utf-8")
    print(f"wrote {artifacts.MANIFEST} for {', '.join(made['platforms'])}")  # type: ignore[arg-type]


def sums(folder: Path) -> None:
    """Write SHA256SUMS in the format of `sha256sum --check`."""
    lines = [f"{_sha256(file)}  {file.name}\n" for file in _listed_files(folder)]
    if not lines:
        raise ReleaseError(f"{folder} is empty.")
    (folder / artifacts.SUMS).write_text("".join(lines), encoding="utf-8")
    print(f"wrote {artifacts.SUMS} for {len(lines)} files")


def check(folder: Path) -> None:
    """Look for everything that does not agree, and report all of it."""
    files = list(_signed_files(folder))
    problems = [
        *artifacts.misnamed((file.name for file in files), _version()),
        *(problem for file in files for problem in _signature_problems(file)),
        *(problem for file in files for problem in _key_problems(file)),
        *_manifest_problems(folder),
        *_sum_problems(folder),
        *(f"{file.name} is a secret key." for file in _listed_files(folder) if _is_secret(file)),
    ]
    if problems:
        raise ReleaseError("\n".join(problems))
    print(f"{len(files)} files of version {_version()}: names, signatures, manifest and sums agree")


def _signature_problems(file: Path) -> Iterator[str]:
    version = parse_version(_version())
    if version is None:
        yield f"{_version()} is not a release version."
        return
    try:
        digest = digest_of(_chunks(file))
        verify(_read_signature(file), _public_keys(), digest, file_name=file.name, version=version)
    except RefusedError as error:
        yield f"The signature of {file.name} is refused: {error.refusal.value.replace('_', ' ')}."
    except ReleaseError as error:
        yield str(error)


def _key_problems(file: Path) -> Iterator[str]:
    """Look for the public keys in the wheel, which was built from the same commit as all other packages."""
    if file.suffix != ".whl":
        return
    try:
        with zipfile.ZipFile(file) as wheel:
            inside = [wheel.read(name) for name in wheel.namelist() if name.endswith(f"/{PUBLIC_KEYS.name}")]
    except zipfile.BadZipFile:
        yield f"{file.name} is not a wheel."
        return
    if inside != [PUBLIC_KEYS.read_bytes() if PUBLIC_KEYS.is_file() else b""]:
        yield f"{file.name} contains other keys than {PUBLIC_KEYS.relative_to(ROOT)}: rebuild all packages."


def _manifest_problems(folder: Path) -> Iterator[str]:
    place = folder / artifacts.MANIFEST
    read = parse_manifest(place.read_bytes()) if place.is_file() else None
    if read is None:
        yield f"{artifacts.MANIFEST} is missing, or the program cannot read it."
        return
    if str(read.version) != _version():
        yield f"{artifacts.MANIFEST} announces {read.version}, pyproject.toml has {_version()}."
    offered = sorted(name for file in _signed_files(folder) for name in artifacts.platforms_of(file.name))
    if offered != sorted(read.downloads):
        yield f"{artifacts.MANIFEST} names {sorted(read.downloads)}; there are files for {offered}."
    for platform, download in read.downloads.items():
        if download.url != artifacts.url_of(_version(), download.file_name):
            yield f"{artifacts.MANIFEST} has another address for {platform} than its file will have."
        signature = folder / f"{download.file_name}{artifacts.SIGNATURE}"
        if not signature.is_file() or signature.read_bytes() != download.signature:
            yield f"{artifacts.MANIFEST} has another signature for {platform} than the .minisig file."


def _sum_problems(folder: Path) -> Iterator[str]:
    place = folder / artifacts.SUMS
    lines = place.read_text(encoding="utf-8").splitlines() if place.is_file() else []
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    true = {file.name: _sha256(file) for file in _listed_files(folder)}
    for name in sorted(listed.keys() | true.keys()):
        if listed.get(name) != true.get(name):
            yield f"{artifacts.SUMS} is wrong about {name}: run the step sums again, last."


def _signed_files(folder: Path) -> Iterator[Path]:
    files = [file for file in sorted(folder.iterdir()) if artifacts.is_signed(file.name)]
    if not files:
        raise ReleaseError(f"{folder} contains nothing that people install.")
    yield from files


def _listed_files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.iterdir()) if file.is_file() and file.name != artifacts.SUMS]


def _is_secret(file: Path) -> bool:
    with file.open("rb") as opened:
        return parse_secret_key(opened.read(MAX_KEY_BYTES).decode("ascii", "replace")) is not None


def _signature_of(file: Path) -> Path:
    return file.with_name(file.name + artifacts.SIGNATURE)


def _read_signature(file: Path) -> bytes:
    try:
        return _signature_of(file).read_bytes()
    except FileNotFoundError:
        raise ReleaseError(f"{file.name} is not signed.") from None


def _secret_key() -> SecretKey:
    text = os.environ.get(SECRET_VARIABLE)
    if not text:
        raise ReleaseError(f"{SECRET_VARIABLE} is not set. It must contain the text of the secret key.")
    found = parse_secret_key(text)
    if found is None:
        raise ReleaseError(f"{SECRET_VARIABLE} does not contain a minisign secret key without a password.")
    return found


def _public_keys() -> tuple[PublicKey, ...]:
    return parse_public_keys(PUBLIC_KEYS.read_text(encoding="ascii")) if PUBLIC_KEYS.is_file() else ()


def _version() -> str:
    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return version


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            yield chunk


STEPS: dict[str, Callable[[Path], None]] = {
    "key": key,
    "sign": sign,
    "manifest": manifest,
    "sums": sums,
    "check": check,
}


def main(words: Sequence[str]) -> int:
    """Run one step and return an exit code."""
    if words in (["--help"], ["-h"]):
        print(HELP)
        return 0
    if len(words) != 2 or words[0] not in STEPS:
        print(HELP, file=sys.stderr)
        return 64
    step, place = words[0], Path(words[1])
    try:
        if step != "key" and not place.is_dir():
            raise ReleaseError(f"{place} is not a folder.")  # noqa: TRY301 - printed below like any other
        STEPS[step](place)
    except (ReleaseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
