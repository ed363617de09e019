"""`twente-atlas check`: holds a catalog and its layers to every rule."""

import json
from pathlib import Path

import click

from dashboard.commands.atlas import report_unbuilt
from dashboard.commands.options import catalog_option, json_option


@click.command()
@catalog_option
@json_option
def command(catalog: Path, as_json: bool) -> int:
    """Hold the catalog and its layers to every rule.

    Exit status 1 if one is broken. Warnings name what has become old; they leave it at 0.
    """
    from geodata import check_atlas, find_warnings, load_atlas

    atlas = load_atlas(catalog)
    problems, warnings = check_atlas(atlas), find_warnings(atlas)
    if as_json:
        both = [problem.to_dict() for problem in (*problems, *warnings)]
        click.echo(json.dumps(both, indent=2, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(problem)
        for warning in warnings:
            click.echo(f"warning: {warning}")
        found = {0: "no problem found", 1: "1 problem"}.get(len(problems), f"{len(problems)} problems")
        if warnings:
            found += f", {len(warnings)} warning{'s' if len(warnings) > 1 else ''}"
        count = sum(data.count for data in atlas.layers.values())
        click.echo(f"{len(atlas.layers)} layers, {count} features: {found}.")
        report_unbuilt(atlas)
    return 1 if problems else 0
