"""Starts Claudometer from an AppImage, with the copies of GTK and WebKit beside this file.

GLib and WebKit read the variables when they are loaded, and WebKit's own processes inherit them. Other
programs that we start do not see them: see claudometer.system.processes.
"""

import atexit
import os
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
LIBRARIES = HOME / "lib"
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine
)
IN_THE_TERMINAL = {"status", "watch", "refresh", "quit", "requests", "statusline"}
"""These commands stay in the folder they are called from."""

OURS = {
    "GI_TYPELIB_PATH": str(LIBRARIES / "girepository-1.0"),
    "GIO_MODULE_DIR": str(LIBRARIES / "gio" / "modules"),
    "GDK_PIXBUF_MODULE_FILE": str(LIBRARIES / "gdk-pixbuf-2.0" / "loaders.cache"),
    "GSETTINGS_SCHEMA_DIR": str(HOME / "share" / "glib-2.0" / "schemas"),
    "XDG_DATA_DIRS": f"{os.environ.get('XDG_DATA_DIRS') or '/usr/local/share:/usr/share'}:{HOME / 'share'}",
}


def set_up() -> None:
    """Set the variables, and change to the folder from which WebKit finds its helpers by a relative path."""
    sys.path[:0] = [str(HOME / "app"), str(HOME / "app_packages")]
    from claudometer.system.processes import lend_environment  # noqa: PLC0415 - importable only now

    lend_environment(OURS)
    if "SSL_CERT_FILE" not in os.environ:
        found = next((path for path in CERTIFICATES if os.path.exists(path)), None)  # noqa: PTH110 - faster
        if found:
            lend_environment({"SSL_CERT_FILE": found})
    if not IN_THE_TERMINAL.intersection(sys.argv[1:]):
        os.chdir(HOME)


def clear_at_end() -> None:
    """Remove at exit the folder that AppRun made for this process; with FUSE there is none.

    The AppImage runtime, our parent, then deletes the folder it unpacked, and complains if it is missing.
    """
    appdir, runtime = HOME.parent, os.getppid()
    ours = appdir.parent
    if ours.name != f"claudometer-run-{os.getpid()}":
        return
    import shutil  # noqa: PLC0415 - rarely needed, and at exit its file is gone

    def clear() -> None:
        shutil.rmtree(ours, ignore_errors=True)
        if os.getppid() == runtime:
            ours.with_name(appdir.name).mkdir(mode=0o700, exist_ok=True)

    atexit.register(clear)


set_up()
clear_at_end()

from claudometer.cli import main  # noqa: E402 - importable only now

sys.exit(main())
