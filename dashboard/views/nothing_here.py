"""Renders the page for an address that the atlas does not have."""

from dashboard.i18n.templating import render_template
from dashboard.web.assets import to_address, to_data_address
from geodata import Atlas


def render_nothing_here(atlas: Atlas, root: str) -> str:
    """Return the page as HTML, in the language of the atlas; `root` is the path of the dashboard."""
    return render_template(
        "nothing_here.html",
        atlas.language,
        title=atlas.catalog.title,
        icon=to_data_address("frontend/icon.svg"),
        style=to_address("frontend/page/about.css").removeprefix("./"),
        root=root,
    )
