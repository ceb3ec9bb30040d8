"""What .deb and .rpm share: our code with the libraries that the distribution lacks."""

import shutil
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.briefcase import CACHE, Briefcase
from devtools.packaging.inputs import Facts, write_manual, write_share

TEMPLATE = ROOT / "build" / "linux" / "system-template"
MANUAL = CACHE / "claudometer.1"
_BUNDLE = Path("{{ cookiecutter.format }}", "{{ cookiecutter.app_name }}-{{ cookiecutter.version }}")


def prepare(facts: Facts) -> Path:
    """Copy the template and add the files that are generated from the project."""
    template = CACHE / TEMPLATE.name
    shutil.rmtree(template, ignore_errors=True)
    shutil.copytree(TEMPLATE, template)
    write_share(share_of(template), facts)
    copy_file(ROOT / "build" / "linux" / "launch.py", share_of(template).parent / "lib/claudometer/launch.py")
    write_manual(MANUAL, facts)
    return template


def share_of(template: Path) -> Path:
    """Return the folder that becomes /usr/share."""
    return template / _BUNDLE / "usr" / "share"


def make(template: Path, facts: Facts) -> None:
    """Build the bundle and the package with briefcase.

    Raises:
        PackagingError: briefcase failed.
    """
    settings = {"man_page": f"'{MANUAL}'", "url": f"'{facts.homepage}'"}
    briefcase = Briefcase("linux", "system", template=template, settings=settings)
    briefcase.create()
    briefcase.build()
    briefcase.package("--adhoc-sign")


def copy_file(source: Path, target: Path) -> None:
    """Copy a file and create the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
