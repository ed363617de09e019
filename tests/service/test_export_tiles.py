"""All layers as one file of tiles, which the program tippecanoe cuts."""

from geodata.export.atlas import write_atlas
from tests.support import other_gdal


def test_pmtiles_hold_every_layer_in_one_file(atlas, tmp_path):
    write_atlas(atlas, ".pmtiles", tmp_path / "atlas.pmtiles")
    assert {name for name, _ in other_gdal.list_layers(tmp_path / "atlas.pmtiles")} == set(atlas.layers)
    for layer_id, data in atlas.layers.items():
        frame = other_gdal.read_file(tmp_path / "atlas.pmtiles", layer=layer_id, ZOOM_LEVEL="9")
        assert set(frame["id"]) == set(data.properties)
