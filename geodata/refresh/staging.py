"""Stages refreshed layers in a copy of the region, checks every rule there, and only then replaces files."""

import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from geodata.atlas.atlas import Atlas
from geodata.atlas.languages import atlas_messages
from geodata.atlas.loading import load_atlas
from geodata.check.all_rules import check_atlas, check_texts
from geodata.errors import Problem
from geodata.i18n.po_file import FOLDER, update_translation
from geodata.refresh.dated_text import carry_over
from geodata.refresh.draft import Differences

PREVIOUS = "previous"
"""Folder beside the catalog with the files that the last refresh replaced."""

MIN_SEARCHED = 10_000
"""Smaller numbers are not searched in texts, where they occur by chance."""

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+")


def stage(folder: Path, target: Path, contents: Mapping[str, bytes]) -> None:
    """Copy a region's folder as symbolic links, with some files replaced."""
    target.mkdir()
    touched = {FOLDER, *(Path(name).parts[0] for name in contents)}
    for path in folder.iterdir():
        if path.is_dir() and path.name in touched:
            shutil.copytree(path, target / path.name, copy_function=_link_or_copy)
        elif path.name != PREVIOUS:
            _link_or_copy(path, target / path.name)
    for name, content in contents.items():
        _replace(target / name, content)


def carry_translations(before: Atlas, after: Atlas) -> None:
    """Update the language files of a staged atlas; carry over translations where only numbers differ."""
    old, new = _texts(before), _texts(after)
    pairs = [
        (was, text)
        for place in new
        if place in old and len(new[place]) == len(old[place])
        for was, text in zip(old[place], new[place], strict=True)
        if was != text
    ]
    messages = list(atlas_messages(after))
    for language, translation in after.translations.items():
        carried = {}
        for was, text in pairs:
            entry = translation.entries.get(was)
            found = carry_over(was, text, str(entry.string), language) if entry and entry.string else None
            if found is not None:
                carried[text] = found
        path = after.folder / FOLDER / f"{language}.po"
        _replace(path, path.read_bytes())
        update_translation(path, messages, carried)


def check_staged(before: Atlas, catalog: Path) -> tuple[list[Problem], list[Problem]]:
    """Return the new problems of a staged atlas: those of the data, and those of texts to be written."""
    after = load_atlas(catalog)
    known, to_write = set(check_atlas(before)), set(check_texts(after))
    fresh = [problem for problem in check_atlas(after) if problem not in known]
    return [item for item in fresh if item not in to_write], [item for item in fresh if item in to_write]


def _link_or_copy(source: str | Path, target: str | Path) -> None:
    source = Path(source).resolve()
    try:
        Path(target).symlink_to(source, target_is_directory=source.is_dir())
    except OSError:  # Windows needs a privilege for links
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)


def _replace(path: Path, content: bytes) -> None:
    """Write a file anew: writing through a link would change the region."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def _texts(atlas: Atlas) -> dict[str, tuple[str, ...]]:
    """Return place → its different texts."""
    found: dict[str, dict[str, None]] = {}
    for message in atlas_messages(atlas):
        found.setdefault(message.place, {})[message.text] = None
    return {place: tuple(texts) for place, texts in found.items()}


def find_outdated(atlas: Atlas, differences: Iterable[Differences]) -> dict[str, list[str]]:
    """Return place of a text → changed numbers in it, for a person to check."""
    numbers = {
        f"{old:,}"
        for layer in differences
        for values in layer.changed.values()
        for old, _ in values.values()
        if isinstance(old, int) and old >= MIN_SEARCHED
    }
    found: dict[str, list[str]] = {}
    for message in atlas_messages(atlas):
        outdated = sorted(numbers & set(NUMBER.findall(message.text)))
        if outdated:
            found[message.place] = outdated
    return found


def replace_files(staged: Path, folder: Path) -> list[str]:
    """Replace the files of a folder that differ from the staged ones; return their names.

    Raises `OSError` if a file can't be replaced; the files before it are restored.
    """
    names = [
        str(path.relative_to(staged))
        for path in sorted(staged.rglob("*"))
        if path.is_file() and _differs(path, folder / path.relative_to(staged))
    ]
    for name in names:
        kept = folder / PREVIOUS / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        _put(folder / name, kept)
    done: list[str] = []
    try:
        for name in names:
            _put(staged / name, folder / name)
            done.append(name)
    except OSError:
        for name in done:
            _put(folder / PREVIOUS / name, folder / name)
        raise
    return names


def _differs(path: Path, other: Path) -> bool:
    return not path.samefile(other) and path.read_bytes() != other.read_bytes()


def _put(source: Path, target: Path) -> None:
    """Write a copy beside the target, and move it there in one step."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, part)
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
