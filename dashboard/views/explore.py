"""What the panel shows of the region: a chapter, the details of a feature, or the overview."""

from dashboard.i18n.formatting import format_figure
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import render_template
from dashboard.link.selection import CHARTS, EXPLORE, REACH, TABLE
from dashboard.views.feature_details import feature_details
from dashboard.views.features import to_links
from dashboard.views.key_figures import key_figures
from geodata import Atlas, Chapter


def panel_titles(atlas: Atlas) -> dict[str, str]:
    """Return the titles of what the panel can show, in the order of its tabs."""
    _ = interface_strings(atlas.language).gettext
    titles = {EXPLORE: _("Explore"), TABLE: _("Table")}
    if atlas.catalog.charts:
        titles[CHARTS] = _("Charts")
    if atlas.catalog.network is not None:
        titles[REACH] = _("Reach")
    return titles


def find_chapter(atlas: Atlas, chapter_id: str | None) -> Chapter | None:
    """Return a chapter of the tour by its id."""
    return next((chapter for chapter in atlas.catalog.chapters if chapter.id == chapter_id), None)


def explore_html(atlas: Atlas, chapter: Chapter | None, reference: str | None) -> str:
    """Return the HTML of a chapter, else of a feature by its reference, else of the overview."""
    if chapter is not None:
        return _chapter_html(atlas, chapter)
    feature = atlas.feature(reference) if reference else None
    if feature is not None:
        details = feature_details(atlas, feature)
        return render_template("details/details.html", atlas.language, details=details)
    return render_template(
        "overview.html",
        atlas.language,
        overview=atlas.catalog.overview,
        figures=key_figures(atlas),
        chapters=atlas.catalog.chapters,
    )


def _chapter_html(atlas: Atlas, chapter: Chapter) -> str:
    chapters, figure = atlas.catalog.chapters, chapter.figure
    place = chapters.index(chapter)
    return render_template(
        "chapter.html",
        atlas.language,
        chapter=chapter,
        figure=figure and format_figure(figure.value, figure.unit, atlas.language),
        links=to_links(atlas, chapter.features),
        number=place + 1,
        count=len(chapters),
        previous=chapters[place - 1] if place > 0 else None,
        following=chapters[place + 1] if place + 1 < len(chapters) else None,
    )
