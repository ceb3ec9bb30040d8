#!/usr/bin/python3
"""A linuxdeploy plugin that copies GTK 3 and WebKit2GTK 4.1 into an AppDir.

linuxdeploy copies the libraries that binaries link to. GObject introspection, GIO, gdk-pixbuf and WebKit load
more files by name, which this plugin copies. Runs on the distribution's Python, which has PyGObject.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

NAMESPACES = {
    "Gtk": "3.0",
    "GdkX11": "3.0",
    "WebKit2": "4.1",
    "JavaScriptCore": "4.1",
    "Soup": "3.0",
    "DBus": "1.0",  # for pystray
}
WEBKIT = "webkit2gtk-4.1"
PIXBUF_LOADERS = ("svg", "png", "jpeg")
SCHEMAS = ("org.gtk.", "org.gnome.desktop.", "org.gnome.system.proxy")
TLS_MODULES = ("libgiognutls.so", "libgioopenssl.so", "libgioenvironmentproxy.so")
UNUSED = (
    "libflite_cmu_us_kal16.so.1",
    "libflite_cmu_time_awb.so.1",
    "libflite_cmu_grapheme_lang.so.1",
    "libflite_cmu_grapheme_lex.so.1",
    "libflite_cmu_indic_lang.so.1",
    "libflite_cmu_indic_lex.so.1",
)
"""WebKit links to these, but calls none of their functions."""

ONE_VOICE = "kal"
VOICES = ("awb", "rms", "slt")
CODECS = ("libSvtAv1Enc.so.*", "librav1e.so.*", "libaom.so.*", "libgav1.so.*")
"""libavif encodes with these, which we never do. It decodes with dav1d, which we keep."""

BESIDES = ("libthai.so.0", "libdatrie.so.1", "libcom_err.so.2", "libkeyutils.so.1")
"""linuxdeploy assumes that every desktop has these, which is wrong."""

NEVER = ("libwayland-*",)
"""The host's Mesa drivers need the host's libwayland and crash with an older one."""


def main(words: list[str]) -> int:
    """Print what linuxdeploy asks for, or fill the AppDir."""
    if "--plugin-api-version" in words:
        print(0)
        return 0
    if "--plugin-type" in words:
        print("input")
        return 0
    appdir = Path(words[words.index("--appdir") + 1]).resolve()
    fill(appdir)
    return 0


def fill(appdir: Path) -> None:
    """Copy the files that are loaded by name, then let linuxdeploy copy the libraries they link to."""
    lib = appdir / "usr" / "lib"
    typelibs, shared = find_introspection()
    for typelib in typelibs:
        copy(typelib, lib / "girepository-1.0" / typelib.name)
    folders = [copy_webkit(lib), copy_pixbuf_loaders(lib), copy_gio_modules(lib)]
    copy_schemas(appdir / "usr" / "share" / "glib-2.0" / "schemas")
    copy_mime(appdir / "usr" / "share" / "mime")
    deploy(appdir, shared, folders)
    make_movable(lib)
    lighten(lib)
    drop_second_copies(appdir / "usr")
    for name in BESIDES:
        copy(system_lib() / name, lib / name)
        subprocess.run(["patchelf", "--set-rpath", "$ORIGIN", lib / name], check=True)
    for pattern in NEVER:
        for path in lib.glob(pattern):
            path.unlink()


def find_introspection() -> tuple[list[Path], list[Path]]:
    """Return the typelibs that the namespaces need, and the shared libraries that the typelibs name."""
    import gi  # noqa: PLC0415 - only this function needs it

    gi.require_version("GIRepository", "2.0")
    from gi.repository import GIRepository  # noqa: PLC0415 - the same

    repository = GIRepository.Repository.get_default()
    for name, version in NAMESPACES.items():
        repository.require(name, version, 0)
    needed = set(NAMESPACES) | {
        each.rpartition("-")[0] for name in NAMESPACES for each in repository.get_dependencies(name)
    }
    typelibs, libraries = [], set()
    for name in sorted(needed):
        typelibs.append(Path(repository.get_typelib_path(name)))
        named = repository.get_shared_library(name)
        libraries.update(named.split(",") if named else ())
    cache = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    where = dict(re.findall(r"^\s+(\S+) \(libc6,x86-64[^)]*\) => (\S+)$", cache, re.M)) or dict(
        re.findall(r"^\s+(\S+) \(libc6[^)]*\) => (\S+)$", cache, re.M)
    )
    return typelibs, [Path(where[soname]) for soname in sorted(libraries) if soname in where]


def system_lib() -> Path:
    """Return the distribution's library folder for this architecture."""
    triplet = Path("/usr/lib", f"{os.uname().machine}-linux-gnu")
    return triplet if triplet.is_dir() else Path("/usr/lib64")


