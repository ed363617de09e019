"""Joins scripts, or style sheets, of the front end into one text, each after those that it imports."""

import re
from pathlib import Path

IMPORTS = {
    ".js": re.compile(r'^import \{[^}]*\} from "(\.[\w./]+\.js)";\n', re.MULTILINE),
    ".css": re.compile(r'^@import "(\.[\w./]+\.css)";\n', re.MULTILINE),
}
EXPORTS = re.compile(r"^export (?=(?:async )?(?:const|class|function)\b)", re.MULTILINE)

FOR_READERS = re.compile(
    r"^[ \t]*/\*(?:(?!\*/).)*\*/\n"  # types and explanations
    r"|^[ \t]*//[^\n]*\n"
    r"|/\*\* @(?:(?!\*/).)*\*/ ?"
    r"|^[ \t]*\n"
    r"|^[ \t]+",
    re.MULTILINE | re.DOTALL,
)
"""Comments on lines of their own, types, empty lines and indentation: a third of the files' size."""


def join_modules(folder: Path, entry: str) -> str:
    """Return a script or style sheet and everything it imports as one text.

    `entry` is the path of a file below `folder`, with its ending. Raises `ValueError` if files import each
    other in a circle.
    """
    parts = []
    for name in modules_in_order(folder, entry):
        text = _read(folder, name)
        for unneeded in (FOR_READERS, IMPORTS[Path(entry).suffix], EXPORTS):
            text = unneeded.sub("", text)
        parts.append(text.lstrip())
    return "".join(parts)


def modules_in_order(folder: Path, entry: str) -> list[str]:
    """Return the paths of a file and of everything it imports, each after those that it imports."""
    pattern = IMPORTS[Path(entry).suffix]
    root = folder.resolve()
    ordered: list[str] = []

    def visit(name: str, *importers: str) -> None:
        if name in importers:
            raise ValueError(f"modules import each other: {' → '.join([*importers, name])}")
        if name not in ordered:
            for imported in pattern.findall(_read(root, name)):
                path = (root / name).parent.joinpath(imported).resolve()
                visit(path.relative_to(root).as_posix(), *importers, name)
            ordered.append(name)

    visit(entry)
    return ordered


def _read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
