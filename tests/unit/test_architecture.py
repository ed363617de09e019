"""The order of floors, the size of modules, and the sentence that each module begins with."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

from tests.support.house_map import FLOORS, ROOT, first_paragraph, modules, room_of, with_map

PACKAGES = tuple(FLOORS)
PYTHON = [path for package in PACKAGES for path in modules(package) if path.suffix == ".py"]
JAVASCRIPT = [path for package in PACKAGES for path in modules(package) if path.suffix == ".js"]

STREAMLIT = ("dashboard/page/", "dashboard/app.py")
"""What renders the Streamlit page or serves it."""
FOLIUM = ("dashboard/map/elements.py",)

MAX_LINES, MAX_MEDIAN_LINES = 300, 70
MAX_FILES_IN_FOLDER = 26
MAX_ANY = 150
"""`Any` says that nothing is known of a value: right for JSON and untyped libraries, and for little else."""

IMPORT = re.compile(r'^import [^"]*? from "(\.[^"]+)";', re.MULTILINE)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def name_of(path: Path) -> str:
    """Dotted name of a module; a package is its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path): path for path in PYTHON}


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """Everything that a Python module imports, anywhere in it, by dotted name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}: relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in NAMES else str(node.module))
    return frozenset(found)


def top_level(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported_modules(path)}


@pytest.mark.parametrize("path", [path for path in PYTHON if place(path).startswith("geodata/")], ids=place)
def test_geodata_knows_nothing_of_maps_or_pages(path):
    assert not top_level(path) & {"dashboard", "streamlit", "folium", "branca"}


@pytest.mark.parametrize("path", [path for path in PYTHON if place(path).startswith("dashboard/")], ids=place)
def test_only_the_page_imports_streamlit_and_only_the_map_s_elements_folium(path):
    imported = top_level(path)
    assert "streamlit" not in imported or place(path).startswith(STREAMLIT)
    assert not imported & {"folium", "branca"} or place(path) in FOLIUM


@pytest.mark.parametrize("path", PYTHON, ids=place)
def test_a_room_imports_only_from_rooms_below_it(path):
    package = path.relative_to(ROOT).parts[0]
    floors = {room: number for number, floor in enumerate(FLOORS[package]) for room in floor}
    room = room_of(path)
    if room in {"__init__", "__main__"}:
        return
    for name in imported_modules(path):
        parts = name.split(".")
        if parts[0] == package:
            assert len(parts) > 1, f"{place(path)} imports the front of its own package"
            assert parts[1] == room or floors[parts[1]] < floors[room], f"{place(path)} imports {name}"


def test_no_python_modules_import_each_other_in_a_circle():
    graph = {
        name_of(path): {name for name in imported_modules(path) if name in NAMES and name != name_of(path)}
        for path in PYTHON
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_no_scripts_import_each_other_in_a_circle():
    graph = {
        place(path): {
            place((path.parent / name).resolve()) for name in IMPORT.findall(path.read_text(encoding="utf-8"))
        }
        for path in JAVASCRIPT
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_every_room_has_a_floor():
    for package in PACKAGES:
        rooms = {room_of(path) for path in PYTHON if place(path).startswith(f"{package}/")}
        assert rooms - {"__init__", "__main__"} == {room for floor in FLOORS[package] for room in floor}


@pytest.mark.parametrize("path", [*PYTHON, *JAVASCRIPT], ids=place)
def test_each_module_begins_with_one_plain_sentence(path):
    sentence = first_paragraph(path)
    assert sentence.endswith("."), "the first paragraph is a sentence"
    assert not re.search(r"[.!?] [A-Z]", sentence.replace("e.g. ", "")), "it is one sentence"
    assert len(sentence) <= 140, "it is short"


@pytest.mark.parametrize("package", PACKAGES)
def test_the_map_of_the_house_says_what_the_modules_say(package):
    text = (ROOT / package / "README.md").read_text(encoding="utf-8")
    assert text == with_map(text, package), "run `python -m tests.support.house_map`"


def test_modules_are_small():
    lines = {place(path): path.read_text(encoding="utf-8").count("\n") for path in (*PYTHON, *JAVASCRIPT)}
    assert not {name: count for name, count in lines.items() if count > MAX_LINES}
    assert median(lines.values()) <= MAX_MEDIAN_LINES


def test_no_folder_of_the_packages_holds_more_than_one_can_overlook():
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.*"))
    folders = Counter(path.parent for path in files if path.suffix != ".pyc")
    assert not {place(folder): count for folder, count in folders.items() if count > MAX_FILES_IN_FOLDER}


def test_any_is_rare():
    count = sum(len(re.findall(r"\bAny\b", path.read_text(encoding="utf-8"))) for path in PYTHON)
    assert count <= MAX_ANY


def test_no_module_is_called_like_one_of_the_standard_library():
    # `streamlit run` puts the folder of its script first on the path.
    found = {path.stem for path in (ROOT / "dashboard").iterdir() if path.is_dir() or path.suffix == ".py"}
    assert not {name for name in found if not name.startswith("_")} & sys.stdlib_module_names


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=place)
def test_everything_that_asserts_is_collected(path):
    source = path.read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and any(isinstance(part, ast.Assert) for part in ast.walk(node)):
            called = re.search(rf"\b{node.name}\(", source.replace(f"def {node.name}(", ""))
            is_shared = place(path).startswith("tests/support/")
            assert node.name.startswith("test_") or called or is_shared, f"nobody runs {node.name}"
            assert path.name.startswith("test_") or path.name == "conftest.py" or is_shared