def copy_webkit(lib: Path) -> Path:
    """Copy WebKit's helper programs."""
    source = next(
        place / WEBKIT for place in (system_lib(), Path("/usr/libexec")) if (place / WEBKIT).is_dir()
    )
    target = lib / WEBKIT
    for name in ("WebKitNetworkProcess", "WebKitWebProcess"):
        copy(source / name, target / name)
        (target / name).chmod(0o755)
    bundle = "injected-bundle/libwebkit2gtkinjectedbundle.so"
    copy(source / bundle, target / bundle)
    return target


def copy_pixbuf_loaders(lib: Path) -> Path:
    """Copy the image loaders, with a cache that names them relative to ``usr``."""
    version = next((system_lib() / "gdk-pixbuf-2.0").glob("*/loaders"))
    target = lib / "gdk-pixbuf-2.0" / "loaders"
    target.mkdir(parents=True, exist_ok=True)
    for loader in version.glob("*.so"):
        if any(kind in loader.name for kind in PIXBUF_LOADERS):
            copy(loader, target / loader.name)
    copied = sorted(target.glob("*.so"))
    if not any("svg" in loader.name for loader in copied):
        raise SystemExit(f"{version} has no loader for SVG, the format of the icons.")
    query = version.parent.parent / "gdk-pixbuf-query-loaders"
    found = subprocess.run([query, *copied], check=True, capture_output=True, text=True).stdout
    relative = found.replace(str(lib.parent) + "/", "")
    (target.parent / "loaders.cache").write_text(relative, encoding="utf-8")
    return target


def copy_gio_modules(lib: Path) -> Path:
    """Copy TLS for WebKit. Other modules must fit the host's GLib and are not copied."""
    target = lib / "gio" / "modules"
    target.mkdir(parents=True, exist_ok=True)
    for name in TLS_MODULES:
        source = system_lib() / "gio" / "modules" / name
        if source.is_file():
            copy(source, target / name)
    return target


def copy_schemas(target: Path) -> None:
    """Copy the settings schemas of GTK and WebKit: GLib aborts a program that needs a missing one."""
    target.mkdir(parents=True, exist_ok=True)
    for source in Path("/usr/share/glib-2.0/schemas").glob("*.xml"):
        if source.name.startswith(SCHEMAS):
            copy(source, target / source.name)
    for overrides in target.glob("*.gschema.override"):
        overrides.unlink()
    subprocess.run(["glib-compile-schemas", target], check=True, stdout=subprocess.DEVNULL)
    for source in target.glob("*.xml"):
        source.unlink()


def copy_mime(target: Path) -> None:
    """Copy the table by which gdk-pixbuf recognizes image types."""
    cache = Path("/usr/share/mime/mime.cache")
    if cache.is_file():
        copy(cache, target / "mime.cache")


