"""The table of a layer: sorted, filtered, and linked both ways with the map."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.i18n.formatting import format_number, format_value
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import plain, render_template
from dashboard.link.selection import TABLE
from dashboard.page.state import IN_VIEW, PageState
from dashboard.views.feature_details import printed_fields, to_links
from dashboard.views.table_rows import Filters, Rows, find_rows, has_several
from geodata import Atlas, Layer
from geodata.atlas.session import shared
from geodata.catalog.schema import DataField
from geodata.catalog.values import is_url
from geodata.json_object import JsonObject

DEFAULT_LAYER = "municipalities"
ROW_PX = 35
MAX_ROWS_SHOWN = 18


def render_table(atlas: Atlas, state: PageState) -> None:
    """Draw the choice of a layer, the filters, and the table of what they leave."""
    _ = interface_strings(atlas.language).gettext
    layer_id = _choose_layer(atlas, state)
    layer = atlas.catalog.layers[layer_id]
    filters = _draw_filters(atlas, state, layer)
    rows = find_rows(atlas, layer_id, filters)
    st.caption(_caption(atlas, rows))
    if not rows.total:
        st.info(_("Nothing matches. Widen the filters, or look at another part of the map."))
        return
    _draw_rows(atlas, state, layer, rows)
    if rows.pages > 1:
        st.session_state[page_key(layer_id)] = rows.page
        st.number_input(
            _("Page of {count}").format(count=format_number(rows.pages, atlas.language)),
            min_value=1,
            max_value=rows.pages,
            key=page_key(layer_id),
        )
    if layer_id in shared(atlas).catalog.layers:
        st.html(_downloads(atlas, layer_id, rows))


def _caption(atlas: Atlas, rows: Rows) -> str:
    _ = interface_strings(atlas.language).gettext
    shown, count = (format_number(number, atlas.language) for number in (rows.total, rows.count))
    return _("{shown} of {count}. Choose a row to see it on the map; sort by a column's head.").format(
        shown=shown, count=count
    )


def _draw_rows(atlas: Atlas, state: PageState, layer: Layer, rows: Rows) -> None:
    """Draw the table itself, with the row of the chosen feature in it."""
    references = [f"{layer.id}.{feature_id}" for feature_id in rows.properties]
    # A table's selection is set when it is made: what was chosen elsewhere makes it anew, a row does not.
    if state.feature != state.row:
        state.row, state.tables = state.feature, state.tables + 1
    key = f"table.{layer.id}.{state.tables}.{rows.page}.{len(references)}"

    def follow_row() -> None:
        picked = st.session_state[key].selection.rows
        state.row = references[picked[0]] if picked else None
        state.show_feature(state.row)

    st.dataframe(
        _styled(table_frame(atlas, layer, rows.properties), layer, atlas.language),
        key=key,
        hide_index=True,
        height=min(len(references), MAX_ROWS_SHOWN) * ROW_PX + ROW_PX + 2,
        row_height=ROW_PX,
        column_config=_columns(layer, rows.properties.values()),
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


def table_frame(atlas: Atlas, layer: Layer, rows: Mapping[str, JsonObject]) -> pd.DataFrame:
    """Return features as rows: the name, then each printed field under its label, then the description."""
    _ = interface_strings(atlas.language).gettext
    columns: dict[str, list[Any]] = {_("Name"): [str(row.get("name", key)) for key, row in rows.items()]}
    for name in printed_fields(layer):
        field = layer.fields[name]
        label = field.label if field.label not in columns else f"{field.label} ({name})"
        columns[label] = [_cell(atlas, field, row.get(name)) for row in rows.values()]
    if any("description" in row for row in rows.values()):
        columns[_("Description")] = [str(row.get("description", "")) for row in rows.values()]
    return pd.DataFrame(columns, index=list(rows))


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
    _ = interface_strings(atlas.language).gettext
    there_are = list(atlas.layers)
    if state.feature and state.feature.partition(".")[0] in there_are:
        state.subjects[TABLE] = state.feature.partition(".")[0]
    current = state.subjects.get(TABLE, DEFAULT_LAYER)
    if current not in there_are:
        current = there_are[0]
    state.subjects[TABLE] = current

    def change() -> None:
        state.subjects[TABLE] = st.session_state.table_layer
        state.show_feature(None)

    st.session_state.table_layer = current
    layers = atlas.catalog.layers
    st.selectbox(
        _("Layer of the table"),
        there_are,
        format_func=lambda key: layers[key].title if key in layers else key,
        key="table_layer",
        on_change=change,
    )
    return current


def _draw_filters(atlas: Atlas, state: PageState, layer: Layer) -> Filters:
    """Draw the filters, and return what they ask for."""
    _ = interface_strings(atlas.language).gettext
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(_("Filter by text"), key=f"filter.{layer.id}.text", icon=":material/filter_alt:")
        wanted = {
            name: st.multiselect(
                plain(field.label),
                list(field.choices),
                format_func=lambda value, field=field: field.choices[value],  # type: ignore[misc]
                key=f"filter.{layer.id}.{name}",
                placeholder=_("All"),
            )
            for name, field in layer.fields.items()
            if field.choices and has_several(atlas, layer.id, name)
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
    return Filters(
        text=text or "",
        wanted={name: values for name, values in wanted.items() if values},
        order=order,
        bounds=state.bounds if is_in_view else None,
        page=st.session_state.get(page_key(layer.id), 1),
    )


def _styled(frame: pd.DataFrame, layer: Layer, language: str) -> Any:
    """Return the frame with its numbers printed as the language writes them."""
    formats = {
        field.label: (
            lambda value, field=field: "" if pd.isna(value) else format_value(_plain(value), field, language)
        )
        for field in layer.fields.values()
        if field.type in ("integer", "number", "year", "date") and field.label in frame
    }
    return frame.style.format(formats, na_rep="")


def _plain(value: Any) -> Any:
    """Return a number without the decimals that a column with gaps gives it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _columns(layer: Layer, rows: Collection[Mapping[str, Any]]) -> JsonObject:
    """Return which columns are links: those where each value is one, as Streamlit opens whatever is there."""
    links = {
        field.label
        for name, field in layer.fields.items()
        if field.type == "url" and all(row.get(name) is None or is_url(row[name]) for row in rows)
    }
    return {label: st.column_config.LinkColumn(label) for label in links}


def page_key(layer_id: str) -> str:
    """Return the key of the number that says which page of a layer's rows is shown."""
    return f"filter.{layer_id}.page"


def _downloads(atlas: Atlas, layer_id: str, rows: Rows) -> str:
    return render_template(
        "table.html",
        atlas.language,
        layer_id=layer_id,
        title=atlas.catalog.layers[layer_id].title,
        whole=atlas.large[layer_id].formats if layer_id in atlas.large else None,
        features="" if rows.total == rows.count else ",".join(rows.properties),
    )
