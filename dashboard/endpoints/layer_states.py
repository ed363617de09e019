"""The states of layers in databases, for a map that waits for one of them."""

from dashboard.background.database_watch import in_databases
from dashboard.background.layer_builds import BuildState
from dashboard.map.builder import map_options
from dashboard.map.data_urls import map_addresses
from geodata import Atlas, Layer
from geodata.errors import DatabaseError
from geodata.json_object import JsonObject


def database_states(atlas: Atlas) -> dict[str, JsonObject]:
    """Return the state of each layer in a database, as JSON-ready values, by its id.

    `state` is `away` or `ready`; `message` says what to mend where waiting does not help; `options` are the
    layer's options in the current map document.
    """
    layers = in_databases(atlas)
    if not layers:
        return {}
    addresses = map_addresses(atlas)
    states: dict[str, JsonObject] = {}
    for layer in layers:
        trouble = _trouble(atlas, layer)
        if trouble is not None:
            message = "" if trouble.is_passing else f"{layer.title} {trouble}"
            states[layer.id] = BuildState("away", message=message).to_dict()
        elif layer.id in atlas.layers:
            options = {**(map_options(atlas, layer, addresses) or {}), "title": layer.title}
            states[layer.id] = {**BuildState("ready", part=1.0).to_dict(), "options": options}
    return states


def _trouble(atlas: Atlas, layer: Layer) -> DatabaseError | None:
    """Return why a layer can't answer at the moment."""
    if layer.id in atlas.layers:
        return atlas.layers[layer.id].trouble
    from geodata.database.status import status_of

    return status_of((atlas.english or atlas).catalog.layers[layer.id]).trouble
