"""Loads the atlas for a command, and reports what is wrong or not built."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from geodata import Atlas


def load_and_report(catalog: Path) -> Atlas:
    """Load an atlas, and print its problems to standard error."""
    from geodata import load_atlas

    atlas = load_atlas(catalog)
    for problem in atlas.problems:
        click.echo(f"twente-atlas: {problem}", err=True)
    return atlas


def report_unbuilt(atlas: Atlas) -> None:
    """Print to standard error which large layers are not built yet."""
    if atlas.waiting:
        names = ", ".join(atlas.waiting)
        click.echo(f"Large, and not built yet: {names}. `twente-atlas build` builds them.", err=True)


def problem_of(atlas: Atlas, layer_id: str) -> str | None:
    """Return the first problem of a layer that could not be loaded, or `None`."""
    return next((str(problem) for problem in atlas.problems if problem.layer == layer_id), None)
