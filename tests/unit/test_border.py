"""The border of the shipped atlas: one line from the sea to Belgium, with each country on its side."""

import shapely

from geodata import load_atlas
from geodata.spatial.measuring import length_km

ATLAS = load_atlas()
LINES = ATLAS.layers["border"].geometries


def test_the_border_goes_on_where_the_euregio_ends():
    inside, beyond = LINES["nl_de"], shapely.get_parts(LINES["nl_de_beyond"])
    north, south = beyond
    assert (north.coords[-1], south.coords[0]) == (inside.coords[0], inside.coords[-1])
    whole = shapely.line_merge(shapely.union_all([inside, *beyond]))
    assert whole.geom_type == "LineString"
    assert 555 < length_km(whole) < 570, "published figures say about 562 km"


def test_the_countries_named_beside_the_border_lie_on_that_side():
    left, right = ATLAS.catalog.layers["border"].style.sides
    assert (left, right) == ("Germany", "Netherlands")
    cities = ATLAS.layers["cities"].gdf
    parts = [LINES["nl_de"], *shapely.get_parts(LINES["nl_de_beyond"])]
    for name in ("gronau", "nordhorn", "bad_bentheim", "enschede", "losser", "denekamp"):
        town = cities.geometry[name]
        line = min(parts, key=town.distance)
        at = line.project(town)
        before, after = line.interpolate(at - 0.01), line.interpolate(at + 0.01)
        turn = (after.x - before.x) * (town.y - before.y) - (after.y - before.y) * (town.x - before.x)
        assert (turn > 0) == (cities["country"][name] == "DE"), name


def test_the_border_is_the_strongest_line():
    """A band counts with the line that it belongs to."""
    widths = {
        layer.id: (layer.style.weight or 2) + 2 * (layer.style.band_weight or 0)
        for layer in ATLAS.catalog.layers.values()
        if "LineString" in layer.geometry_types
    }
    assert max(widths, key=widths.__getitem__) == "border"


def test_no_area_of_the_region_tints_what_lies_in_it():
    for layer_id in ("euroregion", "region"):
        assert ATLAS.catalog.layers[layer_id].style.fill_opacity == 0
