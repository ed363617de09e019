"""The house as the README draws it: who may import whom, and that no test is left uncollected."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STREAMLIT_MODULES = {
    "app",
    "page",
    "panel",
    "table",
    "charts",
    "reach_panel",
    "state",
    "map_frame",
    "server",
    "protocol",
    "visiting",
    "settings",
}
FOLIUM_MODULES = {"elements", "light_folium"}


def imports_of(path: Path) -> set[str]:
    """Top-level names of everything that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", sorted((ROOT / "geodata").rglob("*.py")), ids=lambda path: path.stem)
def test_geodata_knows_nothing_of_maps_or_pages(path):
    assert not imports_of(path) & {"dashboard", "streamlit", "folium", "branca"}


@pytest.mark.parametrize("path", sorted((ROOT / "dashboard").glob("*.py")), ids=lambda path: path.stem)
def test_only_the_page_imports_streamlit_and_only_the_map_folium(path):
    imported = imports_of(path)
    assert "streamlit" not in imported or path.stem in STREAMLIT_MODULES
    assert not imported & {"folium", "branca"} or path.stem in FOLIUM_MODULES


def test_no_module_is_called_like_one_of_the_standard_library():
    own = {path.stem for package in ("dashboard", "geodata") for path in (ROOT / package).glob("*.py")}
    assert not {name for name in own if not name.startswith("_")} & sys.stdlib_module_names


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.stem)
def test_everything_that_asserts_is_collected(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(isinstance(part, ast.Assert) for part in ast.walk(node)):
            called = re.search(
                rf"\b{node.name}\(", path.read_text(encoding="utf-8").replace(f"def {node.name}(", "")
            )
            assert node.name.startswith("test_") or called, (
                f"{path.name}: {node.name} asserts, and nobody runs it"
            )
            assert path.name.startswith("test_") or path.name == "conftest.py"
