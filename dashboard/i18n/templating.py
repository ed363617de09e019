"""HTML of the page: templates beside this module, escaped here and nowhere else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.i18n.formatting import format_distance, format_iso_date, format_number
from dashboard.i18n.languages import interface_strings
from geodata.export.formats import FORMATS

TEMPLATES = Path(__file__).parents[1] / "templates"


MARKS = re.compile(r"[\\`*_\[\]$~:<>&#|]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
"""Signs that mean something in Markdown as Streamlit reads it, some of them at the beginning only."""

CALLS = re.compile(r":(?=[\w+/-]+:)|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\w)(?=@\w)", re.IGNORECASE)
"""Where Streamlit looks for emojis, icons and addresses once backslashes are gone."""

JOINER = "\u2060"
"""Seen by nobody but them (WORD JOINER)."""


def render_template(name: str, language: str, **values: object) -> str:
    """Fill in a template in a language; every value is escaped."""
    return _environment(language).get_template(name).render(language=language, **values)


def plain(text: str) -> str:
    """Return a text that Streamlit's labels, which are Markdown with LaTeX and more, show as it is."""
    text = CALLS.sub(lambda call: f"{call[0]}{JOINER}", " ".join(text.split()))
    return MARKS.sub(r"\\\g<0>", text)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    interface = interface_strings(language)
    environment.install_gettext_callables(interface.gettext, interface.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["export_formats"] = FORMATS
    environment.filters["number"] = lambda value: format_number(value, language)
    environment.filters["date"] = lambda value: format_iso_date(value, language)
    environment.filters["distance"] = lambda value: format_distance(value, language)
    return environment
