"""The columns of a table: typed values, those that say the same in every row, and where a filter matched."""

from collections.abc import Sequence

import pandas as pd

from dashboard.i18n.formatting import format_value
from dashboard.i18n.languages import interface_strings
from dashboard.views.feature_details import printed_fields
from dashboard.views.features import Fact, name_of, to_links
from geodata import Atlas, Feature, LayerData
from geodata.catalog.schema import DataField
from geodata.features.feature_layer import FeatureLayer
from geodata.features.folding import fold
from geodata.features.frame import build_frame


def columns_of(data: FeatureLayer) -> list[str]:
    """Return the fields of a table that differ from row to row, the most telling first."""
    same = {name for name in data.layer.fields if not has_several(data, name)}
    ordered = dict.fromkeys([*data.layer.key_fields, *printed_fields(data.layer)])
    return [name for name in ordered if name not in same and name in printed_fields(data.layer)]


def same_in_every_row(atlas: Atlas, data: FeatureLayer) -> list[Fact]:
    """Return the fields that have one value in every row; an empty value if no row has one."""
    _ = interface_strings(atlas.language).gettext
    if not isinstance(data, LayerData):
        return []
    return [
        Fact(data.layer.fields[name].label, _shared_value(atlas, data, name))
        for name in printed_fields(data.layer)
        if not has_several(data, name)
    ]


def has_several(data: FeatureLayer, name: str) -> bool:
    """Tell whether a field has different values; those of a layer that is not in memory may have."""
    if not isinstance(data, LayerData) or data.count == 1:
        return True
    return name in data.gdf and data.gdf[name].astype("string").nunique(dropna=False) > 1


def table_frame(atlas: Atlas, data: FeatureLayer, features: Sequence[Feature]) -> pd.DataFrame:
    """Return features as rows: the name, each field that differs under its label, and the description."""
    _ = interface_strings(atlas.language).gettext
    layer = data.layer
    records = {feature.id: feature.properties for feature in features}
    gdf = build_frame(layer, records, [feature.geometry for feature in features])
    columns = {_("Name"): pd.Series([name_of(feature) for feature in features], gdf.index)}
    for name in columns_of(data):
        field = layer.fields[name]
        label = field.label if field.label not in columns else f"{field.label} ({name})"
        columns[label] = _to_column(atlas, field, gdf[name])
    if "description" in gdf:
        columns[_("Description")] = gdf["description"].astype("string").fillna("")
    return pd.DataFrame(columns)


def is_match(value: object, words: Sequence[str]) -> bool:
    """Tell whether a cell holds one of the words of a filter, which are folded."""
    text = "" if value is None or value is pd.NaT or value is pd.NA else fold(str(value))
    return any(word in text for word in words)


def places_found(
    atlas: Atlas, data: FeatureLayer, features: Sequence[Feature], words: Sequence[str]
) -> list[str]:
    """Return for each row which fields hold the words of a filter that its name lacks, shown or not."""
    _ = interface_strings(atlas.language).gettext
    labels = {name: field.label for name, field in data.layer.fields.items()}
    labels |= {"description": _("Description"), "note": _("Note"), "source": _("Source")}
    found = []
    for feature in features:
        name = fold(name_of(feature))
        missing = [word for word in words if word not in name]
        places = [
            label
            for name, label in labels.items()
            if name in feature.properties and is_match(_text(data, feature, name), missing)
        ]
        found.append(", ".join(places))
    return found


def _text(data: FeatureLayer, feature: Feature, name: str) -> str:
    field, value = data.layer.fields.get(name), feature.properties[name]
    return field.choices.get(str(value), str(value)) if field else str(value)


def _shared_value(atlas: Atlas, data: LayerData, name: str) -> str:
    field, row = data.layer.fields[name], next(iter(data.properties.values()), {})
    value = row.get(name)
    if value is None:
        return ""
    if field.refers_to is not None:
        return _names(atlas, field, value)
    return format_value(value, field, atlas.language)


def _names(atlas: Atlas, field: DataField, value: object) -> str:
    items = value if isinstance(value, list) else [value]
    return ", ".join(link.name for link in to_links(atlas, [f"{field.refers_to}.{item}" for item in items]))


def _to_column(atlas: Atlas, field: DataField, column: pd.Series) -> pd.Series:
    """Return a column that sorts by its values: numbers and dates as they are, others as text."""
    if field.refers_to is not None:
        return column.map(lambda value: _names(atlas, field, value), na_action="ignore").fillna("")
    is_date = pd.api.types.is_datetime64_dtype(column)
    is_number = pd.api.types.is_numeric_dtype(column) and column.dtype != "boolean"
    if is_date or is_number:
        return column
    if field.type == "url":
        return column.fillna("")
    return (
        column.astype("object")
        .map(lambda value: format_value(value, field, atlas.language), na_action="ignore")
        .fillna("")
    )
