"""What .deb and .rpm share: our code and what the distribution lacks, on its Python, GTK and WebKit."""

import shutil
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.briefcase import CACHE, Briefcase
from devtools.packaging.inputs import Facts, write_manual, write_share

TEMPLATE = ROOT / "build" / "linux" / "system-template"
MANUAL = CACHE / "claudometer.1"
_BUNDLE = Path("{{ cookiecutter.format }}", "{{ cookiecutter.app_name }}-{{ cookiecutter.version }}")


def prepare(facts: Facts) -> Path:
    """Copy the template and put into it what is made from the project's own files."""
    template = CACHE / TEMPLATE.name
    shutil.rmtree(template, ignore_errors=True)
    shutil.copytree(TEMPLATE, template)
    write_share(share_of(template), facts)
    copy_file(ROOT / "build" / "linux" / "launch.py", share_of(template).parent / "lib/claudometer/launch.py")
    write_manual(MANUAL, facts)
    return template


def share_of(template: Path) -> Path:
    """Return what becomes /usr/share."""
    return template / _BUNDLE / "usr" / "share"


def make(template: Path, facts: Facts) -> None:
    """Have briefcase build the bundle and pack it.

    Raises:
        PackagingError: briefcase did not do its part.
    """
    settings = {"man_page": f"'{MANUAL}'", "url": f"'{facts.homepage}'"}
    briefcase = Briefcase("linux", "system", template=template, settings=settings)
    briefcase.create()
    briefcase.build()
    briefcase.package("--adhoc-sign")


def copy_file(source: Path, target: Path) -> None:
    """Copy, and make the folders on the way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
