"""`twente-atlas export`: writes the atlas as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.commands.atlas import load_and_report, report_unbuilt
from dashboard.commands.options import catalog_option

if TYPE_CHECKING:
    from geodata import Atlas


@click.command()
@catalog_option
@click.option("--lang", "language", default="en", metavar="TAG", help="language of its texts")
@click.argument("file", type=click.Path(path_type=Path))
def command(catalog: Path, language: str, file: Path) -> None:
    """Write the atlas to FILE; its ending says the format."""
    from geodata.export.atlas import ATLAS_FORMATS, ending_of, write_atlas

    endings = [".html", *ATLAS_FORMATS]
    ending = ending_of(file.name, endings)
    if ending is None:
        suffix = file.suffix.lower()
        is_of_one = f"{suffix}.zip" in ATLAS_FORMATS
        hint = f" A {suffix} holds one layer only: a zip has one for each." if is_of_one else ""
        raise click.ClickException(
            f"can't write {file.name}: give it one of the endings {', '.join(endings)}.{hint}"
        )
    if not file.resolve().parent.is_dir():
        raise click.ClickException(f"there is no folder {file.parent}; make it first")
    atlas = load_and_report(catalog)
    form = ATLAS_FORMATS.get(ending)
    atlas = _in_language(atlas, language, ending, is_english=form is not None and form.is_english)
    if atlas.large and not (form and form.has_large):
        names = ", ".join(atlas.large)
        others = " or ".join(name for name, other in ATLAS_FORMATS.items() if other.has_large)
        click.echo(f"Large, and not in a {ending}: {names}. A {others} has them.", err=True)
    report_unbuilt(atlas)
    path = file.resolve()
    if form is None:
        from dashboard.map.single_file import write_html

        write_html(atlas, path)
    else:
        write_atlas(atlas, ending, path)
    click.echo(f"wrote {file} ({path.stat().st_size / 1e6:.1f} MB)")


def _in_language(atlas: Atlas, language: str, ending: str, *, is_english: bool) -> Atlas:
    from dashboard.i18n.languages import languages
    from geodata import in_language

    known = languages(atlas)
    if language not in known:
        raise click.ClickException(f"there is no language `{language}`; there are {', '.join(known)}")
    if is_english and language != atlas.language:
        raise click.ClickException(
            f"a {ending} holds the files of the layers, which are English; leave out --lang"
        )
    return in_language(atlas, language)
