"""Tests which package manager, packages and command lines the setup chooses. Runs no package manager."""

import subprocess
from dataclasses import replace

import pytest
from devtools.catalog import NEEDS, Program, Purpose, needs_for
from devtools.packages import (
    PACKAGE_MANAGERS,
    PackageManager,
    Root,
    choose_manager,
    choose_prefix,
    choose_way_to_root,
    describe_needs,
    in_lines,
    install_command,
    line_to_type,
    megabytes_to_fetch,
    not_offered,
    package_names,
    update_command,
)

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
UBUNTU = 'ID=ubuntu\nID_LIKE=debian\nNAME="Ubuntu"\n'
MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = "ID=fedora\n"
TUMBLEWEED = 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'


def known(os_release: str, *programs: str) -> PackageManager:
    manager = choose_manager(programs, os_release)
    assert manager is not None
    return manager


@pytest.mark.parametrize(
    ("os_release", "programs", "dialect"),
    [
        (DEBIAN, ["apt-get"], "apt"),
        (DEBIAN, ["apt-get", "dnf", "zypper", "pacman"], "apt"),
        (UBUNTU, ["apt-get"], "apt:ubuntu"),
        (MINT, ["apt-get"], "apt:ubuntu"),
        (FEDORA, ["dnf", "apt-get"], "dnf"),
        (TUMBLEWEED, ["zypper"], "zypper"),
        ("ID=arch\n", ["pacman"], "pacman"),
        ("", ["apt-get"], "apt"),
    ],
)
def test_the_package_manager_is_the_distributions_own(
    os_release: str, programs: list[str], dialect: str
) -> None:
    assert known(os_release, *programs).dialect == dialect


@pytest.mark.parametrize(("os_release", "programs"), [("ID=nixos\n", []), (DEBIAN, ["dnf"])])
def test_no_manager_is_chosen_if_none_fits_the_distribution(os_release: str, programs: list[str]) -> None:
    assert choose_manager(programs, os_release) is None


def test_every_need_has_packages_for_every_manager() -> None:
    dialects = {manager.dialect for manager in PACKAGE_MANAGERS} | {"apt:ubuntu"}
    assert all(need.packages.keys() == dialects for need in NEEDS)
    unknown = {
        (need.why, dialect)
        for need in NEEDS
        for dialect in dialects
        if not need.packages[dialect] and not {".deb", ".rpm"}.intersection(need.why.split())
    }
    assert unknown == {
        ("the page's preferred font", "zypper"),
        *(("KDE's keyring", manager) for manager in ("dnf", "pacman", "zypper")),
    }


def test_starting_the_app_needs_no_packages_of_the_tests() -> None:
    wanted = needs_for(frozenset({Purpose.SETUP, Purpose.APP}))
    names = package_names(wanted, known(DEBIAN, "apt-get"))
    assert names == (
        "python3-venv",
        "ca-certificates",
        "python3-gi",
        "gir1.2-gtk-3.0",
        "gir1.2-webkit2-4.1",
    )


def test_chromium_has_other_package_names_on_ubuntu() -> None:
    wanted = needs_for(frozenset({Purpose.CHROMIUM}))
    assert package_names(wanted, known(DEBIAN, "apt-get")) == ("chromium", "chromium-driver")
    assert package_names(wanted, known(UBUNTU, "apt-get")) == ("chromium-browser", "chromium-chromedriver")


def test_a_package_for_two_needs_is_listed_once() -> None:
    names = package_names(needs_for(frozenset({Purpose.PICTURES})), known(DEBIAN, "apt-get"))
    assert names.count("fontconfig") == 1


@pytest.mark.parametrize(
    ("rights", "prefix"),
    [
        ({"is_root": True}, ()),
        ({"has_sudo": True, "sudo_unasked": True}, ("sudo", "-n")),
        ({"has_sudo": True, "sudo_unasked": True, "at_terminal": True}, ("sudo", "-n")),
        ({"has_sudo": True, "at_terminal": True}, ("sudo",)),
        ({"has_sudo": True}, None),
        ({"at_terminal": True}, None),
    ],
)
def test_sudo_may_prompt_for_a_password_only_at_a_terminal(
    rights: dict[str, bool], prefix: tuple[str, ...] | None
) -> None:
    none = {"is_root": False, "has_sudo": False, "sudo_unasked": False, "at_terminal": False}
    assert choose_prefix(**(none | rights)) == prefix


def test_apt_is_not_interactive_even_through_sudo_which_drops_the_environment() -> None:
    command = install_command(known(DEBIAN, "apt-get"), ("xvfb",), ("sudo", "-n"))
    assert command[:4] == ("sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive")
    assert command[-4:] == ("install", "-y", "--no-install-recommends", "xvfb")


