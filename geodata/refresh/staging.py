"""A copy of the region with the refreshed layers, held against every rule before anything is replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from geodata.atlas.atlas import Atlas
from geodata.atlas.languages import atlas_messages, check_languages
from geodata.atlas.loading import load_atlas
from geodata.check.all_rules import check_atlas
from geodata.errors import Problem
from geodata.i18n.messages import Message
from geodata.i18n.po_file import FOLDER, update_translation
from geodata.refresh.dated_text import carry_over
from geodata.refresh.replace_files import PREVIOUS


def make_trial(folder: Path, target: Path, contents: Mapping[str, bytes]) -> None:
    """Make a region's folder anew out of links, where the disk can, with some of its files different."""
    target.mkdir()
    touched = {FOLDER, *(Path(name).parts[0] for name in contents)}
    for path in folder.iterdir():
        if path.name == PREVIOUS:
            continue
        if path.is_file():
            _link_or_copy(path, target / path.name)
        elif path.name in touched:
            shutil.copytree(path, target / path.name, copy_function=_link_or_copy)
        else:
            _point_to_or_copy(path, target / path.name)
    for name, content in contents.items():
        path = target / name
        path.unlink(missing_ok=True)  # a link must not be written through
        path.write_bytes(content)


def carry_translations(before: Atlas, after: Atlas) -> None:
    """Bring a trial's language files up to date, carrying over where only numbers differ."""
    old, new = _texts(before), _texts(after)
    pairs = [
        (new[place], old[place])
        for place in new
        if place in old and len(new[place]) == len(old[place]) and new[place] != old[place]
    ]
    messages = list(atlas_messages(after))
    for language, translation in after.translations.items():
        carried = {}
        for there, here in pairs:  # several texts may have become the same
            for text, was in zip(there, here, strict=True):
                entry = translation.entries.get(was)
                words = carry_over(was, text, str(entry.string), language) if entry and entry.string else None
                if words is not None and text != was:
                    carried[text] = words
        path = after.folder / FOLDER / f"{language}.po"
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
        update_translation(path, messages, carried)


def check_trial(before: Atlas, catalog: Path) -> tuple[list[Problem], list[Problem]]:
    """Return what would be newly wrong: with the data, and with languages, which only a person can mend."""
    after = load_atlas(catalog)
    known, unsaid = set(check_atlas(before)), set(check_languages(after))
    fresh = [problem for problem in check_atlas(after) if problem not in known]
    return [item for item in fresh if item not in unsaid], [item for item in fresh if item in unsaid]


def _link_or_copy(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)


def _point_to_or_copy(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source.resolve(), target_is_directory=True)
    except OSError:  # Windows without the right to
        shutil.copytree(source, target)


def _texts(atlas: Atlas) -> dict[str, tuple[str, ...]]:
    """Return the texts that there are at each place."""
    found: dict[str, dict[str, None]] = {}
    message: Message
    for message in atlas_messages(atlas):
        found.setdefault(message.place, {})[message.text] = None
    return {place: tuple(texts) for place, texts in found.items()}
