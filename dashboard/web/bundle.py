"""The map's ES modules as one script, in the order they need each other.

The modules stay ordinary ones, which import each other by name; the tests check what is joined.
"""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function)\b)", re.MULTILINE)


def join_modules(folder: Path, entry: str) -> str:
    """Return a module and everything that it imports as one script.

    Raises
    ------
    ValueError
        If modules import each other in a circle.
    """
    return "\n".join(
        f"// {name}.js\n{EXPORT.sub('', IMPORT.sub('', _read(folder, name)))}"
        for name in modules_in_order(folder, entry)
    )


def modules_in_order(folder: Path, entry: str) -> list[str]:
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
