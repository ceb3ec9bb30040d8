"""Looking at the real machine: what is there is found, what is not is missing."""

import sys
from pathlib import Path

import pytest
from devtools.catalogue import AnyFile, Font, Need, Probe, Program, Purpose, PythonModule, Typelib
from devtools.machine import missing_needs

PYTHON = Path(sys.executable)


def need(probe: Probe) -> Need:
    return Need("a test", Purpose.SETUP, probe, {})


@pytest.mark.parametrize(
    "probe", [PythonModule("json"), Program(("no-such-program", "sh")), AnyFile(("/no/such/file", "/et[c]"))]
)
def test_what_is_there_is_not_missing(probe: Probe) -> None:
    assert missing_needs([need(probe)], PYTHON) == ()


@pytest.mark.parametrize(
    "probe",
    [
        PythonModule("no_such_module"),
        Typelib("NoSuchLibrary", "1.0"),
        Program(("no-such-program",)),
        Font("No Such Font At All"),
        AnyFile(("/no/such/file",)),
    ],
)
def test_what_is_not_there_is_missing(probe: Probe) -> None:
    assert missing_needs([need(probe)], PYTHON) == (need(probe),)


@pytest.mark.desktop
def test_the_typelib_of_the_toolkit_is_found_where_desktop_tests_run() -> None:
    gtk = [need(Typelib("Gtk", "3.0")), need(Typelib("Gtk", "9.0"))]
    assert missing_needs(gtk, PYTHON) == (gtk[1],)
