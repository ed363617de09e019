"""Many small files as one answer: the map's ES modules, in the order they need each other, and its styles.

A frame without an origin of its own has no cache in browsers: each file is asked for at each visit.
The modules stay ordinary ones; the tests check what is joined.
"""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function)\b)", re.MULTILINE)


def join_modules(folder: Path, entry: str, exported: str) -> str:
    """Return a module and everything that it imports as one module that exports one name.

    Raises
    ------
    ValueError
        If modules import each other in a circle.
    """
    parts = [
        f"// {name}.js\n{EXPORT.sub('', IMPORT.sub('', _read(folder, name)))}"
        for name in _in_order(folder, entry)
    ]
    return "\n".join([*parts, f"export {{ {exported} }};\n"])


def join_styles(folder: Path, names: tuple[str, ...]) -> str:
    """Return style sheets as one."""
    return "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in names)


def _in_order(folder: Path, entry: str) -> list[str]:
    """Return the names of a module and of all that it needs, each after what it needs."""
    ordered: list[str] = []
    open_: list[str] = []

    def visit(name: str) -> None:
        if name in open_:
            raise ValueError(f"modules import each other: {' → '.join([*open_, name])}")
        if name not in ordered:
            open_.append(name)
            for needed in IMPORT.findall(_read(folder, name)):
                visit(needed)
            open_.pop()
            ordered.append(name)

    visit(entry)
    return ordered


def _read(folder: Path, name: str) -> str:
    return (folder / f"{name}.js").read_text(encoding="utf-8")
