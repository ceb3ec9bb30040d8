"""Who may import whom, function bodies included: the table of the architecture page, held by a test."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "app" / "claudometer"


class Rule(NamedTuple):
    """What one package may import: of ours (prefixes), and of others."""

    ours: frozenset[str]
    others: frozenset[str] = frozenset()


def rule(ours: str = "", others: str = "") -> Rule:
    return Rule(frozenset(ours.split()), frozenset(others.split()))


# Longest prefix wins. Its own package is always allowed.
TABLE = {
    "domain": rule(),
    "domain.settings": rule("domain", "pydantic"),
    "system": rule("domain", "platformdirs filelock"),
    "settings": rule("domain system", "pydantic pydantic_settings"),
    "vault": rule("domain", "keyring secretstorage jeepney"),
    "providers": rule("domain system", "httpx truststore"),
    "engine": rule("domain vault.base providers.base system.off_loop"),
    "present": rule("domain"),
    "control": rule(),
    "control.protocol": rule(),
    "control.endpoint": rule(),
    "control.client": rule("control.protocol control.endpoint domain"),
    "control.server": rule("control.protocol control.endpoint domain system"),
    "updates": rule("domain system.files system.filesystem system.off_loop", "nacl"),
    "update_assembly": rule("assembly update_work domain engine settings.environment system"),
    "update_work": rule("assembly domain providers.downloads resources system updates"),
    "resources": rule(),
    "ui": rule(),
    "ui.tray": rule(
        "present domain system.files system.filesystem", "pystray PIL gi AppKit PyObjCTools Foundation"
    ),
    "ui.window": rule("control.client control.protocol domain present resources system", "webview jinja2 gi"),
    "ui.browser": rule("domain", "gi"),
    "cli": rule(
        "control.client control.protocol present domain system "
        "tray_process headless selfcheck ui.window ui.browser"
    ),
    "tray_process": rule("app assembly control.client system"),
    "app": rule("assembly update_assembly window_process domain system engine present control ui.tray"),
    "assembly": rule("browser_process domain system settings vault providers engine"),
    "browser_process": rule("domain system engine.allowances"),
    "headless": rule("assembly domain system"),
    "window_process": rule("system"),
    "selfcheck": rule("control.client domain providers system vault"),
    "__main__": rule("cli"),
    "__init__": rule(),
}

# The command line stays quick: these are loaded inside a function, by one command each.
ONLY_INSIDE_FUNCTIONS = {
    "cli": frozenset(
        {
            "claudometer.tray_process",
            "claudometer.headless",
            "claudometer.selfcheck",
            "claudometer.ui.window",
            "claudometer.ui.browser",
        }
    )
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def rule_for(name: str) -> tuple[str, Rule]:
    candidates = [key for key in TABLE if name == key or name.startswith((f"{key}.", f"{key}_"))]
    key = max(candidates, key=len)
    return key, TABLE[key]


def imports(tree: ast.AST) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            # `from claudometer.control import client` names a module, `… import ControlClient` does not.
            found += [
                f"{module}.{alias.name}" if is_module(f"{module}.{alias.name}") else module
                for alias in node.names
            ]
    return found


def is_module(name: str) -> bool:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def top_level_imports(tree: ast.Module) -> list[str]:
    found: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += imports(node)
    return found


def within(name: str, prefixes: frozenset[str]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_a_module_imports_only_what_its_room_allows(path: Path) -> None:
    name = dotted(path)
    key, allowed = rule_for(name)
    own = frozenset({key.split(".")[0] if not key.startswith(("control.", "ui.")) else key, name})
    for imported in imports(ast.parse(path.read_text(encoding="utf-8"))):
        head, _, rest = imported.partition(".")
        if head == "claudometer":
            assert not rest or within(rest, allowed.ours | own), f"{name} must not import {imported}"
        elif head not in sys.stdlib_module_names:
            assert head in allowed.others, f"{name} must not import {imported}"


@pytest.mark.parametrize("path", [path for path in modules() if dotted(path).startswith("cli")], ids=dotted)
def test_the_command_line_loads_heavy_parts_only_on_use(path: Path) -> None:
    for imported in top_level_imports(ast.parse(path.read_text(encoding="utf-8"))):
        assert not within(imported, ONLY_INSIDE_FUNCTIONS["cli"]), (
            f"{dotted(path)} imports {imported} at its top"
        )


POOLS = frozenset({"to_thread", "run_in_executor", "ThreadPoolExecutor"})


def test_no_call_off_the_loop_can_keep_the_program_from_ending() -> None:
    """Python waits for the threads of a pool, also for one that a dead network drive holds for ever."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else ""
            is_ours = dotted(path) == "system.off_loop" and name == "run_in_executor"
            assert is_ours or name not in POOLS, f"{dotted(path)} uses {name}"


def test_every_module_says_what_it_is() -> None:
    silent = [
        dotted(path)
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_the_present_package_is_pure() -> None:
    """Presentation turns values into words: no clock, no file, no process, no network of its own."""
    forbidden = frozenset({"os", "pathlib", "subprocess", "socket", "asyncio", "threading", "logging"})
    for path in sorted((PACKAGE / "present").glob("*.py")) + sorted((PACKAGE / "domain").glob("*.py")):
        found = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
        assert not found & forbidden, f"{dotted(path)} is not pure: {found & forbidden}"
