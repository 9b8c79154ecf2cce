"""Imports go one way: a module imports from its own folder or from lower floors, never sideways."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "extractor"

FLOORS: dict[str, int] = {
    "core": 0,
    "setup": 1,
    "values": 1,
    "files": 2,
    "imaging": 2,
    "ocr": 2,
    "prose": 2,
    "tables": 2,
    "classify": 3,
    "fields": 3,
    "matching": 3,
    "decisions": 4,
    "rules": 4,
    "worksheet": 4,
    "pipeline": 5,
    "bench": 6,
    "jobs": 6,
    "doors": 7,
}


def imported_folders(source: str) -> set[str]:
    """Folders of ``extractor`` that a module imports, function-level imports included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module]
            if node.module == "extractor":
                names = [f"extractor.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "extractor" and len(parts) > 1:
                found.add(parts[1])
    return found


def violations(folder: str, source: str) -> set[str]:
    floor = FLOORS[folder]
    return {
        other
        for other in imported_folders(source) & set(FLOORS)
        if other != folder and FLOORS[other] >= floor
    }


def test_every_folder_of_the_package_has_a_floor() -> None:
    folders = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    assert folders == set(FLOORS)


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.name)
def test_imports_go_downwards_only(module: Path) -> None:
    parts = module.relative_to(PACKAGE).parts
    if len(parts) == 1:
        return
    source = module.read_text(encoding="utf-8")
    assert not violations(parts[0], source), f"{module} imports upwards or sideways"


def test_an_upward_import_would_be_seen() -> None:
    inside_function = "def f():\n    from extractor.doors.cli import app\n"
    assert violations("fields", inside_function) == {"doors"}
    assert violations("fields", "from extractor.classify.split import x") == {"classify"}
    assert not violations("rules", "from extractor.core.page import Line")


def test_nothing_inside_uses_the_front_door_of_the_package_for_more_than_the_version() -> None:
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "extractor":
                names = {alias.name for alias in node.names}
                assert names <= {"__version__", *FLOORS, "doors"}, module
