"""What a part of the benchmark came to: its tables, for the terminal, for JSON and for the README."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.report import Figure, to_markdown

README = Path(__file__).parents[2] / "README.md"


@dataclass(frozen=True)
class Table:
    """Figures with the same columns."""

    figures: list[Figure]
    columns: Mapping[str, str]


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
        """Return tables and note."""
        tables = [to_markdown(table.figures, table.columns) for table in self.tables]
        return "\n\n".join([*tables, self.note])

    def to_dict(self) -> dict[str, Any]:
        """Return all values, ready for JSON."""
        figures = [figure.to_dict() for table in self.tables for figure in table.figures]
        return {"note": self.note, "rounds": self.rounds, "figures": figures}


def write_to_readme(part: str, markdown: str, path: Path = README) -> None:
    """Put a part's tables between its markers.

    Raises
    ------
    ValueError
        If the README does not have the markers.
    """
    text = path.read_text(encoding="utf-8")
    between = re.compile(rf"(<!-- benchmark:{part} -->\n).*?(<!-- /benchmark -->)", re.DOTALL)
    changed, count = between.subn(lambda match: f"{match[1]}{markdown}\n{match[2]}", text)
    if count != 1:
        raise ValueError(f"{path.name} has not the one place <!-- benchmark:{part} --> … <!-- /benchmark -->")
    path.write_text(changed, encoding="utf-8")
