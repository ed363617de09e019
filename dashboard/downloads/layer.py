"""Makes downloads of a layer, of some of its features, and of the map as one file."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException

from dashboard.i18n.templating import render_template
from dashboard.link.reach_choice import PARAMETERS, read_choice
from dashboard.link.selection import VIEW_PATTERN
from dashboard.map.single_file import render_html
from dashboard.web import assets
from dashboard.web.document import Document
from geodata import Atlas, LayerData
from geodata.atlas.evidence import evidence_card
from geodata.atlas.per_atlas import per_atlas
from geodata.errors import BuildError
from geodata.export.csv_table import BYTE_ORDER_MARK
from geodata.export.formats import FORMATS, whole_formats
from geodata.export.zip_file import to_zip
from geodata.features.feature import Feature
from geodata.features.feature_layer import FeatureLayer
from geodata.json_object import JsonObject

MAX_LARGE_SELECTION = 10_000
"""Maximum number of features of a large layer in one file."""

MAX_NAMED = 20
"""Maximum number of feature ids that an error lists."""


def layer_file(atlas: Atlas, layer_id: str, extension: str, query: Mapping[str, str]) -> Document:
    """Return a layer, or the features of it that `features` lists, as a file in the language of the atlas.

    Raises `HTTPException` if the layer, the format or a feature is unknown; it names the known ones.
    """
    if layer_id not in atlas.layers:
        raise refusal(404, f"Unknown layer `{layer_id[:60]}`. Known: {', '.join(atlas.layers)}.")
    if extension not in FORMATS:
        raise refusal(404, f"Unknown format `{extension[:20]}`. Known: {', '.join(FORMATS)}.")
    data, asked = atlas.layers[layer_id], query.get("features")
    if asked is None:
        if not isinstance(data, LayerData):
            whole = ", ".join(whole_formats(data))
            raise refusal(400, f"`{layer_id}` is large: as a whole it comes as {whole}. Or list `features`.")
        return _write_kept(atlas, layer_id, extension, None)
    feature_ids = tuple(dict.fromkeys(filter(None, asked.split(","))))
    if not feature_ids:
        raise refusal(400, "`features` is empty. List ids separated by commas, or leave it out.")
    if isinstance(data, LayerData):
        return _write_kept(atlas, layer_id, extension, feature_ids)
    if len(feature_ids) > MAX_LARGE_SELECTION:
        raise refusal(400, f"`features` lists {len(feature_ids)} ids; the maximum is {MAX_LARGE_SELECTION}.")
    return _write(atlas, layer_id, extension, feature_ids)


def map_file(atlas: Atlas, query: Mapping[str, str]) -> Document:
    """Return the map that an address describes as one HTML file, which opens from a disk without a network.

    Raises `HTTPException` if the address refers to something unknown.
    """
    initial: JsonObject = {}
    if "layers" in query:
        initial["layers"] = list(filter(None, query["layers"].split(",")))
        for layer_id in initial["layers"]:
            if layer_id in atlas.large:
                raise refusal(400, f"`{layer_id}` is too large to be in a file. Leave it out of `layers`.")
            if layer_id not in atlas.in_memory:
                known = ", ".join(atlas.in_memory)
                raise refusal(404, f"Unknown layer `{layer_id[:60]}`. Known: {known}.")
    if feature := query.get("feature"):
        if atlas.feature(feature) is None:
            raise refusal(404, f"Unknown feature `{feature[:60]}`. Write it as `<layer>.<feature id>`.")
        initial["feature"] = feature
    if view := query.get("view"):
        if not VIEW_PATTERN.match(view):
            raise refusal(400, "`view` must be zoom/lat/lon, such as 10/52.26/6.79.")
        initial["view"] = view
    if any(name in query for name in PARAMETERS):
        from dashboard.reach.map_data import reach_document

        choice, problems = read_choice(query, atlas)
        if problems:
            raise refusal(404, " ".join(problems))
        initial["reach"] = reach_document(atlas, choice)
    html = render_html(atlas, initial)
    return Document(html.encode(), "text/html; charset=utf-8", download_headers(f"map_{atlas.language}.html"))


@per_atlas(maxsize=16)
def _write_kept(atlas: Atlas, layer_id: str, extension: str, feature_ids: tuple[str, ...] | None) -> Document:
    """Return the file of a layer in memory, which is kept."""
    return _write(atlas, layer_id, extension, feature_ids)


def _write(atlas: Atlas, layer_id: str, extension: str, feature_ids: tuple[str, ...] | None) -> Document:
    form, whole = FORMATS[extension], atlas.layers[layer_id]
    part = _select(whole, feature_ids)
    card = evidence_card(whole) | {"features_in_file": part.count, "language": atlas.language}
    stem = f"{layer_id}{'' if part is whole else '_selection'}_{atlas.language}"
    try:
        content = form.to_bytes(part, card)
    except BuildError as error:
        raise refusal(501, f"This server can't make .{form.ending} files: {error}") from None
    except RuntimeError as error:  # GDAL's error if the disk is full
        raise OSError(str(error)) from error
    if form.has_evidence:
        return Document(content, form.media_type, download_headers(f"{stem}.{form.ending}"))
    evidence = (BYTE_ORDER_MARK + render_template("evidence.txt", atlas.language, card=card)).encode()
    content = to_zip({f"{layer_id}.{form.ending}": content, "EVIDENCE.txt": evidence})
    return Document(content, "application/zip", download_headers(f"{stem}.{form.ending}.zip"))


def _select(data: FeatureLayer, feature_ids: tuple[str, ...] | None) -> LayerData:
    """Return a layer in memory, or these features of any layer, in their order, as one."""
    if feature_ids is None and isinstance(data, LayerData):
        return data
    features: dict[str, Feature] = {}
    for feature_id in feature_ids or ():
        feature = data.feature(feature_id)
        if feature is None:
            raise refusal(404, f"`{data.layer.id}` has no feature `{feature_id[:60]}`. {_known_ids(data)}")
        features[feature_id] = feature
    return LayerData(
        data.layer,
        content=b"",
        properties={key: feature.properties for key, feature in features.items()},
        geometries={key: feature.geometry for key, feature in features.items()},
    )


def _known_ids(data: FeatureLayer) -> str:
    if not isinstance(data, LayerData):
        return "They are numbered from 1."
    known = list(data.properties)
    return f"Known: {', '.join(known[:MAX_NAMED])}{' …' if len(known) > MAX_NAMED else '.'}"


def download_headers(name: str) -> dict[str, str]:
    """Return the headers of a file that browsers save under this name."""
    return {
        **assets.SHARED,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Vary": "Accept-Encoding, Accept-Language",
    }


def refusal(status: int, message: str) -> HTTPException:
    """Return an error that is answered in plain text."""
    return HTTPException(status, message, headers=assets.SHARED)
