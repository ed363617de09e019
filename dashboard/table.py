"""The table of a layer: sorted, filtered, and linked both ways with the map."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from shapely import box

from dashboard.details import printed_fields, to_links
from dashboard.formatting import format_value, sort_key
from dashboard.languages import words
from dashboard.selection import TABLE
from dashboard.state import PageState
from dashboard.templating import render_template
from geodata import Atlas, LayerData
from geodata.schema import DataField

IN_VIEW = "table_in_view"
"""Key of the switch that keeps the table to what the map shows."""

DEFAULT_LAYER = "municipalities"
ROW_PX = 35
MAX_ROWS_SHOWN = 18


def render_table(atlas: Atlas, state: PageState) -> None:
    """Draw the choice of a layer, the filters, and the table of what they leave."""
    _ = words(atlas.language).gettext
    layer_id = _choose_layer(atlas, state)
    data = atlas.layers[layer_id]
    shown = _filter(atlas, state, data)
    st.caption(
        _("{shown} of {count}. Choose a row to see it on the map; sort by a column's head.").format(
            shown=len(shown), count=len(data.gdf)
        )
    )
    if not shown:
        st.info(_("Nothing matches. Widen the filters, or look at another part of the map."))
        return
    frame = table_frame(atlas, data, shown)
    references = [f"{layer_id}.{feature_id}" for feature_id in shown]
    # A table's selection is set when it is made: what was chosen elsewhere makes it anew, a row does not.
    if state.feature != state.row:
        state.row, state.tables = state.feature, state.tables + 1
    key = f"table.{layer_id}.{state.tables}.{len(shown)}"

    def follow_row() -> None:
        picked = st.session_state[key].selection.rows
        state.row = references[picked[0]] if picked else None
        state.show_feature(state.row)

    st.dataframe(
        _styled(frame, data, atlas.language),
        key=key,
        hide_index=True,
        height=min(len(shown), MAX_ROWS_SHOWN) * ROW_PX + ROW_PX + 2,
        row_height=ROW_PX,
        column_config=_columns(data),
        on_select=follow_row,
        selection_mode="single-row",
        selection_default={
            "selection": {
                "rows": [references.index(state.feature)] if state.feature in references else [],
                "columns": [],
                "cells": [],
            }
        },
        alt=f"{data.layer.title}: {data.layer.description}",
    )
    st.html(_downloads(atlas, layer_id, shown, is_all=len(shown) == len(data.gdf)))


def table_frame(atlas: Atlas, data: LayerData, feature_ids: list[str]) -> pd.DataFrame:
    """Return features as rows: the name, then each printed field under its label, then the description."""
    _ = words(atlas.language).gettext
    rows = [data.gdf["properties"][feature_id] for feature_id in feature_ids]
    columns: dict[str, list[Any]] = {
        _("Name"): [str(row.get("name", key)) for key, row in zip(feature_ids, rows, strict=True)]
    }
    for name in printed_fields(data.layer):
        field = data.layer.fields[name]
        label = field.label if field.label not in columns else f"{field.label} ({name})"
        columns[label] = [_cell(atlas, field, row.get(name)) for row in rows]
    columns[_("Description")] = [str(row.get("description", "")) for row in rows]
    return pd.DataFrame(columns, index=feature_ids)


def _cell(atlas: Atlas, field: DataField, value: object) -> object:
    """Return a value that sorts as what it is: numbers stay numbers, all else is text."""
    if value is None:
        return None
    if field.refers_to is not None:
        items = value if isinstance(value, list) else [value]
        links = to_links(atlas, [f"{field.refers_to}.{item}" for item in items])
        return ", ".join(link.name for link in links)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number or field.type in ("url", "date"):
        return value
    return format_value(value, field, atlas.language)


def _choose_layer(atlas: Atlas, state: PageState) -> str:
    """Draw the list of layers; a feature that was chosen on the map brings its layer."""
    _ = words(atlas.language).gettext
    if state.feature and state.feature.partition(".")[0] in atlas.layers:
        state.subjects[TABLE] = state.feature.partition(".")[0]
    current = state.subjects.get(TABLE, DEFAULT_LAYER)
    if current not in atlas.layers:
        current = next(iter(atlas.layers))
    state.subjects[TABLE] = current

    def change() -> None:
        state.subjects[TABLE] = st.session_state.table_layer
        state.show_feature(None)

    st.session_state.table_layer = current
    st.selectbox(
        _("Layer of the table"),
        list(atlas.layers),
        format_func=lambda key: atlas.layers[key].layer.title if key in atlas.layers else key,
        key="table_layer",
        on_change=change,
    )
    return current


def _filter(atlas: Atlas, state: PageState, data: LayerData) -> list[str]:
    """Draw the filters, and return the ids of the features that pass them all, by name."""
    _ = words(atlas.language).gettext
    layer = data.layer
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(_("Filter by text"), key=f"filter.{layer.id}.text", icon=":material/filter_alt:")
        wanted = {
            name: st.multiselect(
                field.label,
                list(field.choices),
                format_func=lambda value, field=field: field.choices[value],  # type: ignore[misc]
                key=f"filter.{layer.id}.{name}",
                placeholder=_("All"),
            )
            for name, field in layer.fields.items()
            if field.choices and len({row.get(name) for row in data.gdf["properties"]}) > 1
        }
        order = st.selectbox(
            _("Sort by"),
            [
                "name",
                *(name for name in printed_fields(layer) if layer.fields[name].type not in ("list", "url")),
            ],
            format_func=lambda name: layer.fields[name].label if name in layer.fields else _("Name"),
            key=f"filter.{layer.id}.order",
        )
        is_in_view = st.toggle(_("Only what is in view"), key=IN_VIEW)
    gdf = data.gdf
    if is_in_view and state.bounds:
        gdf = gdf[gdf.intersects(box(*state.bounds))]
    needle = sort_key(text or "")
    found = {
        str(feature_id): row
        for feature_id, row in gdf["properties"].items()
        if all(not values or row.get(name) in values for name, values in wanted.items())
        and needle in sort_key(_text_of(row, layer.fields))
    }
    by_name = sorted(found, key=lambda key: sort_key(str(found[key].get("name", key))))
    return by_name if order == "name" else sorted(by_name, key=lambda key: _rank(found[key].get(order)))


def _rank(value: object) -> tuple[int, float, str]:
    """Return what a column is sorted by: large numbers first, then texts, at the end what is not known."""
    if value is None:
        return 2, 0.0, ""
    if isinstance(value, int | float):
        return 0, -float(value), ""
    return 1, 0.0, sort_key(str(value))


def _text_of(row: dict[str, Any], fields: dict[str, DataField]) -> str:
    """Return all that a feature says, as one text to look through."""
    words_of = [
        fields[name].choices.get(str(value), str(value)) if name in fields else str(value)
        for name, value in row.items()
    ]
    return " ".join(words_of)


def _styled(frame: pd.DataFrame, data: LayerData, language: str) -> Any:
    """Return the frame with its numbers printed as the language writes them."""
    formats = {
        field.label: (
            lambda value, field=field: "" if pd.isna(value) else format_value(_plain(value), field, language)
        )
        for field in data.layer.fields.values()
        if field.type in ("integer", "number", "year", "date") and field.label in frame
    }
    return frame.style.format(formats, na_rep="")


def _plain(value: Any) -> Any:
    """Return a number without the decimals that a column with gaps gives it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _columns(data: LayerData) -> dict[str, Any]:
    links = {field.label for field in data.layer.fields.values() if field.type == "url"}
    return {label: st.column_config.LinkColumn(label) for label in links}


def _downloads(atlas: Atlas, layer_id: str, shown: list[str], *, is_all: bool) -> str:
    return render_template(
        "table.html",
        atlas.language,
        layer_id=layer_id,
        title=atlas.layers[layer_id].layer.title,
        features="" if is_all else ",".join(shown),
    )
