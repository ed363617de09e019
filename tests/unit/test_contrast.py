"""What the colors of the catalog are like on the map, where contrast is low or eyes see colors otherwise."""

import itertools
import re
from dataclasses import dataclass

import pytest

from dashboard.web.assets import FRONTEND
from tests.support.colors import SYMBOL_CONTRAST, TEXT_CONTRAST, contrast, linear

VISION = {
    "any": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    # Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB.
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}

CLEARLY_ANOTHER = 15
"""Distance in CIELAB (1976) from which on two colors side by side are not taken for each other."""

CLEARLY_LARGER_PX = 1.5
"""Of a radius, or of the width of a line."""


def encoded(color):
    parts = [12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in color]
    return "#" + "".join(f"{round(255 * min(max(part, 0), 1)):02x}" for part in parts)


def over(color, opacity, ground):
    """Browsers blend the encoded values."""
    pairs = zip(
        *([int(c[index : index + 2], 16) for index in (1, 3, 5)] for c in (color, ground)), strict=True
    )
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02x}" for a, b in pairs)


def seen(color, vision):
    red, green, blue = linear(color)
    return encoded([row[0] * red + row[1] * green + row[2] * blue for row in VISION[vision]])


def lab(color):
    red, green, blue = linear(color)
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(first, second):
    return sum((a - b) ** 2 for a, b in zip(lab(first), lab(second), strict=True)) ** 0.5


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
    role: str
    shape: str
    stroke: str
    fill: str
    dash: str | None
    size: float
    icon: str | None = None
    marks: tuple = ()
    """What else tells lines apart: ties, two tracks, a halo in a color of its own."""

    def is_told_from(self, other, vision):
        if (self.shape, self.dash, self.icon, self.marks) != (
            other.shape,
            other.dash,
            other.icon,
            other.marks,
        ):
            return True
        if abs(self.size - other.size) >= CLEARLY_LARGER_PX:
            return True
        colors = [(self.stroke, other.stroke)]
        if self.role != "line":
            colors.append((self.fill, other.fill))
        return max(difference(seen(a, vision), seen(b, vision)) for a, b in colors) >= CLEARLY_ANOTHER


def looks(atlas, is_dark):
    for data in atlas.layers.values():
        layer = data.layer
        base = layer.style.model_dump(exclude_none=True, exclude={"categories"})
        for category in layer.style.categories or [None]:
            style = {**base, **(category.model_dump(exclude_none=True) if category else {})}
            color = (is_dark and style.get("dark_color")) or style["color"]
            fill = style.get("dark_fill_color" if is_dark else "fill_color", color)
            fill_opacity = style.get("symbol_fill_opacity", style.get("fill_opacity", 0))
            types = " ".join(
                {
                    shape.geom_type
                    for feature, shape in data.geometries.items()
                    if category is None
                    or data.properties[feature].get(layer.style.category_field) == category.value
                }
            )
            for role in ("area", "line", "point"):
                if {"area": "Polygon", "line": "Line", "point": "Point"}[role] not in types:
                    continue
                yield Look(
                    name=f"{layer.id}.{style.get('value', '')}",
                    role=role,
                    shape=style.get("shape", "circle") if role == "point" else role,
                    stroke=over(color, style.get("opacity", 1), land(is_dark)),
                    fill=over(fill, fill_opacity, land(is_dark)),
                    dash=None if role == "point" else style.get("dash_array"),
                    size=style.get("radius", 6) if role == "point" else style.get("weight", 2),
                    icon=style.get("icon") or next(iter(layer.style.icons.values()), None)
                    if role == "point"
                    else None,
                    marks=tuple(style.get(key) for key in ("pattern", "tracks", "casing_color"))
                    if role == "line"
                    else (),
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
@pytest.mark.parametrize("vision", VISION)
def test_layers_are_told_apart_without_relying_on_a_color_that_not_all_see(atlas, vision, is_dark):
    alike = [
        (first.name, second.name)
        for first, second in itertools.combinations(looks(atlas, is_dark), 2)
        if first.role == second.role and not first.is_told_from(second, vision)
    ]
    assert alike == []


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_words_and_marks_on_the_map_can_be_read(is_dark):
    colors = css_colors("colors.css", is_dark) | css_colors("map/style/base.css", is_dark)
    sheets = [colors["paper"], colors["paper-soft"]]
    base = css_colors("map/basemap/basemap.css", is_dark)
    ground = [base[f"basemap-{kind}"] for kind in ("land", "nature", "wood", "built-up", "industrial")]
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
    *("ground", "residential", "commercial", "works", "campus", "park", "wetland", "sand", "reserve"),
    *("street-wood", "building", "street", "street-main", "street-motorway", "street-pedestrian"),
)
"""Colors of the street map that names are drawn on."""


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("ink", ["street-ink", "green-ink", "point-ink"])
def test_names_of_the_street_map_are_readable_on_every_ground(ink, is_dark):
    inks = css_colors("map/features/labels.css", is_dark)
    grounds = css_colors("map/basemap/basemap.css", is_dark)
    ratios = {name: contrast(inks[ink], grounds[f"basemap-{name}"]) for name in GROUNDS}
    assert min(ratios.values()) >= TEXT_CONTRAST, ratios


@pytest.mark.parametrize("is_dark", [False, True])
def test_names_of_waters_are_readable_on_water_and_land(is_dark):
    ink = css_colors("map/features/labels.css", is_dark)["water-ink"]
    grounds = css_colors("map/basemap/basemap.css", is_dark)
    for name in ("street-water", "ground", "park", "street-wood"):
        assert contrast(ink, grounds[f"basemap-{name}"]) >= TEXT_CONTRAST, name


@pytest.mark.parametrize("is_dark", [False, True])
def test_road_numbers_are_readable_on_their_shields(is_dark):
    shields = css_colors("map/features/labels.css", is_dark)
    for sign in ("nl-motorway", "nl-main", "de-motorway", "de-main", "de-minor"):
        text, ground = (shields[f"shield-{sign}{part}"] for part in ("-ink", ""))
        assert contrast(text, ground) >= TEXT_CONTRAST, sign
