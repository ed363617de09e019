"""`twente-atlas translate`: brings the language files up to date, or begins new ones."""

from collections.abc import Sequence
from pathlib import Path

import click

from dashboard.commands.options import catalog_option


@click.command()
@catalog_option
@click.argument("languages", nargs=-1, metavar="[TAG]...")
def command(catalog: Path, languages: Sequence[str]) -> None:
    """Bring language files up to date, or begin new ones.

    TAG is the tag of a language, such as `nl`; without it, all files are brought up to date.
    """
    from dashboard.i18n.extraction import interface_messages
    from dashboard.i18n.languages import LOCALES
    from geodata import load_atlas
    from geodata.atlas.languages import atlas_messages
    from geodata.i18n.po_file import FOLDER, update_translation

    for language in languages:
        _require_language(language)
    atlas = load_atlas(catalog)
    files = {atlas.folder / FOLDER: list(atlas_messages(atlas)), LOCALES: list(interface_messages())}
    for folder, messages in files.items():
        for language in languages or sorted(path.stem for path in folder.glob("*.po")):
            added, removed = update_translation(folder / f"{language}.po", messages)
            click.echo(f"{folder / language}.po: {added} texts new, {removed} gone")


def _require_language(tag: str) -> None:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise click.ClickException(f"`{tag}` is no language tag; give one such as nl or pt-BR") from None
