"""Says how a feature's symbol looks, for lists beside the map."""

from geodata import Feature
from geodata.json_object import JsonObject


def symbol_of(feature: Feature) -> JsonObject:
    """Return shape, colors and pictogram of a feature's symbol, as JSON-ready values.

    `shape` is `point`, `line` or `area`; `fill` and `stroke` are colors by day and by night, where the
    catalog names them; `icon` is SVG path data in a box from -6.5 to 6.5.
    """
    style = feature.layer.style
    value = str(feature.properties.get(style.category_field or ""))
    category = next((entry for entry in style.categories if entry.value == value), None)
    look = style.model_dump(exclude_none=True) | (category.model_dump(exclude_none=True) if category else {})
    geometry_type = feature.geometry.geom_type
    shape = "area" if "Polygon" in geometry_type else "line" if "Line" in geometry_type else "point"
    stroke = "line_color" if shape == "line" and "line_color" in look else "color"
    fill = "fill_color" if "fill_color" in look else "color"
    icon = style.icons.get(str(feature.properties.get(style.icon_field or "")), look.get("icon"))
    return {
        "shape": shape,
        "stroke": _by_day_and_night(look, stroke),
        "fill": _by_day_and_night(look, fill),
        "icon": icon,
    }


def _by_day_and_night(look: JsonObject, key: str) -> list[str] | None:
    color = look.get(key)
    return [str(color), str(look.get(f"dark_{key}", color))] if color else None
