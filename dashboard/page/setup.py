"""Sets up the page: its atlas and language, its title, and its problems."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from dashboard.background.store import current_store
from dashboard.i18n.languages import choose_language, interface_strings
from dashboard.i18n.templating import render_template
from dashboard.link.selection import Selection
from dashboard.views.link_changes import describe_changes
from dashboard.web.error_responses import note
from geodata import Atlas, CatalogError, in_language
from geodata.errors import DatabaseError, Problem


def open_atlas() -> Atlas:
    """Return the atlas of this server in the visitor's language.

    If its catalog can't be read, the page shows the reason and stops.
    """
    try:
        atlas = current_store().atlas()
    except CatalogError as error:
        show_problems("en", [str(error)])
        st.stop()
    # The page's locale comes first: Chromium's websocket does not send the language that it is set to.
    accepted = filter(None, (st.context.locale, st.context.headers.get("Accept-Language")))
    return in_language(atlas, choose_language(atlas, st.query_params.get("lang"), ", ".join(accepted)))


@contextmanager
def errors_shown(atlas: Atlas) -> Iterator[None]:
    """Show a sentence in place of content that fails; the log has the cause under the same reference."""
    try:
        yield
    except DatabaseError as error:
        note("the page", error)
        _ = interface_strings(atlas.language).gettext
        sentence = _("The database does not answer at the moment. Choose something else, or try again.")
        show_problems(atlas.language, [sentence])
    except Exception as error:
        _ = interface_strings(atlas.language).gettext
        sentence = _("This could not be shown. Choose something else, or try again. (Reference: {reference})")
        show_problems(atlas.language, [sentence.format(reference=note("the page", error))])


def configure(atlas: Atlas) -> None:
    """Set the title of the browser's tab, and the layout."""
    st.set_page_config(page_title=atlas.catalog.title, layout="wide")


def render_changes(atlas: Atlas, selection: Selection) -> None:
    """Show the changes since a pinned link was made."""
    html = describe_changes(atlas, selection, st.query_params)
    if html is not None:
        st.html(html)


def show_problems(language: str, sentences: Sequence[str], problems: Sequence[Problem] = ()) -> None:
    """Show sentences, and problems with the data, if there are any."""
    if sentences or problems:
        texts = [str(problem) for problem in problems]
        st.html(render_template("problems.html", language, sentences=sentences, problems=texts))
