"""The .deb: our own code and libraries, on the distribution's Python, GTK and WebKit."""

import shutil
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.briefcase import CACHE, DIST, Briefcase
from devtools.packaging.inputs import SHARED, Facts, read_facts, write_manual, write_share

TEMPLATE = ROOT / "build" / "linux" / "system-template"
LAYOUT = "{{ cookiecutter.format }}"


def build() -> Path:
    """Build the package for the running release of the distribution, and return where it lies.

    Raises:
        PackagingError: briefcase did not do its part.
    """
    facts = read_facts()
    template = _prepare(facts)
    settings = {"man_page": f"'{CACHE / 'claudometer.1'}'", "url": f"'{facts.homepage}'"}
    briefcase = Briefcase("linux", "system", template=template, settings=settings)
    briefcase.create()
    briefcase.build()
    briefcase.package("--adhoc-sign")
    return max(DIST.glob("claudometer_*.deb"), key=lambda path: path.stat().st_mtime)


def _prepare(facts: Facts) -> Path:
    """Copy the template and put into it what is made from the project's own files."""
    template = CACHE / TEMPLATE.name
    shutil.rmtree(template, ignore_errors=True)
    shutil.copytree(TEMPLATE, template)
    root = template / LAYOUT / "{{ cookiecutter.app_name }}-{{ cookiecutter.version }}"
    write_share(root / "usr" / "share", facts)
    _copy(SHARED / "lintian-overrides", root / "usr" / "share" / "lintian" / "overrides" / "claudometer")
    _copy(ROOT / "build" / "linux" / "launch.py", root / "usr" / "lib" / "claudometer" / "launch.py")
    write_manual(CACHE / "claudometer.1", facts)
    return template


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
