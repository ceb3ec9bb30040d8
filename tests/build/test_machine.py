"""Tests the probes for modules, programs, fonts and files on the real machine."""

import sys
from pathlib import Path

import pytest
from devtools.catalog import AnyFile, Font, Need, Probe, Program, Purpose, PythonModule, Typelib
from devtools.machine import missing_needs

PYTHON = Path(sys.executable)


def need(probe: Probe) -> Need:
    return Need("a test", Purpose.SETUP, probe, {})


@pytest.mark.parametrize(
    "probe", [PythonModule("json"), Program(("no-such-program", "sh")), AnyFile(("/no/such/file", "/et[c]"))]
)
def test_an_installed_need_is_found(probe: Probe) -> None:
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
def test_a_need_that_is_not_installed_is_missing(probe: Probe) -> None:
    assert missing_needs([need(probe)], PYTHON) == (need(probe),)


@pytest.mark.desktop
def test_the_typelib_of_gtk_3_is_found_and_that_of_gtk_9_is_not() -> None:
    gtk = [need(Typelib("Gtk", "3.0")), need(Typelib("Gtk", "9.0"))]
    assert missing_needs(gtk, PYTHON) == (gtk[1],)
