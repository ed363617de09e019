"""Gathers the figures of the overview."""

from dashboard.i18n.formatting import format_value
from dashboard.views.features import Fact, to_link
from geodata import Atlas


def key_figures(atlas: Atlas) -> list[Fact]:
    """Return the figures of the overview that the loaded layers have."""
    facts = []
    for figure in atlas.catalog.overview.figures:
        feature = atlas.feature(figure.feature)
        if (
            feature is None
            or figure.field not in feature.properties
            or figure.field not in feature.layer.fields
        ):
            continue
        value = format_value(
            _rounded(feature.properties[figure.field]), feature.layer.fields[figure.field], atlas.language
        )
        facts.append(Fact(figure.label, value, links=(to_link(feature),)))
    return facts


def _rounded(value: object) -> object:
    """Round a large figure for the overview; the details keep its decimals."""
    return round(value) if isinstance(value, float) and abs(value) >= 100 else value
