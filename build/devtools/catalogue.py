"""Every system package this project can need, and why. A table: it must not look at the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a system package is wanted for; a task names its purposes."""

    SETUP = "setup"  # the virtual environment itself, and HTTPS
    APP = "app"  # tray and settings window
    DESKTOP = "desktop"  # tests on a real X server, bus and panel
    PANELS = "panels"  # tests on the panels of other desktops; the rest of the desktop tests run without
    CHROMIUM = "chromium"  # tests of the page alone
    PACKAGES = "packages"  # building and checking packages for users
    RELEASE = "release"  # tests that what is signed is what minisign verifies
    PICTURES = "pictures"  # screenshots that look as they should; no test fails without


@dataclass(frozen=True)
class PythonModule:
    """There when the distribution's Python can import it."""

    module: str


@dataclass(frozen=True)
class Typelib:
    """There when PyGObject finds this introspected library."""

    namespace: str
    version: str


@dataclass(frozen=True)
class Program:
    """There when one of these names is on PATH."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Font:
    """There when fontconfig knows the family."""

    family: str


@dataclass(frozen=True)
class AnyFile:
    """There when one of these patterns matches a file."""

    patterns: tuple[str, ...]


Probe = PythonModule | Typelib | Program | Font | AnyFile
ENSUREPIP = PythonModule("ensurepip")  # Debian keeps it in a package of its own


@dataclass(frozen=True)
class Need:
    """One thing that must be on the machine: how to see it, and what to install by which package manager."""

    why: str
    purpose: Purpose
    probe: Probe
    packages: Mapping[str, tuple[str, ...]]


def _packages(
    apt: str, dnf: str, pacman: str, zypper: str, *, ubuntu: str = ""
) -> Mapping[str, tuple[str, ...]]:
    """Name the packages by manager, several with spaces; '' where a distribution offers none."""
    names = {"apt": apt, "dnf": dnf, "pacman": pacman, "zypper": zypper, "apt:ubuntu": ubuntu or apt}
    return {manager: tuple(text.split()) for manager, text in names.items()}


def _everywhere(name: str) -> Mapping[str, tuple[str, ...]]:
    return _packages(name, name, name, name)


_CERTIFICATES = AnyFile(
    (
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    )
)
_SVG_LOADER = AnyFile(
    (
        "/usr/lib*/gdk-pixbuf-2.0/*/loaders/*svg*.so",
        "/usr/lib/*/gdk-pixbuf-2.0/*/loaders/*svg*.so",
        "/usr/lib*/glycin-loaders/*/glycin-svg",  # newer distributions draw SVG through glycin
        "/usr/libexec/glycin-loaders/*/glycin-svg",
    )
)
_SVG_PACKAGES = _packages("librsvg2-common", "librsvg2", "librsvg", "gdk-pixbuf-loader-rsvg")

NEEDS: tuple[Need, ...] = (
    Need(
        "puts pip into the virtual environment",
        Purpose.SETUP,
        ENSUREPIP,
        _packages("python3-venv", "python3-libs", "python", "python3-base"),
    ),
    Need(
        "lets HTTPS know whom to trust",
        Purpose.SETUP,
        _CERTIFICATES,
        _packages("ca-certificates", "ca-certificates", "ca-certificates", "ca-certificates-mozilla"),
    ),
    Need(
        "lets Python speak to D-Bus and to GTK",
        Purpose.APP,
        PythonModule("gi"),
        _packages("python3-gi", "python3-gobject", "python-gobject", "python3-gobject"),
    ),
    Need(
        "the window's toolkit, and the tray's where a panel takes icons only the old way",
        Purpose.APP,
        Typelib("Gtk", "3.0"),
        _packages("gir1.2-gtk-3.0", "gtk3", "gtk3", "typelib-1_0-Gtk-3_0"),
    ),
    Need(
        "shows the settings page",
        Purpose.APP,
        Typelib("WebKit2", "4.1"),
        _packages("gir1.2-webkit2-4.1", "webkit2gtk4.1", "webkit2gtk-4.1", "typelib-1_0-WebKit2-4_1"),
    ),
    Need(
        "an X server without a screen",
        Purpose.DESKTOP,
        Program(("Xvfb",)),
        _packages("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", "xorg-x11-server-Xvfb"),
    ),
    Need(
        "a session bus of the test's own",
        Purpose.DESKTOP,
        Program(("dbus-daemon",)),
        _packages("dbus-daemon", "dbus-daemon", "dbus", "dbus-1-daemon"),
    ),
    Need(
        "a panel that shows the tray", Purpose.DESKTOP, Program(("xfce4-panel",)), _everywhere("xfce4-panel")
    ),
    Need("a window manager", Purpose.DESKTOP, Program(("openbox",)), _everywhere("openbox")),
    Need("answers notifications", Purpose.DESKTOP, Program(("dunst",)), _everywhere("dunst")),
    Need(
        "a real Secret Service",
        Purpose.DESKTOP,
        Program(("gnome-keyring-daemon",)),
        _everywhere("gnome-keyring"),
    ),
    Need(
        "looks into the keyring from outside",
        Purpose.DESKTOP,
        Program(("secret-tool",)),
        _packages("libsecret-tools", "libsecret", "libsecret", "libsecret-tools"),
    ),
    Need("types and clicks", Purpose.DESKTOP, Program(("xdotool",)), _everywhere("xdotool")),
    Need("sees what is opened and sent", Purpose.DESKTOP, Program(("strace",)), _everywhere("strace")),
    Need(
        "reads the page as a screen reader does",
        Purpose.DESKTOP,
        AnyFile(
            (
                "/usr/libexec/at-spi-bus-launcher",
                "/usr/lib/at-spi-bus-launcher",
                "/usr/libexec/at-spi2/at-spi-bus-launcher",
            )
        ),
        _everywhere("at-spi2-core"),
    ),
    Need("the tray as LXQt shows it", Purpose.PANELS, Program(("lxqt-panel",)), _everywhere("lxqt-panel")),
    Need("the tray as MATE reads it", Purpose.PANELS, Program(("mate-panel",)), _everywhere("mate-panel")),
    Need("the tray as Wayland's bars show it", Purpose.PANELS, Program(("waybar",)), _everywhere("waybar")),
    Need("a Wayland compositor without a screen", Purpose.PANELS, Program(("sway",)), _everywhere("sway")),
    Need("takes pictures of that screen", Purpose.PANELS, Program(("grim",)), _everywhere("grim")),
    Need("a tray of the old kind (XEmbed)", Purpose.PANELS, Program(("trayer",)), _everywhere("trayer")),
    Need("another, which dies differently", Purpose.PANELS, Program(("tint2",)), _everywhere("tint2")),
    Need(
        "a tray of the old kind inside a window manager",
        Purpose.PANELS,
        Program(("i3bar",)),
        _packages("i3-wm", "i3", "i3-wm", "i3"),
    ),
    Need(
        "shows the page alone",
        Purpose.CHROMIUM,
        Program(("chromium", "chromium-browser", "google-chrome")),
        _packages("chromium", "chromium", "chromium", "chromium", ubuntu="chromium-browser"),
    ),
    Need(
        "drives Chromium",
        Purpose.CHROMIUM,
        Program(("chromedriver",)),
        _packages(
            "chromium-driver", "chromedriver", "chromium", "chromedriver", ubuntu="chromium-chromedriver"
        ),
    ),
    Need(
        "the page's first font",
        Purpose.PICTURES,
        Font("Inter"),
        _packages("fontconfig fonts-inter", "fontconfig rsms-inter-fonts", "fontconfig inter-font", ""),
    ),
    Need(
        "a font for everything else",
        Purpose.PICTURES,
        Font("DejaVu Sans"),
        _packages(
            "fontconfig fonts-dejavu-core",
            "fontconfig dejavu-sans-fonts",
            "fontconfig ttf-dejavu",
            "fontconfig dejavu-fonts",
        ),
    ),
    Need(
        "the panel's own icons",
        Purpose.PICTURES,
        AnyFile(("/usr/share/icons/Adwaita/index.theme",)),
        _everywhere("adwaita-icon-theme"),
    ),
    Need("a terminal to take a picture of", Purpose.PICTURES, Program(("xterm",)), _everywhere("xterm")),
    Need("draws those icons", Purpose.PICTURES, _SVG_LOADER, _SVG_PACKAGES),
    Need("draws icons from inside the AppImage", Purpose.PACKAGES, _SVG_LOADER, _SVG_PACKAGES),
    Need("briefcase does not begin without it", Purpose.PACKAGES, Program(("git",)), _everywhere("git")),
    Need(
        "compiles the launcher",
        Purpose.PACKAGES,
        Program(("cc",)),
        _packages("gcc libc6-dev", "gcc", "gcc", "gcc"),
    ),
    Need(
        "briefcase makes no .deb without all of it",
        Purpose.PACKAGES,
        AnyFile(("/usr/share/doc/build-essential/copyright",)),
        _packages("build-essential", "", "", ""),
    ),
    Need("verifies what is signed", Purpose.RELEASE, Program(("minisign",)), _everywhere("minisign")),
    Need("runs the launcher's recipe", Purpose.PACKAGES, Program(("make",)), _everywhere("make")),
    Need("strips the launcher", Purpose.PACKAGES, Program(("strip",)), _everywhere("binutils")),
    Need(
        "finds libraries to compile against",
        Purpose.PACKAGES,
        Program(("pkg-config",)),
        _packages("pkg-config", "pkgconf-pkg-config", "pkgconf", "pkgconf"),
    ),
    Need(
        "GTK's Python binding is compiled into the AppImage",
        Purpose.PACKAGES,
        AnyFile(
            (
                "/usr/lib*/pkgconfig/gobject-introspection-1.0.pc",
                "/usr/lib/*/pkgconfig/gobject-introspection-1.0.pc",
            )
        ),
        _packages(
            "libgirepository1.0-dev libcairo2-dev",
            "gobject-introspection-devel cairo-gobject-devel",
            "gobject-introspection cairo",
            "gobject-introspection-devel cairo-devel",
        ),
    ),
    Need(
        "bare systems to try packages in",
        Purpose.PACKAGES,
        Program(("debootstrap",)),
        _everywhere("debootstrap"),
    ),
    Need("edits what libraries name", Purpose.PACKAGES, Program(("patchelf",)), _everywhere("patchelf")),
    Need(
        "compiles settings of GTK",
        Purpose.PACKAGES,
        Program(("glib-compile-schemas",)),
        _packages("libglib2.0-bin", "glib2", "glib2", "glib2-tools"),
    ),
    Need(
        "Python's headers",
        Purpose.PACKAGES,
        AnyFile(("/usr/include/python3*/Python.h",)),
        _packages("python3-dev", "python3-devel", "python", "python3-devel"),
    ),
    Need(
        "types of pictures",
        Purpose.PACKAGES,
        AnyFile(("/usr/share/mime/mime.cache",)),
        _everywhere("shared-mime-info"),
    ),
    Need(
        "TLS for WebKit",
        Purpose.PACKAGES,
        AnyFile(("/usr/lib/*/gio/modules/libgiognutls.so", "/usr/lib*/gio/modules/libgiognutls.so")),
        _everywhere("glib-networking"),
    ),
    Need("puts a .deb together", Purpose.PACKAGES, Program(("dpkg-deb",)), _packages("dpkg", "", "", "")),
    Need(
        "libraries that a .deb takes from Debian",
        Purpose.PACKAGES,
        AnyFile(("/usr/share/doc/python3-pil/copyright",)),
        _packages("python3-pil python3-cryptography python3-markupsafe python3-nacl", "", "", ""),
    ),
    Need(
        "the library by which a .deb verifies updates",
        Purpose.PACKAGES,
        AnyFile(("/usr/share/doc/python3-nacl/copyright",)),
        _packages("python3-nacl", "", "", ""),
    ),
    Need(
        "looks for mistakes in a .deb",
        Purpose.PACKAGES,
        Program(("lintian",)),
        _packages("lintian", "", "", ""),
    ),
    Need(
        "puts an .rpm together",
        Purpose.PACKAGES,
        Program(("rpmbuild",)),
        _packages("rpm", "rpm-build", "", "rpm-build"),
    ),
    Need(
        "looks for mistakes in an .rpm",
        Purpose.PACKAGES,
        Program(("rpmlint",)),
        _packages("rpmlint", "rpmlint", "", "rpmlint"),
    ),
    Need(
        "reads the manual page",
        Purpose.PACKAGES,
        Program(("man",)),
        _packages("man-db", "man-db", "man-db", "man"),
    ),
    Need("completes our words in zsh", Purpose.PACKAGES, Program(("zsh",)), _everywhere("zsh")),
    Need("completes them in fish", Purpose.PACKAGES, Program(("fish",)), _everywhere("fish")),
    Need(
        "reads the desktop entry",
        Purpose.PACKAGES,
        Program(("desktop-file-validate",)),
        _everywhere("desktop-file-utils"),
    ),
    Need(
        "reads the description for software centres",
        Purpose.PACKAGES,
        Program(("appstreamcli",)),
        _packages("appstream", "appstream", "appstream", "AppStream"),
    ),
)


def needs_for(purposes: frozenset[Purpose]) -> tuple[Need, ...]:
    """Return the needs of these purposes, in the table's order."""
    return tuple(need for need in NEEDS if need.purpose in purposes)


def is_asked_of_python(need: Need) -> bool:
    """Say whether it is one Python that has this or not, rather than the whole machine."""
    return isinstance(need.probe, PythonModule | Typelib)
