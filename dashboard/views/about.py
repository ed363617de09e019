"""Renders the page about the atlas: description, contacts, and the evidence card of each layer."""

from dashboard.i18n.languages import languages
from dashboard.i18n.templating import render_template
from dashboard.views.features import to_links
from dashboard.web.assets import to_address, to_data_address
from geodata import Atlas
from geodata.atlas.evidence import evidence_card


def render_about(atlas: Atlas) -> str:
    """Return the page as HTML, in the language of the atlas."""
    return render_template(
        "about.html",
        atlas.language,
        catalog=atlas.catalog,
        languages=languages(atlas),
        contacts=[(contact, to_links(atlas, contact.features)) for contact in atlas.catalog.about.contacts],
        cards=[evidence_card(data) for data in atlas.layers.values()],
        basemap=atlas.catalog.basemap,
        icon=to_data_address("frontend/icon.svg"),
        style=to_address("frontend/page/about.css"),
    )
