"""Renders the templates of the page, and escapes their values."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from dashboard.i18n.formatting import format_distance, format_iso_date, format_number, format_span
from dashboard.i18n.languages import interface_strings
from geodata.export.formats import FORMATS

TEMPLATES = Path(__file__).parents[1] / "templates"


MARKS = re.compile(r"[\\`*_\[\]$~:<>&#|]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
"""Characters with a meaning in Streamlit's Markdown, some of them at the beginning only."""

CALLS = re.compile(r":(?=[\w+/-]+:)|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\w)(?=@\w)", re.IGNORECASE)
"""Places where Streamlit finds emojis, icons and addresses in spite of backslashes."""

JOINER = "\u2060"
"""WORD JOINER, an invisible character that keeps Streamlit from finding them."""


def render_template(name: str, language: str, **values: object) -> str:
    """Render a template in a language; every value is escaped, but in texts (`.txt`)."""
    return _environment(language).get_template(name).render(language=language, **values)


def plain(text: str) -> str:
    """Escape a text for Streamlit's labels, which are Markdown with LaTeX and more."""
    text = CALLS.sub(lambda call: f"{call[0]}{JOINER}", " ".join(text.split()))
    return MARKS.sub(r"\\\g<0>", text)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    interface = interface_strings(language)
    environment.install_gettext_callables(interface.gettext, interface.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["export_formats"] = FORMATS
    environment.filters["number"] = lambda value, **options: format_number(value, language, **options)
    environment.filters["date"] = lambda value: format_iso_date(value, language)
    environment.filters["span"] = lambda value: format_span(value, language)
    environment.filters["distance"] = lambda value: format_distance(value, language)
    return environment
