"""Draws the table of a layer: sorted, filtered, and linked both ways with the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.i18n.formatting import format_number, format_value
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import plain, render_template
from dashboard.link.selection import TABLE
from dashboard.page.choices import render_select
from dashboard.page.state import IN_VIEW, PageState
from dashboard.views.feature_details import printed_fields
from dashboard.views.features import name_of, to_links
from dashboard.views.table_rows import Rows, find_rows, has_several
from geodata import Atlas, Feature
from geodata.catalog.schema import DataField
from geodata.catalog.values import is_url
from geodata.export.formats import whole_formats
from geodata.features.feature_layer import FeatureLayer, PageQuery
from geodata.features.frame import build_frame
from geodata.json_object import JsonObject

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

DEFAULT_LAYER = "municipalities"
ROW_PX = 35
MAX_ROWS_SHOWN = 18


def render_table(atlas: Atlas, state: PageState) -> None:
    """Draw the choice of a layer, the filters, and the table of what passes them."""
    _ = interface_strings(atlas.language).gettext
    layer_id = _choose_layer(atlas, state)
    data = atlas.layers[layer_id]
    filters = _render_filters(atlas, state, data)
    page_key = f"filter.{layer_id}.page"
    rows = find_rows(data, filters, st.session_state.get(page_key, 1))
    shown, count = (format_number(number, atlas.language) for number in (rows.total, data.count))
    caption = _("{shown} of {count}. Choose a row to see it on the map; click a column heading to sort.")
    st.caption(caption.format(shown=shown, count=count))
    if not rows.total:
        st.info(_("Nothing matches. Widen the filters, or look at another part of the map."))
        return
    _render_rows(atlas, state, data, rows)
    if rows.pages > 1:
        st.session_state[page_key] = rows.page
        st.number_input(
            _("Page of {count}").format(count=format_number(rows.pages, atlas.language)),
            min_value=1,
            max_value=rows.pages,
            key=page_key,
        )
    if layer_id in atlas.shared.catalog.layers:
        st.html(_downloads(atlas, data, rows))


def _render_rows(atlas: Atlas, state: PageState, data: FeatureLayer, rows: Rows) -> None:
    """Draw the table, with the row of the selected feature selected."""
    layer = data.layer
    references = [feature.reference for feature in rows.features]
    # The selection of a table is set when it is created: a selection from elsewhere needs a new table.
    if state.feature != state.row:
        state.row, state.tables = state.feature, state.tables + 1
    key = f"table.{layer.id}.{state.tables}.{rows.page}.{len(references)}"

    def follow_row() -> None:
        picked = st.session_state[key].selection.rows
        state.row = references[picked[0]] if picked else None
        state.show_feature(state.row)

    frame = table_frame(atlas, data, rows.features)
    st.dataframe(
        _styled(frame, layer.fields.values(), atlas.language),
        key=key,
        hide_index=True,
        height=min(len(references), MAX_ROWS_SHOWN) * ROW_PX + ROW_PX + 2,
        row_height=ROW_PX,
        column_config=_link_columns(frame, layer.fields.values()),
        on_select=follow_row,
        selection_mode="single-row",
        selection_default={
            "selection": {
                "rows": [references.index(state.feature)] if state.feature in references else [],
                "columns": [],
                "cells": [],
            }
        },
        alt=f"{layer.title}: {layer.description}",
    )


def table_frame(atlas: Atlas, data: FeatureLayer, features: Sequence[Feature]) -> pd.DataFrame:
    """Return features as rows: the name, each printed field under its label, and the description."""
    _ = interface_strings(atlas.language).gettext
    layer = data.layer
    records = {feature.id: feature.properties for feature in features}
    gdf = build_frame(layer, records, [feature.geometry for feature in features])
    columns = {_("Name"): pd.Series([name_of(feature) for feature in features], gdf.index)}
    for name in printed_fields(layer):
        field = layer.fields[name]
        label = field.label if field.label not in columns else f"{field.label} ({name})"
        columns[label] = _to_column(atlas, field, gdf[name])
    if "description" in gdf:
        columns[_("Description")] = gdf["description"].astype("string").fillna("")
    return pd.DataFrame(columns)


def _to_column(atlas: Atlas, field: DataField, column: pd.Series) -> pd.Series:
    """Return a column that sorts by its values: numbers, dates and addresses as they are, others as text."""

    def to_names(value: object) -> str:
        items = value if isinstance(value, list) else [value]
        return ", ".join(
            link.name for link in to_links(atlas, [f"{field.refers_to}.{item}" for item in items])
        )

    if field.refers_to is not None:
        return column.map(to_names, na_action="ignore")
    is_date = pd.api.types.is_datetime64_dtype(column)
    is_number = pd.api.types.is_numeric_dtype(column) and column.dtype != "boolean"
    if is_date or is_number or field.type == "url":
        return column
    return column.map(lambda value: format_value(value, field, atlas.language), na_action="ignore")


def _choose_layer(atlas: Atlas, state: PageState) -> str:
    """Draw the list of layers; a feature that was selected on the map selects its layer."""
    _ = interface_strings(atlas.language).gettext
    layer_of_feature = (state.feature or "").partition(".")[0]
    candidates = (layer_of_feature, state.subjects.get(TABLE, DEFAULT_LAYER), *atlas.layers)
    current = next(layer_id for layer_id in candidates if layer_id in atlas.layers)
    state.subjects[TABLE] = current

    def change(layer_id: str) -> None:
        state.subjects[TABLE] = layer_id
        state.show_layer(layer_id)

    titles = {layer_id: data.layer.title for layer_id, data in atlas.layers.items()}
    render_select("table_layer", _("Layer of the table"), titles, current, change)
    return current


def _render_filters(atlas: Atlas, state: PageState, data: FeatureLayer) -> PageQuery:
    """Draw the filters, and return what they select."""
    _ = interface_strings(atlas.language).gettext
    layer, key = data.layer, f"filter.{data.layer.id}"
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(_("Filter by text"), key=f"{key}.text", icon=":material/filter_alt:")
        selected = {
            name: st.multiselect(
                plain(field.label),
                list(field.choices),
                format_func=lambda value, field=field: field.choices[value],  # type: ignore[misc]
                key=f"{key}.{name}",
                placeholder=_("All"),
            )
            for name, field in layer.fields.items()
            if field.choices and has_several(data, name)
        }
        sortable = [name for name in printed_fields(layer) if layer.fields[name].type not in ("list", "url")]
        titles = {"name": _("Name")} | {name: layer.fields[name].label for name in sortable}
        sort = st.selectbox(_("Sort by"), list(titles), format_func=titles.__getitem__, key=f"{key}.order")
        is_in_view = st.toggle(_("Only what is in view"), key=IN_VIEW)
    return PageQuery(
        text=text or "",
        among={name: values for name, values in selected.items() if values},
        sort=sort,
        bbox=state.bounds if is_in_view else None,
    )


def _styled(frame: pd.DataFrame, fields: Iterable[DataField], language: str) -> Styler:
    """Return the frame with numbers and dates in the format of the language."""
    formats = {
        field.label: lambda value, field=field: "" if pd.isna(value) else format_value(value, field, language)
        for field in fields
        if field.type in ("integer", "number", "year", "date") and field.label in frame
    }
    return frame.style.format(formats, na_rep="")


def _link_columns(frame: pd.DataFrame, fields: Iterable[DataField]) -> JsonObject:
    """Return the columns that are links: each value must be a web address, as Streamlit opens any value."""
    return {
        field.label: st.column_config.LinkColumn(field.label)
        for field in fields
        if field.type == "url" and field.label in frame and frame[field.label].dropna().map(is_url).all()
    }


def _downloads(atlas: Atlas, data: FeatureLayer, rows: Rows) -> str:
    ids = ",".join(feature.id for feature in rows.features)
    return render_template(
        "table.html",
        atlas.language,
        layer_id=data.layer.id,
        title=data.layer.title,
        whole=whole_formats(data),
        features="" if rows.total == data.count else ids,
    )