def test_only_apt_needs_a_separate_update_command() -> None:
    assert update_command(known(DEBIAN, "apt-get"), ())[-1] == "update"
    assert update_command(known(FEDORA, "dnf"), ()) == ()


@pytest.mark.parametrize(
    ("root", "line"),
    [
        (Root.SELF, "apt-get update && apt-get install -y --no-install-recommends xvfb dunst"),
        (Root.UNKNOWN, "apt-get update && apt-get install -y --no-install-recommends xvfb dunst"),
        (Root.SUDO, "sudo apt-get update && sudo apt-get install -y --no-install-recommends xvfb dunst"),
        (Root.DOAS, "doas apt-get update && doas apt-get install -y --no-install-recommends xvfb dunst"),
        (Root.SU, "su -lc 'apt-get update && apt-get install -y --no-install-recommends xvfb dunst'"),
    ],
)
def test_the_line_to_type_fits_the_way_to_become_root(root: Root, line: str) -> None:
    assert line_to_type(known(DEBIAN, "apt-get"), ("xvfb", "dunst"), root) == line


@pytest.mark.parametrize("root", [Root.SELF, Root.SUDO, Root.SU])
def test_a_long_line_to_type_is_broken_where_the_shell_joins_it(root: Root) -> None:
    names = tuple(f"gir1.2-package-{number}" for number in range(12))
    manager = replace(known(DEBIAN, "apt-get"), program="echo")
    command = line_to_type(manager, names, root)
    shown = in_lines(command)
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert len(shown.splitlines()) > 3
    # A person's shell, whose programs of these names do what the real ones would: run the command.
    shell = f'su() {{ sh -c "$2"; }}; sudo() {{ "$@"; }}; {shown}'
    joined = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True).stdout
    plain = shell.replace(shown, command)
    expected = subprocess.run(["sh", "-c", plain], capture_output=True, text=True, check=True)
    assert joined == expected.stdout
    assert names[-1] in joined


def test_a_short_line_to_type_stays_one_line() -> None:
    assert in_lines("sudo dnf install -y dunst") == "  sudo dnf install -y dunst"


def test_the_line_to_type_has_no_update_where_installing_does_so_by_itself() -> None:
    assert line_to_type(known(FEDORA, "dnf"), ("dunst",), Root.SUDO) == "sudo dnf install -y dunst"


@pytest.mark.parametrize(
    ("is_root", "programs", "way"),
    [
        (True, {"sudo", "su"}, Root.SELF),
        (False, {"sudo", "su"}, Root.SUDO),
        (False, {"doas", "su"}, Root.DOAS),
        (False, {"su"}, Root.SU),
        (False, set(), Root.UNKNOWN),
    ],
)
def test_the_way_to_become_root_is_a_program_that_is_there(
    is_root: bool,
    programs: set[str],
    way: Root,
) -> None:
    assert choose_way_to_root(is_root=is_root, has=programs.__contains__) is way


def test_the_size_is_the_sum_of_what_apt_lists() -> None:
    listed = (
        "Reading package lists...\n"
        "'http://deb.debian.org/a/xvfb_21.1_amd64.deb' xvfb_2%3a21.1_amd64.deb 3044232 SHA256:aa\n"
        "'http://deb.debian.org/a/dunst_1.9_amd64.deb' dunst_1.9_amd64.deb 955768 MD5Sum:bb\n"
    )
    assert megabytes_to_fetch(listed) == 4.0


def test_the_list_has_the_purpose_of_each_package() -> None:
    needs = tuple(need for need in NEEDS if need.probe in {Program(("Xvfb",)), Program(("xdotool",))})
    assert describe_needs(needs, known(DEBIAN, "apt-get")).splitlines() == [
        "  xvfb     an X server that needs no screen",
        "  xdotool  types and clicks",
    ]


def test_the_list_describes_the_need_if_no_package_is_known() -> None:
    needs = needs_for(frozenset({Purpose.APP}))
    assert describe_needs(needs).splitlines()[0].startswith("  Python module gi ")


MADISON = """\
      xvfb | 2:21.1.25-2 | http://deb.debian.org/debian sid/main amd64 Packages
mate-panel |   1.27.1-6 | http://deb.debian.org/debian sid/main amd64 Packages
"""


@pytest.mark.parametrize(
    ("listed", "absent"),
    [(MADISON, ("trayer",)), ("", ())],
    ids=["Debian without trayer", "no lists fetched yet"],
)
def test_a_package_that_the_distribution_does_not_have_is_found(listed: str, absent: tuple[str, ...]) -> None:
    assert not_offered(("xvfb", "trayer", "mate-panel"), listed) == absent
