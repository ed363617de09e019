"""Whether the colors of the catalog and of the style sheets stand out from each other on the map."""

import re
from dataclasses import dataclass

import pytest

from dashboard.web.assets import FRONTEND
from tests.support.colors import SYMBOL_CONTRAST, TEXT_CONTRAST, contrast


def over(color, opacity, ground):
    """Browsers blend the encoded values."""
    pairs = zip(
        *([int(c[index : index + 2], 16) for index in (1, 3, 5)] for c in (color, ground)), strict=True
    )
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02x}" for a, b in pairs)


def css_colors(sheet, is_dark):
    """Return the custom properties of a style sheet that are one color for light and one for dark."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (FRONTEND / sheet).read_text())
    return {name: dark if is_dark else light for name, light, dark in found}


def land(is_dark):
    return css_colors("map/basemap/basemap.css", is_dark)["basemap-land"]


@dataclass(frozen=True)
class Look:
    """How the features of a layer, or of one of its categories, are drawn."""

    name: str
    stroke: str
    fill: str
    icon: str | None


def looks(atlas, is_dark):
    for data in atlas.layers.values():
        layer = data.layer
        base = layer.style.model_dump(exclude_none=True, exclude={"categories"})
        for category in layer.style.categories or [None]:
            style = {**base, **(category.model_dump(exclude_none=True) if category else {})}
            color = (is_dark and style.get("dark_color")) or style["color"]
            fill = style.get("dark_fill_color" if is_dark else "fill_color", color)
            fill_opacity = style.get("symbol_fill_opacity", style.get("fill_opacity", 0))
            yield Look(
                name=f"{layer.id}.{style.get('value', '')}",
                stroke=over(color, style.get("opacity", 1), land(is_dark)),
                fill=over(fill, fill_opacity, land(is_dark)),
                icon=style.get("icon") or next(iter(layer.style.icons.values()), None),
            )


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_every_symbol_stands_out_from_the_land(atlas, is_dark):
    faint = {
        look.name: max(contrast(look.stroke, land(is_dark)), contrast(look.fill, land(is_dark)))
        for look in looks(atlas, is_dark)
    }
    assert {name: ratio for name, ratio in faint.items() if ratio < SYMBOL_CONTRAST} == {}


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_pictograms_stand_out_from_their_symbols(atlas, is_dark):
    ratios = {look.name: contrast(look.stroke, look.fill) for look in looks(atlas, is_dark) if look.icon}
    assert len(ratios) >= 10
    assert {name: ratio for name, ratio in ratios.items() if ratio < SYMBOL_CONTRAST} == {}


def test_each_kind_of_a_layer_and_each_layer_has_a_pictogram_of_its_own(atlas):
    by_layer = {
        name: [
            icon for icon in [*(c.icon for c in style.categories), *style.icons.values(), style.icon] if icon
        ]
        for name, style in ((name, data.layer.style) for name, data in atlas.layers.items())
    }
    for name, icons in by_layer.items():
        assert len(set(icons)) == len(icons), name
    assert len(by_layer["clusters"]) == 6
    programmes = atlas.layers["programmes"].layer
    assert set(programmes.style.icons) == set(programmes.fields["theme"].choices)
    shapes = [
        (atlas.layers[name].layer.style.shape, icon) for name, icons in by_layer.items() for icon in icons
    ]
    assert len(set(shapes)) == len(shapes), (
        "layers that share a pictogram, such as that of hydrogen, differ in shape"
    )


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_words_and_marks_on_the_map_can_be_read(is_dark):
    colors = css_colors("colors.css", is_dark) | css_colors("map/style/base.css", is_dark)
    sheets = [colors["paper"], colors["paper-soft"]]
    base = css_colors("map/basemap/basemap.css", is_dark)
    ground = [base[f"basemap-{kind}"] for kind in ("land", "nature", "wood", "built-up")]
    water = [base["basemap-water"]]
    needed = {
        "ink": (sheets + ground + water, TEXT_CONTRAST),
        "soft": (sheets + ground + water, TEXT_CONTRAST),
        "accent": (sheets + ground, TEXT_CONTRAST),  # names of areas, which are on land
        "alert": (sheets, TEXT_CONTRAST),
        "focus": (sheets + ground + water, SYMBOL_CONTRAST),
        "measure": (sheets + ground + water, SYMBOL_CONTRAST),
    }
    for name, (behind, least) in needed.items():
        assert min(contrast(colors[name], other) for other in behind) >= least, name


GROUNDS = (
    *("land", "residential", "commercial", "works", "campus", "park", "wetland", "sand", "reserve"),
    *("wood", "building", "street", "street-main", "street-motorway", "street-pedestrian"),
)
"""Colors of the street map that names are drawn on."""


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("ink", ["street-ink", "green-ink", "point-ink"])
def test_names_of_the_street_map_are_readable_on_every_ground(ink, is_dark):
    inks = css_colors("map/labels/labels.css", is_dark)
    grounds = css_colors("map/basemap/basemap.css", is_dark)
    ratios = {name: contrast(inks[ink], grounds[f"basemap-{name}"]) for name in GROUNDS}
    assert min(ratios.values()) >= TEXT_CONTRAST, ratios


@pytest.mark.parametrize("is_dark", [False, True])
def test_names_of_waters_are_readable_on_water_and_land(is_dark):
    ink = css_colors("map/labels/labels.css", is_dark)["water-ink"]
    grounds = css_colors("map/basemap/basemap.css", is_dark)
    for name in ("water", "land", "park", "wood"):
        assert contrast(ink, grounds[f"basemap-{name}"]) >= TEXT_CONTRAST, name


@pytest.mark.parametrize("is_dark", [False, True])
def test_road_numbers_are_readable_on_their_shields(is_dark):
    sheet = (FRONTEND / "map/labels/labels.css").read_text()
    rules = re.findall(r"(\.atlas-label-shield-[^{]+)\{\s*--shield: ([^;]+);\s*--shield-ink: ([^;]+);", sheet)
    for sign in ("nl-motorway", "nl-main", "de-motorway", "de-main", "de-minor"):
        [colors] = [colors for names, *colors in rules if f"-shield-{sign}" in names]
        ground, text = (re.findall(r"#\w{6}", color)[-1 if is_dark else 0] for color in colors)
        assert contrast(text, ground) >= TEXT_CONTRAST, sign
