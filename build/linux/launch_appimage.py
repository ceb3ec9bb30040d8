"""Starts Claudometer from an AppImage, with the copies of GTK and WebKit beside this file.

GLib and WebKit read the variables when they are loaded, and WebKit's own processes inherit them. Other
programs that we start do not see them: see claudometer.system.environment.
"""

# ruff: noqa: PTH102, PTH110, PTH118, PTH119, PTH120 - importing pathlib takes longer than `status`

import os
import sys

HOME = os.path.dirname(os.path.realpath(__file__))
LIBRARIES = f"{HOME}/lib"
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine
)
WITH_TOOLKIT = {"", "open", "settings", "window", "browse"}
"""The commands that may load GTK or WebKit, "" for none. Others stay in the folder they are called from."""

WITH_VALUE = "--plan"
"""The option that may stand before a command and takes the next word as its value."""

OURS = {
    "GI_TYPELIB_PATH": f"{LIBRARIES}/girepository-1.0",
    "GIO_MODULE_DIR": f"{LIBRARIES}/gio/modules",
    "GDK_PIXBUF_MODULE_FILE": f"{LIBRARIES}/gdk-pixbuf-2.0/loaders.cache",
    "GSETTINGS_SCHEMA_DIR": f"{HOME}/share/glib-2.0/schemas",
    "XDG_DATA_DIRS": f"{os.environ.get('XDG_DATA_DIRS') or '/usr/local/share:/usr/share'}:{HOME}/share",
}


def set_up() -> None:
    """Set the variables, and change to the folder from which GTK and WebKit find files by a relative path.

    Other commands stay where they are: a relative path in their variables is one of the caller's folder.
    """
    sys.path[:0] = [f"{HOME}/app", f"{HOME}/app_packages"]
    from claudometer.system.environment import lend_environment  # noqa: PLC0415 - importable only now

    lend_environment(OURS)
    if "SSL_CERT_FILE" not in os.environ:
        found = next((path for path in CERTIFICATES if os.path.exists(path)), None)
        if found:
            lend_environment({"SSL_CERT_FILE": found})
    if find_command(sys.argv[1:]) in WITH_TOOLKIT:
        os.chdir(HOME)


def find_command(words: list[str]) -> str:
    """Return the first word that is neither an option nor the value of one; "" if there is none."""
    following = zip(["", *words], words, strict=False)
    return next((word for last, word in following if not word.startswith("-") and last != WITH_VALUE), "")


def clear_at_end() -> None:
    """Remove at exit the folder that AppRun made for this process; with FUSE there is none.

    The AppImage runtime, our parent, then deletes the folder it unpacked, and complains if it is missing.
    """
    appdir, runtime = os.path.dirname(HOME), os.getppid()
    ours = os.path.dirname(appdir)
    if os.path.basename(ours) != f"claudometer-run-{os.getpid()}":
        return
    import atexit  # noqa: PLC0415 - rarely needed
    from contextlib import suppress  # noqa: PLC0415 - as above

    def clear() -> None:
        if os.getppid() == runtime:
            with suppress(OSError):  # the disk is full: what matters is that the files are deleted
                os.mkdir(os.path.join(os.path.dirname(ours), os.path.basename(appdir)), 0o700)
        # A process of its own: thousands of files may take longer than the tray program gives itself to end.
        quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
        words = ["rm", "-rf", "--", ours]
        os.waitpid(os.posix_spawnp(words[0], words, os.environ, file_actions=quiet, setsid=True), 0)

    atexit.register(clear)


set_up()
clear_at_end()

from claudometer.cli import main  # noqa: E402 - importable only now

sys.exit(main())
