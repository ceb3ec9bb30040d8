"""Tests the import table of the architecture page, for imports inside functions too."""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "app" / "claudometer"


class Rule(NamedTuple):
    """What a package may import: prefixes below `claudometer`, and top-level names of other packages."""

    ours: frozenset[str]
    others: frozenset[str] = frozenset()


def rule(ours: str = "", others: str = "") -> Rule:
    return Rule(frozenset(ours.split()), frozenset(others.split()))


# The longest matching prefix applies. A module may always import from its own package.
TABLE = {
    "domain": rule(),
    "system": rule("domain", "platformdirs"),
    "settings": rule("domain system providers.claude.session_key", "pydantic pydantic_settings"),
    "vault": rule("domain", "keyring secretstorage jeepney gi"),
    "providers": rule("domain system", "httpx h11 truststore socksio"),
    # Pure code for Claude's files and credentials. The command line and the browser load only these modules.
    "providers.claude.browser_protocol": rule("domain"),
    "providers.claude.capture": rule("domain"),
    "providers.claude.capture_codec": rule("domain providers.claude.capture"),
    "providers.claude.local_coverage": rule("domain providers.claude.merging"),
    "providers.claude.merging": rule("domain"),
    "providers.claude.hook_setting": rule("domain providers.claude.settings_edit"),
    "providers.claude.session_key": rule("domain"),
    "providers.claude.settings_edit": rule("domain"),
    "providers.claude.status_line_setting": rule("domain providers.claude.settings_edit"),
    "store": rule(
        "domain system.files system.regular_files system.file_locks system.lock_holders system.own_files "
        "system.state system.write_faults"
    ),
    "engine": rule("domain vault.base providers.base system.off_loop"),
    "present": rule("control.wire domain providers.claude.capture"),
    "control": rule(),
    "control.wire": rule("control.wire"),
    "control.protocol": rule("control.wire domain.quick_json"),
    "control.endpoint": rule(),
    "control.client": rule("control.protocol control.endpoint control.wire domain"),
    "control.server": rule("control.protocol control.endpoint control.wire domain system"),
    "updates": rule("domain system.files system.regular_files system.off_loop", "nacl"),
    "resources": rule(),
    "ui": rule(),
    "ui.tray": rule(
        "present domain resources system.files system.regular_files system.missing_pygobject",
        "pystray PIL gi AppKit PyObjCTools Foundation",
    ),
    # The window shows what it is sent: of the domain it knows the errors and the names of the
    # fields, of the sentences those for errors.
    "ui.window": rule(
        "control.client control.protocol control.wire domain.errors domain.form_fields present.messages "
        "resources system",
        "webview jinja2 gi",
    ),
    "ui.browser": rule("domain providers.claude.browser_protocol", "gi"),
    "cli": rule(
        "control.client control.protocol control.wire present domain system "
        "providers.claude.capture providers.claude.capture_codec providers.claude.hook_setting "
        "providers.claude.session_key providers.claude.settings_edit "
        "providers.claude.status_line_setting providers.demo_plans providers.demo_week "
        "settings.environment_defaults "
        "store.alerts store.connecting store.faults store.history store.inspecting "
        "store.in_memory store.older_requests store.queries store.requests store.schema "
        "processes.kept_state processes.demo_history processes.tray_process processes.headless "
        "processes.chosen_account processes.doctor "
        "ui.window ui.browser"
    ),
    "processes": rule("domain system"),
    "processes.alert_answers": rule("control.wire domain present"),
    "processes.alert_ports": rule("domain present"),
    "processes.alerts": rule("domain engine.alert_settings present system"),
    "processes.answers": rule("control.wire domain present"),
    "processes.presenter": rule("control.wire domain present system"),
    "processes.history_answer": rule("control.wire domain present system"),
    "processes.resets_answer": rule("control.wire domain present system"),
    "processes.requests_answer": rule(
        "control.wire domain present store.older_requests store.requests system"
    ),
    "processes.chosen_account": rule("domain settings system"),
    "processes.demo_history": rule("domain providers store.in_memory store.writing"),
    "processes.headless": rule("control.wire domain present system"),
    "processes.run_context": rule("domain settings system"),
    "processes.assembly": rule(
        "domain system settings vault providers store.connecting store.history engine"
    ),
    "processes.browser": rule("domain system engine.buckets providers.claude.browser_protocol"),
    "processes.checkup": rule("control.wire domain present system"),
    "processes.tray_program": rule("domain system engine present control ui.tray"),
    "processes.line_forecast": rule("domain present system"),
    "processes.kept_state": rule("domain store system"),
    "processes.login_probe": rule("domain engine providers"),
    "processes.opening_history": rule("domain providers store system"),
    "processes.loop_thread": rule("system.logs system.off_loop"),
    "processes.tray_alerts": rule("domain engine present store system"),
    "processes.tray_clicks": rule("domain engine present.menu_entries"),
    "processes.tray_icon": rule("present ui.tray"),
    "processes.tray_host": rule("domain engine system present.messages.start ui.tray.services"),
    "processes.doctor": rule(
        "control.client domain providers settings store.connecting store.inspecting store.kept_requests "
        "system ui.tray ui.window vault"
    ),
    "processes.doctor.selftest": rule("control.client domain providers system vault"),
    "processes.tray_process": rule(
        "control.client domain engine.engine system present.messages.start vault.session_bus"
    ),
    "processes.watched_account": rule("control.wire domain engine"),
    "processes.welcome": rule("domain settings"),
    "processes.updates": rule(
        "domain engine providers.downloads resources settings.environment_defaults store.history system "
        "updates"
    ),
    "__main__": rule("cli"),
    "__init__": rule(),
}