def deploy(appdir: Path, libraries: list[Path], folders: list[Path]) -> None:
    """Let linuxdeploy copy the libraries, and everything that they and the files in the folders link to."""
    linuxdeploy = os.environ.get("LINUXDEPLOY", "linuxdeploy")
    words = [linuxdeploy, "--appdir", str(appdir)]
    for library in libraries:
        words += ["--library", str(library)]
    for folder in (*folders, folders[0] / "injected-bundle"):
        words += ["--deploy-deps-only", str(folder)]
    subprocess.run(words, check=True)


def make_movable(lib: Path) -> None:
    """Replace the absolute path of WebKit's helpers by a relative path of the same length."""
    there = str(system_lib() / WEBKIT).encode()
    here = b"././/lib/" + WEBKIT.encode()
    here = (
        here.replace(b"././/", b"./" + b"/" * (len(there) - len(here) + 3), 1)
        if len(here) < len(there)
        else here
    )
    for library in lib.glob("libwebkit2gtk-4.1.so*"):
        data = library.read_bytes()
        if data.count(there) == 0:
            raise SystemExit(
                f"{library} does not name {there.decode()}: it cannot be made relocatable this way."
            )
        library.write_bytes(data.replace(there, here))


def drop_second_copies(usr: Path) -> None:
    """Remove Pillow's own libraries that linuxdeploy has copied to ``lib``, where Pillow now finds them."""
    own = usr / "app_packages" / "pillow.libs"
    for library in own.glob("*") if own.is_dir() else ():
        if (usr / "lib" / library.name).is_file():
            library.unlink()


def lighten(lib: Path) -> None:
    """Remove libraries that WebKit links to and this program never uses: voices and image encoders (25 MB).

    One voice stays for pages that speak, and one decoder for each image type.
    """
    for name in UNUSED:
        for user in lib.glob("*.so*"):
            subprocess.run(["patchelf", "--remove-needed", name, user], check=True)
        (lib / name).unlink(missing_ok=True)
    for voice in VOICES:
        replace_by_stub(
            lib, f"libflite_cmu_us_{voice}.so.1", voice_source(voice), (f"libflite_cmu_us_{ONE_VOICE}.so.1",)
        )
    for codec in CODECS:
        for library in list(lib.glob(codec)):
            source = "".join(f"int {name}(void) {{ return 0; }}\n" for name in borrowed_names(lib, library))
            replace_by_stub(lib, library.name, source, ())


def voice_source(voice: str) -> str:
    """Return C code that provides the one voice under the name of another."""
    return (
        f"extern void *register_cmu_us_{ONE_VOICE}(const char *);\n"
        f"void *register_cmu_us_{voice}(const char *folder) {{\n"
        f"  return register_cmu_us_{ONE_VOICE}(folder);\n}}\n"
        f"void unregister_cmu_us_{voice}(void *unused) {{ (void)unused; }}\n"
    )


def borrowed_names(lib: Path, library: Path) -> list[str]:
    """Return the functions of a library that libavif calls."""
    offered = symbols(library, "--defined-only")
    wanted = {name for user in lib.glob("libavif.so*") for name in symbols(user, "--undefined-only")}
    return sorted(offered & wanted)


def symbols(library: Path, which: str) -> set[str]:
    words = ["nm", "-D", which, "--format=just-symbols", str(library)]
    found = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    return {name.partition("@")[0] for name in found}


def replace_by_stub(lib: Path, name: str, source: str, links: tuple[str, ...]) -> None:
    """Replace a library by a stub of the same name."""
    if not (lib / name).is_file():
        return
    options = [
        "-shared",
        "-fPIC",
        "-O2",
        "-s",
        "-x",
        "c",
        "-",
        "-x",
        "none",
        f"-Wl,-soname,{name}",
        "-Wl,-rpath,$ORIGIN",
    ]
    words = [
        "cc",
        *options,
        *(str(lib / link) for link in links),
        "-Wl,--allow-shlib-undefined",
        "-o",
        str(lib / name),
    ]
    subprocess.run(words, check=True, input=source, text=True)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source.resolve(), target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
