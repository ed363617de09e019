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
from dashboard.views.table_frame import (
    has_several,
    is_match,
    places_found,
    same_in_every_row,
    table_frame,
)
from dashboard.views.table_rows import Rows, find_rows
from geodata import Atlas
from geodata.catalog.schema import DataField
from geodata.catalog.values import is_url
from geodata.export.formats import whole_formats
from geodata.features.feature_layer import FeatureLayer, PageQuery
from geodata.features.folding import fold
from geodata.json_object import JsonObject

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

DEFAULT_LAYER = "municipalities"
ROW_PX = 35
MAX_ROWS_SHOWN = 18

MARK = "background-color: rgba(240, 170, 0, 0.4)"
"""Of a cell that holds a word of the filter, on light and dark."""


def render_table(atlas: Atlas, state: PageState) -> None:
    """Draw the choice of a layer, the filters, and the table of what passes them."""
    _ = interface_strings(atlas.language).gettext
    layer_id = _choose_layer(atlas, state)
    data = atlas.layers[layer_id]
    filters = _render_filters(atlas, state, data)
    page_key = f"filter.{layer_id}.page"
    rows = find_rows(data, filters, st.session_state.get(page_key, 1))
    shown, count = (format_number(number, atlas.language) for number in (rows.total, data.count))
    caption = _("{shown} of {count}. Choose a row to see it on the map, several to compare them.")
    st.caption(caption.format(shown=shown, count=count))
    if not rows.total:
        st.info(_("Nothing matches. Widen the filters, or look at another part of the map."))
        return
    same = same_in_every_row(atlas, data)
    if same:
        st.html(render_template("table_same.html", atlas.language, facts=same))
    _render_rows(atlas, state, data, rows, fold(filters.text).split())
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


def _render_rows(
    atlas: Atlas, state: PageState, data: FeatureLayer, rows: Rows, words: Sequence[str]
) -> None:
    """Draw the table, with the row of the selected feature selected, and the chosen rows side by side."""
    _ = interface_strings(atlas.language).gettext
    layer = data.layer
    references = [feature.reference for feature in rows.features]
    # The selection of a table is set when it is created: a selection from elsewhere needs a new table.
    if state.feature != state.row:
        state.row, state.tables = state.feature, state.tables + 1
        state.compared = [state.feature] if state.feature else []
    key = f"table.{layer.id}.{state.tables}.{rows.page}.{len(references)}"

    def follow_row() -> None:
        state.compare([references[row] for row in st.session_state[key].selection.rows])

    frame = table_frame(atlas, data, rows.features)
    places = places_found(atlas, data, rows.features, words)
    if any(places):
        frame.insert(1, _("Found in"), places)
    st.dataframe(
        _styled(frame, layer.fields.values(), atlas.language, words),
        key=key,
        hide_index=True,
        height=min(len(references), MAX_ROWS_SHOWN) * ROW_PX + ROW_PX + 2,
        row_height=ROW_PX,
        column_config=_link_columns(frame, layer.fields.values()),
        on_select=follow_row,
        selection_mode="multi-row",
        selection_default={
            "selection": {
                "rows": [references.index(name) for name in state.compared if name in references],
                "columns": [],
                "cells": [],
            }
        },
        alt=f"{layer.title}: {layer.description}",
    )
    chosen = [feature for feature in rows.features if feature.reference in state.compared]
    if len(chosen) > 1:
        printed = _printed(table_frame(atlas, data, chosen), layer.fields.values(), atlas.language)
        st.html(render_template("table_compared.html", atlas.language, rows=printed))


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


def _styled(
    frame: pd.DataFrame, fields: Iterable[DataField], language: str, words: Sequence[str] = ()
) -> Styler:
    """Return the frame with numbers and dates in the format of the language, and the found words marked."""
    formats = {
        field.label: lambda value, field=field: "" if pd.isna(value) else format_value(value, field, language)
        for field in fields
        if field.type in ("integer", "number", "year", "date") and field.label in frame
    }
    style = frame.style.format(formats, na_rep="")
    return style.map(lambda value: MARK if is_match(value, words) else "") if words else style


def _printed(frame: pd.DataFrame, fields: Iterable[DataField], language: str) -> list[tuple[str, list[str]]]:
    """Return each column of a frame as printed, by its label; empty ones are left out."""
    by_label = {field.label: field for field in fields}

    def text(value: object, label: str) -> str:
        if pd.isna(value):
            return ""
        return format_value(value, by_label[label], language) if label in by_label else str(value)

    rows = [(str(label), [text(value, str(label)) for value in column]) for label, column in frame.items()]
    return [(label, values) for label, values in rows if any(values)]


def _link_columns(frame: pd.DataFrame, fields: Iterable[DataField]) -> JsonObject:
    """Return the columns that are links: each value must be a web address, as Streamlit opens any value."""
    return {
        field.label: st.column_config.LinkColumn(field.label)
        for field in fields
        if field.type == "url" and field.label in frame and all(map(is_url, filter(None, frame[field.label])))
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
