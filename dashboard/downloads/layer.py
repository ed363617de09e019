"""What people take along: a layer or a part of it in the formats of other tools, and the map as one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException

from dashboard.i18n.formatting import format_distance, format_iso_date, format_number
from dashboard.i18n.languages import interface_strings
from dashboard.link.reach_choice import PARAMETERS, read_choice
from dashboard.link.selection import VIEW_PATTERN
from dashboard.map.single_file import render_html
from dashboard.web import assets
from dashboard.web.document import Document
from geodata import Atlas, LayerData
from geodata.atlas.evidence import Card, evidence_card
from geodata.atlas.per_atlas import per_atlas
from geodata.errors import BuildError
from geodata.export.data_package import to_data_package
from geodata.export.large_layer import to_layer_data
from geodata.export.layer import (
    select,
    to_csv_zip,
    to_flatgeobuf,
    to_geojson,
    to_geopackage,
    to_geoparquet,
    to_pmtiles,
)
from geodata.json_object import JsonObject

LARGE_AT_MOST = 10_000
"""So many features of a large layer make one file."""

NAMED_AT_MOST = 20
"""So many ids of features are named where one is not known."""


@dataclass(frozen=True)
class Format:
    """How a layer can be taken along."""

    media_type: str
    ending: str
    """Of the file, which is a zip where one format makes two files."""
    write: Callable[[LayerData, Card, str], bytes]
    """From the layer or the part of it, its card, and the language of its texts."""


FORMATS = {
    "geojson": Format("application/geo+json", "geojson", lambda data, card, _: to_geojson(data, card)),
    "gpkg": Format("application/geopackage+sqlite3", "gpkg", lambda data, card, _: to_geopackage(data, card)),
    "csv": Format(
        "application/zip",
        "csv.zip",
        lambda data, card, language: to_csv_zip(data, describe_evidence(card, language)),
    ),
    "fgb": Format("application/vnd.flatgeobuf", "fgb", lambda data, card, _: to_flatgeobuf(data, card)),
    "parquet": Format(
        "application/vnd.apache.parquet", "parquet", lambda data, card, _: to_geoparquet(data, card)
    ),
    "pmtiles": Format("application/vnd.pmtiles", "pmtiles", lambda data, card, _: to_pmtiles(data, card)),
    "datapackage": Format(
        "application/zip", "datapackage.zip", lambda data, card, _: _to_data_package(data, card)
    ),
}


def layer_file(atlas: Atlas, layer_id: str, extension: str, query: Mapping[str, str]) -> Document:
    """Return a layer, or those of its features that the query names, as a file in the atlas's language.

    Raises
    ------
    HTTPException
        If there is no such layer, format or feature, with what there is.
    """
    there_are = list(atlas.layers)
    if layer_id not in there_are:
        raise refusal(404, f"There is no layer `{layer_id[:60]}`. There are: {', '.join(there_are)}.")
    if extension not in FORMATS:
        raise refusal(404, f"There is no format `{extension[:20]}`. There are: {', '.join(FORMATS)}.")
    asked = query.get("features")
    if asked is None:
        if layer_id in atlas.large:
            whole = ", ".join(atlas.large[layer_id].formats)
            raise refusal(400, f"`{layer_id}` is large: whole, it comes as {whole}. Name `features` of it.")
        return _write(atlas, layer_id, extension, None)
    feature_ids = tuple(dict.fromkeys(filter(None, asked.split(","))))
    if not feature_ids:
        raise refusal(400, "`features` names none. Name ids with commas between, or leave it out.")
    if layer_id in atlas.large:
        return _write_part(atlas, layer_id, extension, feature_ids)
    known = list(atlas.in_memory[layer_id].properties)
    for feature_id in feature_ids:
        if feature_id not in known:
            some = ", ".join(known[:NAMED_AT_MOST]) + (" …" if len(known) > NAMED_AT_MOST else "")
            raise refusal(404, f"`{layer_id}` has no feature `{feature_id[:60]}`. There are: {some}.")
    return _write(atlas, layer_id, extension, feature_ids)


def map_file(atlas: Atlas, query: Mapping[str, str]) -> Document:
    """Return the map that an address describes as one HTML file, which opens from a disk without a network.

    Raises
    ------
    HTTPException
        If the address names what there is not.
    """
    initial: JsonObject = {}
    if "layers" in query:
        initial["layers"] = list(filter(None, query["layers"].split(",")))
        for layer_id in initial["layers"]:
            if layer_id in atlas.large:
                raise refusal(400, f"`{layer_id}` is too large to be in a file. Leave it out of `layers`.")
            if layer_id not in atlas.in_memory:
                there_are = ", ".join(atlas.in_memory)
                raise refusal(404, f"There is no layer `{layer_id[:60]}`. There are: {there_are}.")
    if feature := query.get("feature"):
        if atlas.feature(feature) is None:
            raise refusal(404, f"There is no feature `{feature[:60]}`. Name it as `<layer>.<feature id>`.")
        initial["feature"] = feature
    if view := query.get("view"):
        if not VIEW_PATTERN.match(view):
            raise refusal(400, "`view` can't be read. It is zoom/lat/lon, such as 10/52.26/6.79.")
        initial["view"] = view
    if any(name in query for name in PARAMETERS):
        from dashboard.reach.map_data import reach_document

        choice, problems = read_choice(query, atlas)
        if problems:
            raise refusal(404, " ".join(problems))
        initial["reach"] = reach_document(atlas, choice)
    html = render_html(atlas, initial)
    return Document(html.encode(), "text/html; charset=utf-8", download_headers(f"map_{atlas.language}.html"))


def describe_evidence(card: Card, language: str) -> str:
    """Return an evidence card as plain text."""
    _ = interface_strings(language).gettext
    accuracy_m = card["accuracy_m"]
    facts = {
        _("Features"): format_number(card["features_in_file"], language),
        _("Licence"): f"{card['license']['name']} <{card['license']['url']}>",
        _("Credit"): card["attribution"],
        _("Data of"): card["vintage"],
        _("Retrieved"): format_iso_date(card["retrieved"], language),
        _("Accuracy"): accuracy_m
        and _("about {distance}").format(distance=format_distance(accuracy_m, language)),
        _("How it was made"): card["method"],
        _("SHA-256 of the file"): f"{card['sha256']} ({card['id']}.geojson)",
    }
    sources = [
        ", ".join(filter(None, [source["name"], source["url"], source["vintage"], source["license"]]))
        for source in card["sources"]
    ]
    return "\n".join(
        [
            card["title"],
            card["description"],
            "",
            *(f"{label}: {value}" for label, value in facts.items() if value is not None),
            "",
            f"{_('Sources')}:",
            *(f"- {source}" for source in sources),
            "",
        ]
    )


def _to_data_package(data: LayerData, card: Card) -> bytes:
    layer = data.layer
    return to_data_package(
        {layer.id: data}, {layer.id: card}, name=layer.id, title=layer.title, description=layer.description
    )


@per_atlas(maxsize=16)
def _write(atlas: Atlas, layer_id: str, extension: str, feature_ids: tuple[str, ...] | None) -> Document:
    form, whole = FORMATS[extension], atlas.in_memory[layer_id]
    part = whole if feature_ids is None else select(whole, feature_ids)
    card = evidence_card(whole) | {"features_in_file": part.count, "language": atlas.language}
    name = f"{layer_id}{'' if part is whole else '_selection'}_{atlas.language}.{form.ending}"
    return Document(_content(form, part, card, atlas), form.media_type, download_headers(name))


def _write_part(atlas: Atlas, layer_id: str, extension: str, feature_ids: tuple[str, ...]) -> Document:
    """Return some features of a large layer as a file."""
    large, form = atlas.large[layer_id], FORMATS[extension]
    if len(feature_ids) > LARGE_AT_MOST:
        raise refusal(400, f"`features` names {len(feature_ids)}; at most {LARGE_AT_MOST} at a time.")
    found = {feature_id: large.feature(feature_id) for feature_id in feature_ids}
    unknown = [feature_id for feature_id, feature in found.items() if feature is None]
    if unknown:
        raise refusal(404, f"`{layer_id}` has no feature `{unknown[0][:60]}`. They are numbered from 1.")
    part = to_layer_data(large, [feature for feature in found.values() if feature is not None])
    card = evidence_card(large) | {"features_in_file": part.count, "language": atlas.language}
    content = _content(form, part, card, atlas)
    name = f"{layer_id}_selection_{atlas.language}.{form.ending}"
    return Document(content, form.media_type, download_headers(name))


def _content(form: Format, part: LayerData, card: Card, atlas: Atlas) -> bytes:
    try:
        return form.write(part, card, atlas.language)
    except BuildError as error:
        raise refusal(501, f"This server can't make .{form.ending} files: {error}") from None
    except RuntimeError as error:  # as GDAL's words reach us where there is no room to write
        raise OSError(str(error)) from error


def download_headers(name: str) -> dict[str, str]:
    """Return the headers of a file that is saved by this name."""
    return {
        **assets.SHARED,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Vary": "Accept-Encoding, Accept-Language",
    }


def refusal(status: int, message: str) -> HTTPException:
    """Return the answer to who asks for what there is not."""
    return HTTPException(status, message, headers=assets.SHARED)
