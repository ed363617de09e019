"""The picture of a card: a map, and beside it the words."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import shapely
from PIL import ImageColor

from dashboard.map.data_urls import basemap_document
from dashboard.preview.canvas import Bounds, Canvas
from dashboard.preview.card import Card
from dashboard.views.features import name_of
from dashboard.web import assets
from dashboard.web.document import Document
from geodata import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.catalog.style_schema import PathStyle
from geodata.features.feature import Feature

SIZE = (1200, 630)
"""What most messengers and networks show without cutting it."""

PANEL: Bounds = (44, 44, 556, 586)
MAP_BOX: Bounds = (600, 60, 1150, 570)
PADDING = 36

PAPER, INK, SOFT, ACCENT = "#ffffff", "#1c2b2a", "#51615f", "#0b6e4f"
LAND, SEA = "#f3f2ee", "#c9dde8"
BASE_FILLS = {
    "land": LAND,
    "built_up": "#e6e2dd",
    "wood": "#dde6d2",
    "nature": "#e9eee2",
    "wetland": "#e2ebe6",
    "water": SEA,
}
BASE_LINES = {
    "river": (SEA, 2.0),
    "canal": (SEA, 1.2),
    "motorway": ("#e3d3b4", 2.0),
    "border": ("#97768c", 2.0),
}

LINE_FACTOR = 1.3
"""A card is seen smaller than a map: its lines are wider by this."""

MOST_WIDTH = 6
CREDIT_SIZE = 14
TITLE_SIZES = (50, 42, 34, 28)
MOST_TITLE_LINES = 3


MOST_NAMES = 14
NAME_SIZE = 19


@dataclass(frozen=True)
class Name:
    """The name of a point on the picture."""

    text: str
    x: float
    y: float
    away: float
    """Distance from the middle of the symbol."""
    priority: float


@per_atlas(maxsize=64)
def draw_card(atlas: Atlas, card: Card) -> Document:
    """Return the picture of a card as PNG."""
    canvas = Canvas(SIZE, SEA)
    chosen = [feature for reference in card.features if (feature := atlas.feature(reference)) is not None]
    canvas.fit(card.bounds or _bounds_of(atlas, chosen), MAP_BOX)
    _draw_base(canvas, atlas)
    names = [*_draw_layers(canvas, atlas), *_draw_chosen(canvas, chosen)]
    _write_names(canvas, names)
    _write_panel(canvas, atlas, card)
    file = io.BytesIO()
    canvas.finish().quantize(192).save(file, "PNG", optimize=True)
    return Document(file.getvalue(), "image/png", assets.SHARED)


def _bounds_of(atlas: Atlas, features: Iterable[Feature]) -> Sequence[float]:
    shapes = [feature.geometry for feature in features]
    return list(shapely.total_bounds(shapes)) if shapes else atlas.catalog.home_bbox


def _draw_base(canvas: Canvas, atlas: Atlas) -> None:
    document = basemap_document(atlas, "overview.geojson")
    features = json.loads(document.content)["features"] if document else []
    for feature in features:
        kind, shape = feature["properties"].get("kind"), shapely.geometry.shape(feature["geometry"])
        if kind in BASE_FILLS:
            canvas.shape(shape, fill=BASE_FILLS[kind])
        elif kind in BASE_LINES:
            color, width = BASE_LINES[kind]
            canvas.shape(shape, line=color, width=width)


def _draw_layers(canvas: Canvas, atlas: Atlas) -> Iterator[Name]:
    """Draw the layers that the map shows at the start; yield the names of points."""
    for layer in (data for data in atlas.in_memory.values() if data.layer.visible):
        for feature in filter(None, map(layer.feature, layer.geometries)):
            style = _style_of(feature)
            color, width = _color_of(style), min((style.weight or 1) * LINE_FACTOR, MOST_WIDTH)
            if feature.geometry.geom_type.endswith("Point"):
                radius = style.radius or 5
                x, y = canvas.dot(feature.geometry, radius, color, PAPER)
                yield Name(name_of(feature), x, y, radius + 6, style.label_priority or 0)
            elif style.dash_array:
                pattern = [float(part) for part in style.dash_array.replace(",", " ").split()]
                canvas.dashes(feature.geometry, color, width, pattern)
            else:
                if style.casing:
                    canvas.shape(feature.geometry, line=PAPER, width=width + 3)
                canvas.shape(feature.geometry, line=color, width=width)


def _draw_chosen(canvas: Canvas, features: Iterable[Feature]) -> Iterator[Name]:
    """Draw features so that they stand out; yield the names of points, which come first."""
    for feature in features:
        style = _style_of(feature)
        color = _color_of(style)
        if feature.geometry.geom_type.endswith("Point"):
            x, y = canvas.dot(feature.geometry, 11, color, PAPER, 4)
            yield Name(name_of(feature), x, y, 19, float("inf"))
        else:
            canvas.shape(feature.geometry, line=INK, width=11)
            canvas.shape(feature.geometry, line=PAPER, width=8)
            canvas.shape(feature.geometry, line=color, width=5)


def _style_of(feature: Feature) -> PathStyle:
    """Return the style of a feature's category where it says something, else that of its layer."""
    style = feature.layer.style
    value = str(feature.properties.get(style.category_field or ""))
    own = next((category for category in style.categories if category.value == value), None)
    return style.model_copy(update=own.model_dump(exclude_none=True) if own else {})


