"""The rooms of both packages, their order, and what the documents list of them.

`python -m tests.support.house_map` writes rooms, modules and settings into `geodata/README.md` and
`dashboard/README.md`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.settings_table import settings_table

ROOT = Path(__file__).parents[2]

FLOORS = {
    "geodata": (
        ("json_object",),
        ("errors",),
        ("catalog",),
        ("reading",),
        ("i18n",),
        ("features",),
        ("validation",),
        ("large",),
        ("basemap_build",),
        ("uploads",),
        ("database", "cluster"),
        ("atlas",),
        ("search", "export", "spatial"),
        ("crossings",),
        ("network",),
        ("check",),
        ("refresh",),
    ),
    "dashboard": (
        ("web", "i18n"),
        ("link",),
        ("map",),
        ("background",),
        ("ogc", "fleet"),
        ("views",),
        ("charts", "preview"),
        ("reach",),
        ("downloads",),
        ("uploads",),
        ("page", "endpoints"),
        ("app",),
        ("commands", "cli"),
    ),
}
"""Rooms and modules of each package from the ground up; those of one floor do not import each other."""

LEADING_COMMENT = re.compile(r"/\*\*(.*?)\*/", re.DOTALL)


def modules(package: str) -> list[Path]:
    """Return the Python and JavaScript modules of a package, in alphabetical order."""
    return sorted(path for path in (ROOT / package).rglob("*.*") if path.suffix in {".py", ".js"})


def first_paragraph(path: Path) -> str:
    """Return the first paragraph of a module's docstring or leading comment; empty where it has none."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = ast.get_docstring(ast.parse(source)) or ""
    else:
        comment = LEADING_COMMENT.match(source)
        text = re.sub(r"^\s*\* ?", "", comment[1], flags=re.MULTILINE) if comment else ""
    return " ".join(text.strip().split("\n\n")[0].split())


def room_of(path: Path) -> str:
    """Return the room of a module: the folder below its package, or its own name beside the rooms."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if len(parts) > 2 else path.stem


def rooms_table(package: str) -> str:
    """Return the rooms of a package with their subjects, from the ground up."""
    rows = ["| room | subject |", "|---|---|"]
    for floor in FLOORS[package]:
        for room in floor:
            folder = ROOT / package / room
            is_folder = folder.is_dir()
            path = folder / "__init__.py" if is_folder else folder.with_suffix(".py")
            rows.append(f"| `{room}{'/' if is_folder else '.py'}` | {first_paragraph(path)} |")
    return "\n".join(rows)


def module_list(package: str) -> str:
    """Return all modules with their first sentences, folder by folder."""
    return "\n".join(_lines(package))


def _lines(package: str) -> Iterator[str]:
    folder = None
    for path in modules(package):
        if path.name in {"__init__.py", "__main__.py"}:
            continue
        place = path.relative_to(ROOT / package)
        if place.parent != folder:
            folder = place.parent
            yield f"- **`{folder}/`**" if folder.parts else "- beside the rooms"
        yield f"  - `{place.name}`: {first_paragraph(path)}"


def settings_rows() -> str:
    """Return the settings of a server, as its class documents them."""
    head = ["| variable | option | default | meaning |", "|---|---|---|---|"]
    rows = (
        f"| `{row.variable}` | {f'`{row.option}`' if row.option else ''} | {row.default} | {row.meaning} |"
        for row in settings_table()
    )
    return "\n".join([*head, *rows])


def with_map(text: str, package: str) -> str:
    """Return a document with the lists of a package between their markers."""
    lists = {"rooms": rooms_table(package), "modules": module_list(package)}
    if package == "dashboard":
        lists["settings"] = settings_rows()
    for marker, content in lists.items():
        between = re.compile(rf"(<!-- {marker}:{package} -->\n).*?(<!-- /{marker} -->)", re.DOTALL)
        text, count = between.subn(lambda match, new=content: f"{match[1]}{new}\n{match[2]}", text)
        if count != 1:
            raise ValueError(f"the document lacks the one place <!-- {marker}:{package} -->")
    return text


if __name__ == "__main__":
    for name in FLOORS:
        document = ROOT / name / "README.md"
        document.write_text(with_map(document.read_text(encoding="utf-8"), name), encoding="utf-8")
