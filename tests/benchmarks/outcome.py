"""What a part of the benchmark came to: its tables, for the terminal, for JSON and for RESULTS.md."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.report import Figure, to_markdown

RESULTS = Path(__file__).with_name("RESULTS.md")

NOTE = re.compile(r"^- \*\*(.+)\*\*: (.+)$", re.MULTILINE)
"""How rows came about, below a table: groups of rows, and what is to be said of them."""
BETWEEN_GROUPS = " · "

HEAD = re.compile(r"^\| figure \|.*\n\|[-|]+$", re.MULTILINE)
ROW = re.compile(r"^\| (?!figure \|).*$", re.MULTILINE)


@dataclass(frozen=True)
class Table:
    """Figures with the same columns."""

    figures: list[Figure]
    columns: Mapping[str, str]
    groups: Sequence[str] = ()
    """What the titles of rows that are measured together begin with; without any, all rows are."""


@dataclass(frozen=True)
class Outcome:
    """A part's tables, and how they came about."""

    tables: list[Table]
    note: str
    rounds: int

    @property
    def is_met(self) -> bool:
        """Whether all limits are met."""
        return not any(figure.is_met is False for table in self.tables for figure in table.figures)

    def to_markdown(self) -> str:
        """Return tables, and below each what is to be said of its rows."""
        return "\n\n".join(self._table(table) for table in self.tables)

    def _table(self, table: Table) -> str:
        note = f"- **{BETWEEN_GROUPS.join(table.groups)}**: {self.note}" if table.groups else self.note
        return f"{to_markdown(table.figures, table.columns)}\n\n{note}"

    def to_dict(self) -> dict[str, Any]:
        """Return all values, ready for JSON."""
        figures = [figure.to_dict() for table in self.tables for figure in table.figures]
        return {"note": self.note, "rounds": self.rounds, "figures": figures}


def record(part: str, markdown: str, path: Path = RESULTS) -> None:
    """Put a part's tables between its markers; rows of groups that they say nothing of stay, with their note.

    Raises
    ------
    ValueError
        If the file lacks the markers.
    """
    text = path.read_text(encoding="utf-8")
    between = re.compile(rf"(<!-- benchmark:{part} -->\n)(.*?)\n(<!-- /benchmark -->)", re.DOTALL)
    changed, count = between.subn(lambda match: f"{match[1]}{merge(match[2], markdown)}\n{match[3]}", text)
    if count != 1:
        raise ValueError(f"{path.name} has not the one place <!-- benchmark:{part} --> … <!-- /benchmark -->")
    path.write_text(changed, encoding="utf-8")


def merge(old: str, new: str) -> str:
    """Return one table with the rows of both: a group that was measured anew replaces the old one."""
    groups = list(_notes(new))
    stay = [group for group in _notes(old) if group not in groups]
    if not stay:
        return new
    [head, *_] = HEAD.findall(new)
    rows = [*_rows_of(stay, old), *_rows_of(groups, new)]
    # What is of one kind stays together, in the order that there was.
    kinds = list(dict.fromkeys(_kind(row) for row in (*ROW.findall(old), *rows)))
    rows.sort(key=lambda row: kinds.index(_kind(row)))
    said: dict[str, list[str]] = {}
    for group, text in (_notes(old) | _notes(new)).items():
        said.setdefault(text, []).append(group)
    notes = [f"- **{BETWEEN_GROUPS.join(names)}**: {text}" for text, names in said.items()]
    return "\n".join([head, *rows, "", *notes])


def _rows_of(groups: Collection[str], markdown: str) -> list[str]:
    """Return the rows of these groups."""
    return [row for row in ROW.findall(markdown) if row.startswith(tuple(f"| {group}: " for group in groups))]


def _kind(row: str) -> str:
    """Return what a row begins with: `points` of `| points, dashboard: drawn |`."""
    return re.split("[,:]", row, maxsplit=1)[0]


def _notes(markdown: str) -> dict[str, str]:
    """Return what is said of each group."""
    return {group: text for names, text in NOTE.findall(markdown) for group in names.split(BETWEEN_GROUPS)}
