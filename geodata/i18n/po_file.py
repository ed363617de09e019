"""Reads, updates and checks the `.po` file of a language with Babel.

Its message ids are the English texts; texts without a translation stay English.
"""

import gettext
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog as PoCatalog, Message as PoMessage
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from geodata.errors import Problem
from geodata.i18n.messages import Message

FOLDER = "locales"
"""Folder beside a catalog with one file per language, named by its tag (BCP 47)."""

SAME = "same"
"""Flag of an entry whose translation equals the English text, such as a name."""

PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)\w|%[sd]")

HEADER = """\
# `twente-atlas translate` keeps this file up to date.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""

MAX_PLACES = 3
"""Number of places of a text listed in its comment."""

MIN_SENTENCE_WORDS = 4
"""Number of words from which equal texts in two languages are a mistake."""


@dataclass(frozen=True, eq=False)
class Translation:
    """The translations of one language."""

    path: Path
    entries: PoCatalog
    texts: gettext.NullTranslations

    @property
    def language(self) -> str:
        """Tag of the language (BCP 47), which is the name of the file."""
        return self.path.stem

    @property
    def name(self) -> str:
        """Name of the file in problems."""
        return f"{self.path.parent.name}/{self.path.name}"


def read_translation(path: Path) -> Translation:
    """Read a language file; raises `ValueError` with the reason if it can't be read."""
    try:
        with path.open("rb") as file:
            entries = read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True)
    except (PoFileError, OSError, ValueError, LookupError) as error:
        raise ValueError(str(error)) from None
    compiled = io.BytesIO()
    write_mo(compiled, entries)
    compiled.seek(0)
    return Translation(path, entries, gettext.GNUTranslations(compiled))


def read_translations(folder: Path) -> tuple[dict[str, Translation], list[Problem]]:
    """Return tag → language file of a folder, and the problems of files that can't be read."""
    translations: dict[str, Translation] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.po")):
        try:
            translations[path.stem] = read_translation(path)
        except ValueError as error:
            what = f"the language file {FOLDER}/{path.name} can't be read: {error}"
            problems.append(Problem(None, None, what, "Correct it; until then its texts are English."))
    return translations, problems


def update_translation(
    path: Path, messages: Iterable[Message], carried: Mapping[str, str] | None = None
) -> tuple[int, int]:
    """Update the language file with the current texts, or create it.

    New texts are added without a translation, unless `carried` (text → translation) has one. Obsolete texts
    are removed; other translations stay. Returns the numbers of added and of removed texts.
    """
    carried = carried or {}
    language = path.stem
    old = read_translation(path).entries if path.exists() else PoCatalog(language.replace("-", "_"))
    places: dict[str, dict[str, None]] = {}
    wanted: dict[str, Message] = {}
    for message in messages:
        wanted.setdefault(message.text, message)
        places.setdefault(message.text, {})[message.place] = None
    new = PoCatalog(old.locale, fuzzy=False)
    for text, message in wanted.items():
        entry = old.get(text)
        new.add(
            text if message.plural is None else (text, message.plural),
            entry.string if entry else carried.get(text, ""),
            flags=entry.flags if entry else [SAME] if carried.get(text) == text else (),
            user_comments=entry.user_comments if entry else (),
            auto_comments=[", ".join(list(places[text])[:MAX_PLACES])],
        )
    known = set(filter(None, map(_id_of, old)))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(language=language, plural_forms=new.plural_forms).encode())
        write_po(file, new, width=0, omit_header=True)
    return len(set(wanted) - known), len(known - set(wanted))


def check_translation(translation: Translation, messages: Iterable[Message]) -> Iterator[Problem]:
    """Find texts without a translation, obsolete translations, and copies of the English text."""
    wanted = {message.text: message for message in reversed(list(messages))}
    required = {text for text, message in wanted.items() if not message.is_name}
    for text in sorted(set(wanted), key=lambda text: wanted[text].place):
        entry = translation.entries.get(text)
        if entry is None or entry.fuzzy or not all(_strings_of(entry)):
            if text in required:
                yield _problem(translation, f"has no translation of {_quote(text)} ({wanted[text].place})")
            continue
        if text in required and entry.string == text and SAME not in entry.flags:
            what = f"repeats the English {_quote(text)} ({wanted[text].place})"
            yield _problem(translation, what, f"Translate it, or mark the entry with `#, {SAME}`.")
    for entry in filter(_id_of, translation.entries):
        if _id_of(entry) not in wanted:
            what = f"translates the obsolete text {_quote(_id_of(entry))}"
            yield _problem(translation, what, "Remove that entry.")
        yield from _check_placeholders(translation, entry)


def check_apart(translations: Iterable[Translation]) -> Iterator[Problem]:
    """Find sentences that are equal in two languages."""
    seen: dict[str, Translation] = {}
    for translation in translations:
        for entry in filter(_id_of, translation.entries):
            for text in _strings_of(entry):
                if SAME in entry.flags or len(text.split()) < MIN_SENTENCE_WORDS or text == entry.id:
                    continue
                other = seen.setdefault(text, translation)
                if other is not translation:
                    what = f"has {_quote(text)}, as {other.name} does"
                    yield _problem(translation, what, f"Translate it, or mark the entry with `#, {SAME}`.")


def _check_placeholders(translation: Translation, entry: PoMessage) -> Iterator[Problem]:
    """Find translations whose placeholders differ from those of the English text."""
    ids = entry.id if isinstance(entry.id, list | tuple) else [entry.id]
    wanted = [Counter(PLACEHOLDER.findall(text)) for text in ids if text]
    for text in _strings_of(entry):
        if text and wanted and Counter(PLACEHOLDER.findall(text)) not in wanted:
            what = f"has other placeholders than {_quote(ids[0])}"
            yield _problem(translation, what, "Use each `{name}` of the English text once.")


def _id_of(entry: PoMessage) -> str:
    return str(entry.id[0] if isinstance(entry.id, list | tuple) else entry.id)


def _strings_of(entry: PoMessage) -> list[str]:
    """Return the translation, or its plural forms."""
    strings = entry.string if isinstance(entry.string, list | tuple) else [entry.string]
    return [str(text or "") for text in strings]


def _problem(translation: Translation, what: str, mend: str = "Add it.") -> Problem:
    return Problem(None, None, f"{translation.name} {what}", mend)


def _quote(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:57] + '…'}”"