def _color_of(style: PathStyle) -> str:
    """Return the color of a line, or the darker one of a symbol and its pictogram."""
    colors = [color for color in (style.fill_color, style.color) if color]
    return style.line_color or min(colors, key=lambda color: sum(ImageColor.getrgb(color)), default=SOFT)


def _write_names(canvas: Canvas, names: Iterable[Name]) -> None:
    """Write the most important names, each right of its point where nothing is, else left of it."""
    taken: list[Bounds] = [PANEL]
    written: set[str] = set()
    for name in sorted(names, key=lambda name: -name.priority):
        width, height = canvas.width_of(name.text, NAME_SIZE, 600), NAME_SIZE * 1.3
        for left in (name.x + name.away, name.x - name.away - width):
            box = (left - 2, name.y - height / 2, left + width + 2, name.y + height / 2)
            is_in_view = box[0] > PANEL[2] and box[2] < SIZE[0] - 8 and box[1] > 8 and box[3] < SIZE[1] - 8
            if name.text in written or not is_in_view or any(_meet(box, other) for other in taken):
                continue
            canvas.text(
                (left, name.y), name.text, INK, NAME_SIZE, 600, anchor="lm", stroke_width=5, stroke_fill=PAPER
            )
            taken.append(box)
            written.add(name.text)
        if len(written) == MOST_NAMES:
            break


def _meet(a: Bounds, b: Bounds) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def title_size(canvas: Canvas, title: str, width: float) -> int:
    """Return the largest of the sizes of letters in which a title has room in its lines."""
    for size in TITLE_SIZES:
        lines = canvas.lines_of(title, width, MOST_TITLE_LINES, size, 700)
        widest = max(canvas.width_of(line, size, 700) for line in lines)
        if widest <= width and not lines[-1].endswith("…"):
            return size
    return TITLE_SIZES[-1]


def _write_panel(canvas: Canvas, atlas: Atlas, card: Card) -> None:
    left, top, right, bottom = PANEL
    canvas.panel(PANEL, PAPER, 18)
    x, width = left + PADDING, right - left - 2 * PADDING
    credit = atlas.catalog.basemap.attribution if atlas.catalog.basemap else ""
    end = bottom - PADDING / 2
    for line in reversed(canvas.lines_of(credit, width, 3, CREDIT_SIZE)):
        canvas.text((x, end), line, SOFT, CREDIT_SIZE, anchor="ls")
        end -= CREDIT_SIZE * 1.2
    if card.title != atlas.catalog.title:
        canvas.text((x, end - 8), atlas.catalog.title, ACCENT, 24, 700, anchor="ls")
        end -= 40
    y = top + PADDING
    for text, size, weight, color, gap in (
        (card.above, 24, 600, ACCENT, 8),
        (card.title, title_size(canvas, card.title, width), 700, INK, 14),
        (card.sentence, 27, 400, SOFT, 0),
    ):
        most = int((end - y) / (size * 1.24))
        for line in canvas.lines_of(text, width, most, size, weight) if text and most > 0 else ():
            canvas.text((x, y), line, color, size, weight)
            y += size * 1.24
        y += gap if text else 0