# Each of these takes long to load and serves a single command, so that command imports it in a function.
ONLY_INSIDE_FUNCTIONS = {
    "cli": frozenset(
        {
            "claudometer.processes.tray_process",
            "claudometer.processes.headless",
            "claudometer.processes.chosen_account",
            "claudometer.processes.demo_history",
            "claudometer.processes.doctor",
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


def edges(tree: ast.AST) -> set[str]:
    """Return our modules that a file imports, anywhere in it, or names in a string (for `import_module`)."""
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    by_string = {text for text in texts if isinstance(text, str) and text.startswith("claudometer.")}
    by_statement = {name for name in imports(tree) if name.startswith("claudometer.")}
    return by_statement | {name for name in by_string if is_module(name)}


def find_cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of one import cycle in order, or an empty list without a cycle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


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
def test_a_module_imports_only_what_the_table_allows(path: Path) -> None:
    name = dotted(path)
    key, allowed = rule_for(name)
    own = frozenset(
        {key if key.startswith(("control.", "ui.", "providers.claude.")) else key.split(".")[0], name}
    )
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for imported in {*imports(tree), *edges(tree)}:  # the latter for those by string
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


def test_no_modules_import_each_other() -> None:
    """Imports inside functions, under TYPE_CHECKING and by string count too."""
    graph = {
        f"claudometer.{dotted(path)}": edges(ast.parse(path.read_text(encoding="utf-8")))
        for path in modules()
    }
    assert len(graph) > 100, "the graph was not read"
    assert find_cycle(graph) == []


def test_no_packages_import_each_other() -> None:
    """Two packages may do so although no two of their modules do."""
    graph: dict[str, set[str]] = {}
    for path in modules():
        package = dotted(path).partition(".")[0]
        found = {name.split(".")[1] for name in edges(ast.parse(path.read_text(encoding="utf-8")))}
        graph.setdefault(package, set()).update(found - {package})
    assert find_cycle(graph) == []


@pytest.mark.parametrize(
    "source",
    [
        "from claudometer.domain.usage import Limit",
        "import claudometer.domain.usage",
        "def work():\n    from claudometer.domain import usage",
        "if TYPE_CHECKING:\n    from claudometer.domain.usage import Limit",
        'import_module("claudometer.domain.usage")',
    ],
)
def test_every_kind_of_import_that_closes_a_cycle_is_found(source: str) -> None:
    graph = {
        "claudometer.domain.errors": edges(ast.parse(source)),
        "claudometer.domain.usage": {"claudometer.domain.errors"},
    }
    assert set(find_cycle(graph)) == {"claudometer.domain.errors", "claudometer.domain.usage"}


MOST_LINES = 300

POOLS = frozenset({"to_thread", "run_in_executor", "ThreadPoolExecutor"})


def test_no_call_off_the_loop_can_keep_the_program_from_ending() -> None:
    """At exit Python joins the threads of every pool, and a call on a dead network drive never returns."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else ""
            is_ours = dotted(path) == "system.off_loop" and name == "run_in_executor"
            assert is_ours or name not in POOLS, f"{dotted(path)} uses {name}"


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    web = (PACKAGE.parent.parent / "web").iterdir()
    lengths = {path.name: path.read_text(encoding="utf-8").count("\n") for path in [*modules(), *web]}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_has_a_docstring() -> None:
    without = [
        dotted(path)
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert without == []


def test_present_and_domain_are_pure() -> None:
    """They compute from their arguments: no clock, files, processes or network."""
    forbidden = frozenset({"os", "pathlib", "subprocess", "socket", "asyncio", "threading", "logging"})
    for path in sorted((PACKAGE / "present").rglob("*.py")) + sorted((PACKAGE / "domain").rglob("*.py")):
        found = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
        assert not found & forbidden, f"{dotted(path)} is not pure: {found & forbidden}"
