"""A table of every system package that the project can need, and why. Must not inspect the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a system package is for. Each task names the purposes it needs."""

    SETUP = "setup"  # the virtual environment itself, and HTTPS
    APP = "app"  # tray and settings window
    DESKTOP = "desktop"  # tests on a real X server, bus and panel
    PANELS = "panels"  # tests on the panels of other desktops; the rest of the desktop tests run without
    CHROMIUM = "chromium"  # tests of the page alone
    PACKAGES = "packages"  # building and checking packages for users
    RELEASE = "release"  # tests that minisign verifies our signatures
    PICTURES = "pictures"  # screenshots that look right; no test fails without them


@dataclass(frozen=True)
class PythonModule:
    """Present when the distribution's Python can import the module."""

    module: str


@dataclass(frozen=True)
class Typelib:
    """Present when PyGObject finds the introspection data of the library."""

    namespace: str
    version: str


@dataclass(frozen=True)
class Program:
    """Present when one of these names is on PATH."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Font:
    """Present when fontconfig knows the family."""

    family: str


@dataclass(frozen=True)
class AnyFile:
    """Present when one of these patterns matches a file."""

    patterns: tuple[str, ...]


Probe = PythonModule | Typelib | Program | Font | AnyFile
ENSUREPIP = PythonModule("ensurepip")  # Debian keeps it in a package of its own


@dataclass(frozen=True)
class Need:
    """Something the machine must have: how to detect it, and which packages provide it."""

    why: str
    purpose: Purpose
    probe: Probe
    packages: Mapping[str, tuple[str, ...]]


def _packages(
    apt: str, dnf: str, pacman: str, zypper: str, *, ubuntu: str = ""
) -> Mapping[str, tuple[str, ...]]:
    """Return package names by manager. Each text holds names separated by spaces; '' for no package."""
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
        "/usr/lib*/glycin-loaders/*/glycin-svg",  # newer distributions render SVG with glycin
        "/usr/libexec/glycin-loaders/*/glycin-svg",
    )
)
_SVG_PACKAGES = _packages("librsvg2-common", "librsvg2", "librsvg", "gdk-pixbuf-loader-rsvg")

NEEDS: tuple[Need, ...] = (
    Need(
        "installs pip in the virtual environment",
        Purpose.SETUP,
        ENSUREPIP,
        _packages("python3-venv", "python3-libs", "python", "python3-base"),
    ),
    Need(
        "root certificates for HTTPS",
        Purpose.SETUP,
        _CERTIFICATES,
        _packages("ca-certificates", "ca-certificates", "ca-certificates", "ca-certificates-mozilla"),
    ),
    Need(
        "lets Python use D-Bus and GTK",
        Purpose.APP,
        PythonModule("gi"),
        _packages("python3-gi", "python3-gobject", "python-gobject", "python3-gobject"),
    ),
    Need(
        "draws the window, and the icon in panels that know only the older kind of tray",
        Purpose.APP,
        Typelib("Gtk", "3.0"),
        _packages("gir1.2-gtk-3.0", "gtk3", "gtk3", "typelib-1_0-Gtk-3_0"),
    ),
    Need(
        "displays the settings page",
        Purpose.APP,
        Typelib("WebKit2", "4.1"),
        _packages("gir1.2-webkit2-4.1", "webkit2gtk4.1", "webkit2gtk-4.1", "typelib-1_0-WebKit2-4_1"),
    ),
    Need(
        "an X server that needs no screen",
        Purpose.DESKTOP,
        Program(("Xvfb",)),
        _packages("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", "xorg-x11-server-Xvfb"),
    ),
    Need(
        "a private session bus for the tests",
        Purpose.DESKTOP,
        Program(("dbus-daemon",)),
        _packages("dbus-daemon", "dbus-daemon", "dbus", "dbus-1-daemon"),
    ),
    Need("a panel with a tray", Purpose.DESKTOP, Program(("xfce4-panel",)), _everywhere("xfce4-panel")),
    Need("a window manager", Purpose.DESKTOP, Program(("openbox",)), _everywhere("openbox")),
    Need("shows notifications", Purpose.DESKTOP, Program(("dunst",)), _everywhere("dunst")),
    Need(
        "shows notifications as Xfce does",
        Purpose.DESKTOP,
        AnyFile(("/usr/lib/*/xfce4/notifyd/xfce4-notifyd", "/usr/lib*/xfce4/notifyd/xfce4-notifyd")),
        _everywhere("xfce4-notifyd"),
    ),
    Need(
        "a real Secret Service",
        Purpose.DESKTOP,
        Program(("gnome-keyring-daemon",)),
        _everywhere("gnome-keyring"),
    ),
    Need(
        "reads the keyring independently of the app",
        Purpose.DESKTOP,
        Program(("secret-tool",)),
        _packages("libsecret-tools", "libsecret", "libsecret", "libsecret-tools"),
    ),
    Need("types and clicks", Purpose.DESKTOP, Program(("xdotool",)), _everywhere("xdotool")),
    Need(
        "records which files are opened and what is sent",
        Purpose.DESKTOP,
        Program(("strace",)),
        _everywhere("strace"),
    ),
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
    Need(
        "takes pictures of the compositor's output", Purpose.PANELS, Program(("grim",)), _everywhere("grim")
    ),
    Need("a tray of the old kind (XEmbed)", Purpose.PANELS, Program(("trayer",)), _everywhere("trayer")),
    Need(
        "another tray of the old kind, which ends in another way",
        Purpose.PANELS,
        Program(("tint2",)),
        _everywhere("tint2"),
    ),
    Need(
        "a tray of the old kind inside a window manager",
        Purpose.PANELS,
        Program(("i3bar",)),
        _packages("i3-wm", "i3", "i3-wm", "i3"),
    ),
    Need(
        "KDE's keyring",
        Purpose.PANELS,
        Program(("kwalletd5",)),
        _packages("libkf5wallet-bin python3-dbus", "", "", ""),
    ),
    Need(
        "displays the page without the app",
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
        "the page's preferred font",
        Purpose.PICTURES,
        Font("Inter"),
        _packages("fontconfig fonts-inter", "fontconfig rsms-inter-fonts", "fontconfig inter-font", ""),
    ),
    Need(
        "a font with all other characters",
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
    Need("a terminal for screenshots", Purpose.PICTURES, Program(("xterm",)), _everywhere("xterm")),
    Need("renders the panel's icons", Purpose.PICTURES, _SVG_LOADER, _SVG_PACKAGES),
    Need("renders icons in the AppImage", Purpose.PACKAGES, _SVG_LOADER, _SVG_PACKAGES),
    Need("briefcase does not start without it", Purpose.PACKAGES, Program(("git",)), _everywhere("git")),
    Need(
        "compiles the launcher",
        Purpose.PACKAGES,
        Program(("cc",)),
        _packages("gcc libc6-dev", "gcc", "gcc", "gcc"),
    ),
    Need(
        "briefcase builds no .deb without it",
        Purpose.PACKAGES,
        AnyFile(("/usr/share/doc/build-essential/copyright",)),
        _packages("build-essential", "", "", ""),
    ),
    Need("verifies our signatures", Purpose.RELEASE, Program(("minisign",)), _everywhere("minisign")),
    Need("runs the launcher's Makefile", Purpose.PACKAGES, Program(("make",)), _everywhere("make")),
    Need(
        "strips debug symbols from the launcher",
        Purpose.PACKAGES,
        Program(("strip",)),
        _everywhere("binutils"),
    ),
    Need(
        "locates libraries to compile against",
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
        "creates bare systems to try packages in",
        Purpose.PACKAGES,
        Program(("debootstrap",)),
        _everywhere("debootstrap"),
    ),
    Need(
        "edits the dependencies of libraries",
        Purpose.PACKAGES,
        Program(("patchelf",)),
        _everywhere("patchelf"),
    ),
    Need(
        "compiles GTK's settings schemas",
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
        "the table of image types",
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
    Need("assembles a .deb", Purpose.PACKAGES, Program(("dpkg-deb",)), _packages("dpkg", "", "", "")),
    Need(
        "libraries that our .deb takes from Debian",
        Purpose.PACKAGES,
        AnyFile(("/usr/share/doc/python3-pil/copyright",)),
        _packages("python3-pil python3-cryptography python3-markupsafe python3-nacl", "", "", ""),
    ),
    Need(
        "the library with which the .deb verifies updates",
        Purpose.PACKAGES,
        AnyFile(("/usr/share/doc/python3-nacl/copyright",)),
        _packages("python3-nacl", "", "", ""),
    ),
    Need(
        "checks a .deb for mistakes",
        Purpose.PACKAGES,
        Program(("lintian",)),
        _packages("lintian", "", "", ""),
    ),
    Need(
        "assembles an .rpm",
        Purpose.PACKAGES,
        Program(("rpmbuild",)),
        _packages("rpm", "rpm-build", "", "rpm-build"),
    ),
    Need(
        "checks an .rpm for mistakes",
        Purpose.PACKAGES,
        Program(("rpmlint",)),
        _packages("rpmlint", "rpmlint", "", "rpmlint"),
    ),
    Need(
        "renders the manual page",
        Purpose.PACKAGES,
        Program(("man",)),
        _packages("man-db", "man-db", "man-db", "man"),
    ),
    Need("tests completions in zsh", Purpose.PACKAGES, Program(("zsh",)), _everywhere("zsh")),
    Need("tests completions in fish", Purpose.PACKAGES, Program(("fish",)), _everywhere("fish")),
    Need(
        "validates the desktop entry",
        Purpose.PACKAGES,
        Program(("desktop-file-validate",)),
        _everywhere("desktop-file-utils"),
    ),
    Need(
        "validates the description for software centers",
        Purpose.PACKAGES,
        Program(("appstreamcli",)),
        _packages("appstream", "appstream", "appstream", "AppStream"),
    ),
)


def needs_for(purposes: frozenset[Purpose]) -> tuple[Need, ...]:
    """Return the needs for these purposes, in the order of the table."""
    return tuple(need for need in NEEDS if need.purpose in purposes)


def depends_on_python(need: Need) -> bool:
    """Tell whether one Python on a machine can have this while another lacks it."""
    return isinstance(need.probe, PythonModule | Typelib)
