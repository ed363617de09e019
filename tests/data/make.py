"""Writes the corpus: `python -m tests.data.make`. Each file has one defect, and its name says which."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

HERE = Path(__file__).parent
POINT = {"type": "Point", "coordinates": [6.89, 52.22]}
SQUARE = [[6.8, 52.2], [6.9, 52.2], [6.9, 52.3], [6.8, 52.3], [6.8, 52.2]]
BIG = 60_000_000
"""Bytes of what a bomb unpacks to: more than an upload may hold."""

Files = dict[str, bytes]


def feature(geometry: Any = POINT, properties: Any = None, **members: Any) -> dict[str, Any]:
    return {"type": "Feature", **members, "properties": properties, "geometry": geometry}


def shape(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": coordinates}


def collection(*features: Any, **members: Any) -> bytes:
    document = {"type": "FeatureCollection", **members, "features": list(features)}
    return json.dumps(document, ensure_ascii=False).encode()


def of_properties(**files: dict[str, Any]) -> Files:
    return {f"{name}.geojson": collection(feature(properties=given)) for name, given in files.items()}


def of_geometries(**files: Any) -> Files:
    return {
        f"{name}.geojson": collection(feature(geometry, {"name": name})) for name, geometry in files.items()
    }


def polygon(*rings: Any) -> dict[str, Any]:
    return shape("Polygon", list(rings))


def shapes() -> Files:
    """Geometries that are legal but odd, or wrong in one way."""
    x, y = 6.85, 52.25
    inner = [[6.82, 52.22], [6.82, 52.28], [6.88, 52.28], [6.88, 52.22], [6.82, 52.22]]
    deep: Any = POINT
    for _ in range(10):
        deep = {"type": "GeometryCollection", "geometries": [deep]}
    return of_geometries(
        geometry_null=None,
        geometry_collection={"type": "GeometryCollection", "geometries": [POINT, polygon(SQUARE)]},
        geometry_collection_empty={"type": "GeometryCollection", "geometries": []},
        geometry_collection_nested=deep,
        geometry_collection_with_null={"type": "GeometryCollection", "geometries": [POINT, None]},
        geometry_collection_without_list={"type": "GeometryCollection", "coordinates": []},
        geometry_of_unknown_type=shape("Circle", [6.8, 52.2]),
        geometry_type_in_small_letters=shape("point", [6.8, 52.2]),
        geometry_without_type={"coordinates": [6.8, 52.2]},
        geometry_without_coordinates={"type": "Point"},
        geometry_is_a_list=[6.8, 52.2],
        geometry_is_text="POINT (6.8 52.2)",
        point_with_height=shape("Point", [6.89, 52.22, 45.5]),
        point_with_measure=shape("Point", [6.89, 52.22, 45.5, 7]),
        point_of_one_number=shape("Point", [6.89]),
        point_of_no_number=shape("Point", []),
        point_of_texts=shape("Point", ["6.89", "52.22"]),
        point_of_nulls=shape("Point", [None, None]),
        point_of_flags=shape("Point", [True, False]),
        point_of_lists=shape("Point", [[6.89], [52.22]]),
        point_of_an_object=shape("Point", {"lon": 6.89, "lat": 52.22}),
        point_of_many_decimals=shape("Point", [6.891234567890123, 52.221234567890123]),
        point_of_minus_zero=shape("Point", [-0.0, 52.22]),
        point_at_the_edge_of_the_world=shape("Point", [180, 85]),
        point_at_the_pole=shape("Point", [0, 90]),
        point_beyond_the_pole=shape("Point", [0, 91]),
        point_beyond_all_longitudes=shape("Point", [1000, 52]),
        point_of_huge_numbers=shape("Point", [1e300, -1e300]),
        point_in_national_grid=shape("Point", [257000, 471000]),
        point_with_latitude_first=shape("Point", [52.22, 6.89]),
        multipoint_with_an_empty_point=shape("MultiPoint", [[6.8, 52.2], []]),
        multipoint_with_the_same_point_twice=shape("MultiPoint", [[6.8, 52.2], [6.8, 52.2]]),
        line_of_one_position=shape("LineString", [[6.8, 52.2]]),
        line_of_no_length=shape("LineString", [[6.8, 52.2], [6.8, 52.2]]),
        line_of_no_position=shape("LineString", []),
        line_with_repeated_positions=shape("LineString", [[6.8, 52.2], [6.8, 52.2], [6.9, 52.3]]),
        line_with_heights_in_part=shape("LineString", [[6.8, 52.2, 9], [6.9, 52.3]]),
        line_across_the_antimeridian=shape("LineString", [[170, 10], [190, 20]]),
        line_from_0_to_360=shape("LineString", [[190, 10], [200, 20]]),
        multiline_with_a_short_part=shape("MultiLineString", [[[6.8, 52.2], [6.9, 52.3]], [[6.8, 52.2]]]),
        polygon_cut_at_the_antimeridian=shape(
            "MultiPolygon",
            [
                [[[170, 0], [180, 0], [180, 10], [170, 10], [170, 0]]],
                [[[-180, 0], [-170, 0], [-170, 10], [-180, 10], [-180, 0]]],
            ],
        ),
        polygon_across_the_antimeridian=polygon([[170, 0], [190, 0], [190, 10], [170, 10], [170, 0]]),
        polygon_not_closed=polygon(SQUARE[:-1]),
        polygon_clockwise=polygon(SQUARE[::-1]),
        polygon_with_a_hole=polygon(SQUARE, inner),
        polygon_with_a_hole_counter_clockwise=polygon(SQUARE, inner[::-1]),
        polygon_with_a_hole_outside=polygon(SQUARE, [[7, 53], [7, 54], [8, 54], [8, 53], [7, 53]]),
        polygon_with_an_empty_ring=polygon(SQUARE, []),
        polygon_with_the_same_ring_twice=polygon(SQUARE, SQUARE[::-1]),
        polygon_with_repeated_positions=polygon([SQUARE[0], *SQUARE]),
        polygon_with_a_spike=polygon([*SQUARE[:2], [7.5, 52.2], SQUARE[1], *SQUARE[2:]]),
        polygon_bow_tie=polygon([[6.8, 52.2], [6.9, 52.3], [6.9, 52.2], [6.8, 52.3], [6.8, 52.2]]),
        polygon_that_touches_itself=polygon(
            [[6.8, 52.2], [6.9, 52.2], [x, y], [6.9, 52.3], [6.8, 52.3], [x, y], [6.8, 52.2]]
        ),
        polygon_of_two_corners=polygon([[6.8, 52.2], [6.9, 52.3], [6.8, 52.2]]),
        polygon_of_no_area=polygon([[6, 52], [7, 53], [8, 54], [6, 52]]),
        polygon_of_no_ring=polygon(),
        polygon_of_positions=shape("Polygon", SQUARE),
        multipolygon_that_overlaps_itself=shape("MultiPolygon", [[SQUARE], [SQUARE]]),
        multipolygon_of_an_object=shape("MultiPolygon", {"": None}),
    )


def texts() -> Files:
    """Names and values of properties."""
    same = {"name": "a", "Name": "b", "NAME": "c"}
    return of_properties(
        property_with_colon={"name:nl": "Enschede", "name:de": "Enschede"},
        property_proto={"__proto__": "x", "constructor": "y", "prototype": "z", "toString": "s"},
        property_without_name={"": "x", " ": "y"},
        property_with_a_name_of_10000_characters={"n" * 10_000: "x"},
        property_named_right_to_left={"\u0627\u0633\u0645": "\u202eevil\u202c", "name": "\u05d0\u05d1"},
        property_named_with_zero_width={"na\u200bme": "x", "na\u200dme": "y", "\ufeff": "z"},
        property_named_with_emoji={"👩‍👩‍👧": "🏳️‍🌈"},
        property_named_like_another_but_for_case=same,
        property_named_like_a_column={"fid": 1, "geom": 2, "geometry": 3, "id": 4, "ogc_fid": 5, "rowid": 6},
        property_named_like_the_atlas_does={"note": 1, "source": 2, "accuracy_m": "far", "description": 3},
        property_named_with_a_number={"1": "x", "2024": "y", "-1": "z"},
        property_named_with_dots={"a.b": 1, "a[0]": 2, "a b": 3, "a/b": 4},
        text_of_10000_characters={"name": "long", "text": "word " * 2_000},
        text_right_to_left={"name": "\u202eabc", "text": "\u0645\u0631\u062d\u0628\u0627"},
        text_zero_width={"name": "\u200b\u200c\u200d\ufeff", "text": "a\u200bb"},
        text_with_control_characters={"name": "a\u0000b\u0007\u001b[31mc", "text": "line\r\nline\ttab"},
        text_combining={"name": "Z" + "\u0301" * 200},
        name_empty={"name": "", "title": "second"},
        name_is_a_number={"name": 5},
        name_is_an_object={"name": {"nl": "Enschede"}},
        name_is_blank={"name": "   "},
        value_nested={"name": "n", "tags": {"a": {"b": [1, 2, {"c": None}]}}},
        value_list_of_texts={"name": "n", "tags": ["a", "b"]},
        value_list_mixed={"name": "n", "tags": ["a", 1, None, True]},
        value_list_empty={"name": "n", "tags": [], "object": {}},
        value_null_everywhere={"name": None, "a": None},
        value_date={"name": "n", "since": "2024-02-29", "never": "2023-02-30"},
        value_link={"name": "n", "web": "https://example.org/a?b=c", "mail": "mailto:a@example.org"},
        value_integer_beyond_browsers={"name": "n", "big": 2**53 + 1, "negative": -(2**63)},
        value_integer_of_400_digits={"name": "n", "big": 10**400},
        value_decimal_long={"name": "n", "pi": 3.141592653589793, "tiny": 5e-324, "zero": -0.0},
    )


def documents() -> Files:
    """What a JSON text may be otherwise."""
    plain = collection(feature(properties={"name": "Überall"}))
    wide = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":%s},'
        '"geometry":{"type":"Point","coordinates":[6.89,52.22]}}]}'
    )
    position = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        '"geometry":{"type":"Point","coordinates":[%s,52.22]}}]}'
    )
    esri = {
        "geometryType": "esriGeometryPoint",
        "features": [{"attributes": {}, "geometry": {"x": 6, "y": 52}}],
    }
    rd = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
    grid = feature(shape("Point", [257000, 471000]), {"name": "Enschede"})
    return {
        "collection_empty.geojson": collection(),
        "collection_with_mixed_types.geojson": collection(
            feature(POINT, {"a": 1}),
            feature(shape("LineString", SQUARE[:2]), {"a": "text"}),
            feature(polygon(SQUARE), {"a": [1]}),
            feature(shape("MultiPoint", SQUARE[:2]), {"a": True}),
        ),
        "collection_with_a_wrong_bbox.geojson": collection(feature(properties={}), bbox=["w", None]),
        "collection_with_foreign_members.geojson": collection(feature(properties={}), links=[], style={}),
        "collection_in_a_collection.geojson": collection(
            {"type": "FeatureCollection", "features": [feature()]}
        ),
        "collection_with_null_among_features.geojson": collection(None, 1, "x", [], feature(properties={})),
        "collection_without_features.geojson": b'{"type": "FeatureCollection"}',
        "collection_with_features_as_object.geojson": b'{"type": "FeatureCollection", "features": {}}',
        "crs_member_of_wgs84.geojson": collection(
            feature(properties={}),
            crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        ),
        "crs_member_of_national_grid.geojson": collection(grid, crs=rd),
        "crs_member_of_nothing_known.geojson": collection(
            grid, crs={"type": "name", "properties": {"name": "EPSG:1"}}
        ),
        "crs_member_without_name.geojson": collection(feature(properties={}), crs={"type": "link"}),
        "feature_alone.geojson": json.dumps(feature(properties={"name": "one"})).encode(),
        "feature_without_properties.geojson": collection({"type": "Feature", "geometry": POINT}),
        "feature_without_geometry.geojson": collection({"type": "Feature", "properties": {}}),
        "feature_without_type.geojson": collection({"properties": {}, "geometry": POINT}),
        "feature_with_properties_as_list.geojson": collection(feature(properties=["a", 1])),
        "feature_with_properties_null.geojson": collection(feature()),
        "feature_ids_twice.geojson": collection(*(feature(properties={"n": n}, id="a") for n in (1, 2))),
        "feature_ids_as_numbers.geojson": collection(
            *(feature(properties={}, id=n) for n in (0, 1, -5, 1.5))
        ),
        "feature_ids_as_nothing_legal.geojson": collection(
            *(feature(properties={}, id=n) for n in (None, True, [1], {"a": 1}, ""))
        ),
        "geometry_alone.geojson": json.dumps(POINT).encode(),
        "geometry_collection_alone.geojson": json.dumps(
            {"type": "GeometryCollection", "geometries": [POINT]}
        ).encode(),
        "json_list.geojson": b"[]",
        "json_number.geojson": b"42",
        "json_object_empty.geojson": b"{}",
        "json_of_esri.geojson": json.dumps(esri).encode(),
        "json_of_topojson.geojson": b'{"type": "Topology", "objects": {}, "arcs": []}',
        "json_with_a_comma_too_many.geojson": plain.replace(b"]}", b",]}"),
        "json_with_a_comment.geojson": b"{ // a comment\n" + plain[1:],
        "text_with_half_a_character.geojson": plain.replace(b"\xc3\x9c", b"\\ud83d"),
        "json_twice.geojson": plain + plain,
        "json_with_keys_twice.geojson": plain.replace(b'"name": ', b'"name": "first", "name": ', 1),
        "json_cut_off.geojson": plain[: len(plain) * 2 // 3],
        "json_with_nan.geojson": (wide % "NaN").encode(),
        "json_with_infinity.geojson": (wide % "[-Infinity, Infinity]").encode(),
        "json_with_a_number_too_large.geojson": (wide % "1e999").encode(),
        "json_with_an_integer_of_5000_digits.geojson": (wide % ("9" * 5000)).encode(),
        "json_with_nan_as_coordinate.geojson": (position % "NaN").encode(),
        "json_with_a_coordinate_too_large.geojson": (position % "1e999").encode(),
        "json_with_a_coordinate_of_400_digits.geojson": (position % ("9" * 400)).encode(),
        "file_empty.geojson": b"",
        "file_of_spaces.geojson": b" \n\t ",
        "file_of_zeros.geojson": bytes(1000),
        "text_with_byte_order_mark.geojson": b"\xef\xbb\xbf" + plain,
        "text_in_utf16.geojson": plain.decode().encode("utf-16"),
        "text_in_latin1.geojson": plain.decode().encode("latin-1"),
        "text_with_windows_line_ends.geojson": plain.replace(b", ", b",\r\n"),
        "ending_in_capitals.GEOJSON": plain,
        "ending_of_plain_json.json": plain,
        "ending_unknown.xyz": plain,
        "ending_none": plain,
        "lines.geojsonl": b"\n".join(json.dumps(feature(properties={"n": n})).encode() for n in (1, 2)),
        "lines_with_separators.geojsons": b"".join(
            b"\x1e" + json.dumps(feature(properties={"n": n})).encode() + b"\n" for n in (1, 2)
        ),
        "lines_with_a_broken_one.geojsonl": json.dumps(feature()).encode() + b"\n{\n",
        "lines_blank_between.ndjson": json.dumps(feature(properties={})).encode() + b"\n\n\n",
    }


def tables() -> Files:
    """CSV."""
    texts = {
        "csv_lon_lat": "name,lon,lat\nEnschede,6.89,52.22\n",
        "csv_in_dutch": "Naam;Lengtegraad;Breedtegraad\nEnschede;6,89;52,22\n",
        "csv_in_german": "Bezeichnung;Längengrad;Breitengrad;Größe\nGronau;7,03;52,21;1,5\n",
        "csv_with_tabs": "name\tlng\tlat\nEnschede\t6.89\t52.22\n",
        "csv_with_pipes": "name|x|y\nEnschede|6.89|52.22\n",
        "csv_with_wkt": 'name,wkt\nline,"LINESTRING (6.8 52.2, 6.9 52.3)"\n',
        "csv_with_ewkt": "name,geom\nEnschede,SRID=28992;POINT (257000 471000)\n",
        "csv_with_ewkt_of_two_crs": "geom\nSRID=28992;POINT (257000 471000)\nSRID=4326;POINT (6 52)\n",
        "csv_with_broken_wkt": "name,wkt\na,POINT (6.8\nb,POINT (6.8 52.2)\n",
        "csv_in_national_grid": "name,x,y\nEnschede,257000,471000\n",
        "csv_without_coordinates": "name,street\nTown hall,Langestraat\n",
        "csv_with_empty_coordinates": "name,lon,lat\na,6.89,52.22\nb,,\nc,6.89,\n",
        "csv_with_coordinates_in_words": "name,lon,lat\na,east,north\n",
        "csv_with_nan_coordinates": "name,lon,lat\na,nan,inf\nb,6.89,52.22\n",
        "csv_with_a_header_only": "name,lon,lat\n",
        "csv_with_a_row_too_long": "name,lon,lat\na,6.89,52.22,more\n",
        "csv_with_a_row_too_short": "name,lon,lat,year\na,6.89,52.22\n",
        "csv_with_blank_lines": "name,lon,lat\n\na,6.89,52.22\n\n",
        "csv_with_column_names_twice": "name,name,lon,lat\na,b,6.89,52.22\n",
        "csv_with_column_names_missing": "name,,lon,lat,\na,b,6.89,52.22,c\n",
        "csv_with_leading_zeros": "name,lon,lat,code\na,6.89,52.22,007\n",
        "csv_with_lines_in_cells": 'name,lon,lat\n"two\nlines",6.89,52.22\n',
        "csv_with_open_quotes": 'name,lon,lat\n"never closed,6.89,52.22\n',
        "csv_with_a_zero_byte": "name,lon,lat\na\0b,6.89,52.22\n",
        "csv_with_mixed_numbers": "name,lon,lat,n\na,6.89,52.22,1\nb,6.9,52.3,1.5\nc,6.9,52.3,many\n",
        "csv_with_long_numbers": "name,lon,lat,n\na,6.89,52.22,12345678901234567890\n",
        "csv_of_coordinates_only": "lon,lat\n6.89,52.22\n",
    }
    files = {f"{name}.csv": text.encode() for name, text in texts.items()}
    dutch = texts["csv_in_german"]
    return files | {
        "csv_with_byte_order_mark.csv": b"\xef\xbb\xbf" + texts["csv_lon_lat"].encode(),
        "csv_in_utf16.csv": dutch.encode("utf-16"),
        "csv_in_latin1.csv": dutch.encode("latin-1"),
    }


def kml(inside: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2" '
        f'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>{inside}</Document></kml>'
    ).encode()


def placemark(geometry: str, more: str = "<name>Somewhere</name>") -> str:
    return f"<Placemark>{more}{geometry}</Placemark>"


KML_POINT = "<Point><coordinates>6.89,52.22</coordinates></Point>"
KML_RING = "<LinearRing><coordinates>6.8,52.2 6.9,52.2 6.9,52.3 6.8,52.2</coordinates></LinearRing>"


def gpx(inside: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<gpx version="1.1" creator="us" '
        f'xmlns="http://www.topografix.com/GPX/1/1">{inside}</gpx>'
    ).encode()


def marked_up() -> Files:
    """KML and GPX."""
    data = '<ExtendedData><Data name="name:nl"><value>5</value></Data></ExtendedData>'
    polygon = f"<Polygon><outerBoundaryIs>{KML_RING}</outerBoundaryIs></Polygon>"
    track = "<gx:Track><when>2020-01-01T00:00:00Z</when><gx:coord>6.8 52.2 0</gx:coord></gx:Track>"
    overlay = "<GroundOverlay><Icon><href>a.png</href></Icon></GroundOverlay>"
    folders = f"<Folder><name>A</name>{placemark(KML_POINT)}</Folder><Folder><name>B</name></Folder>"
    point = '<wpt lat="52.22" lon="6.89"><name>Somewhere</name></wpt>'
    line = "".join(f'<trkpt lat="52.2{n}" lon="6.8{n}"><ele>9</ele></trkpt>' for n in range(3))
    return {
        "kml_point.kml": kml(placemark(KML_POINT)),
        "kml_polygon.kml": kml(placemark(polygon)),
        "kml_collection.kml": kml(placemark(f"<MultiGeometry>{KML_POINT}{polygon}</MultiGeometry>")),
        "kml_with_folders.kml": kml(folders),
        "kml_with_extended_data.kml": kml(placemark(KML_POINT, data)),
        "kml_with_html_description.kml": kml(
            placemark(KML_POINT, "<description><![CDATA[<b>bold</b>]]></description>")
        ),
        "kml_without_placemarks.kml": kml(""),
        "kml_placemark_without_geometry.kml": kml(placemark("")),
        "kml_of_a_picture_only.kml": kml(overlay),
        "kml_of_a_timed_track.kml": kml(placemark(track)),
        "kml_with_broken_coordinates.kml": kml(placemark("<Point><coordinates>east</coordinates></Point>")),
        "kml_with_heights.kml": kml(placemark("<Point><coordinates>6.89,52.22,45</coordinates></Point>")),
        "kml_without_namespace.kml": kml(placemark(KML_POINT)).replace(
            b' xmlns="http://www.opengis.net/kml/2.2"', b""
        ),
        "kml_cut_off.kml": kml(placemark(KML_POINT))[:-30],
        "kml_that_is_html.kml": b"<!doctype html><html><body>Not found</body></html>",
        "gpx_waypoint.gpx": gpx(point),
        "gpx_track.gpx": gpx(f"<trk><name>T</name><trkseg>{line}</trkseg></trk>"),
        "gpx_route.gpx": gpx(f"<rte><name>R</name>{line.replace('trkpt', 'rtept')}</rte>"),
        "gpx_of_everything.gpx": gpx(f"{point}<trk><trkseg>{line}</trkseg></trk>"),
        "gpx_empty.gpx": gpx(""),
        "gpx_without_position.gpx": gpx("<wpt><name>Nowhere</name></wpt>"),
        "gpx_with_broken_position.gpx": gpx('<wpt lat="north" lon="6.8"/>'),
        "gpx_track_without_points.gpx": gpx("<trk><name>T</name></trk>"),
    }


def places(crs: int = 4326, geometry: Any = None, **columns: Any) -> gpd.GeoDataFrame:
    shapes = geometry or [shapely.Point(6.8958, 52.2215), shapely.Point(7.6261, 51.9625)]
    names = [f"Place {number}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"name": names, **columns}, geometry=shapes, crs=4326).to_crs(crs)


def written(frame: gpd.GeoDataFrame, name: str, **options: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        if path.suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path, **options)
        return path.read_bytes()


def shapefile(frame: gpd.GeoDataFrame) -> Files:
    """Return the files of a shapefile by their endings."""
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / "places.shp", encoding="utf-8")
        return {path.suffix: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def zipped(files: dict[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return file.getvalue()


def geopackage(script: str, frame: gpd.GeoDataFrame | None = None) -> bytes:
    """Return a GeoPackage after some SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "places.gpkg"
        frame = places() if frame is None else frame
        frame.to_file(path, layer="places", driver="GPKG", SPATIAL_INDEX="NO")
        database = sqlite3.connect(path)
        database.executescript(f"PRAGMA page_size = 512; VACUUM; {script}")
        database.close()
        return path.read_bytes()


VIEW = """
CREATE VIEW query AS {sql};
INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
VALUES ('query', 'features', 'query', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('query', 'geom', 'POINT', 4326, 0, 0);
"""


SECOND_TABLE = """
CREATE TABLE "new ä; --" AS SELECT * FROM places;
INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
VALUES ('new ä; --', 'features', 'new', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('new ä; --', 'geom', 'POINT', 4326, 0, 0);
"""


def with_virtual_table(sql: str) -> str:
    """Return SQL that puts a virtual table into the schema without its module."""
    quoted = sql.replace("'", "''")
    insert = "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, '{}');"
    return f"PRAGMA writable_schema = ON; {insert.format(quoted)}"


def parquet(table: pa.Table, geo: Any) -> bytes:
    file = io.BytesIO()
    metadata = {} if geo is None else {b"geo": geo if isinstance(geo, bytes) else json.dumps(geo).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), file)
    return file.getvalue()


GEO = {
    "version": "1.0.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
}
WKB = shapely.to_wkb(shapely.Point(6.89, 52.22))


def binaries() -> Files:
    """GeoPackage, FlatGeobuf, GeoParquet, shapefile."""
    heights = places(geometry=[shapely.Point(6.89, 52.22, 45)])
    nothing = places(geometry=[None, shapely.Point(6.89, 52.22)])
    parts = shapefile(places(28992))
    named = {f"places{ending}": content for ending, content in parts.items()}
    empty_table = geopackage("DELETE FROM places;")
    flat = written(places(28992), "places.fgb", driver="FlatGeobuf")
    rows = pa.table({"name": ["a"], "geometry": [WKB]})
    aspatial = geopackage(
        "DELETE FROM gpkg_geometry_columns; UPDATE gpkg_contents SET data_type = 'attributes';"
    )
    two = geopackage(SECOND_TABLE)
    return {
        "gpkg_in_national_grid.gpkg": geopackage("", places(28992)),
        "gpkg_of_two_tables.gpkg": two,
        "gpkg_of_an_empty_table.gpkg": empty_table,
        "gpkg_without_shapes.gpkg": aspatial,
        "gpkg_with_heights.gpkg": geopackage("", heights),
        "gpkg_with_a_view.gpkg": geopackage(VIEW.format(sql="SELECT * FROM places")),
        "gpkg_with_no_crs.gpkg": geopackage("", places().set_crs(None, allow_override=True)),
        "gpkg_with_text_in_a_number.gpkg": geopackage(
            "UPDATE places SET n = 'many' WHERE fid = 1;", places(n=[1, 2])
        ),
        "gpkg_with_broken_text.gpkg": geopackage("UPDATE places SET name = CAST(x'ff41' AS TEXT);"),
        "gpkg_with_a_broken_geometry.gpkg": geopackage("UPDATE places SET geom = x'4750' WHERE fid = 1;"),
        "gpkg_cut_off.gpkg": geopackage("")[:9000],
        "fgb_in_national_grid.fgb": flat,
        "fgb_of_nothing.fgb": written(places().iloc[:0], "places.fgb", driver="FlatGeobuf"),
        "fgb_with_a_null_geometry.fgb": written(
            nothing, "places.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO"
        ),
        "fgb_cut_off.fgb": flat[:-40],
        "parquet_in_national_grid.parquet": written(places(28992), "places.parquet"),
        "parquet_without_geo.parquet": parquet(rows, None),
        "parquet_with_broken_geo.parquet": parquet(rows, b"{"),
        "parquet_of_native_encoding.parquet": parquet(
            rows, {**GEO, "columns": {"geometry": {"encoding": "point", "geometry_types": []}}}
        ),
        "parquet_with_null_crs.parquet": parquet(
            rows, {**GEO, "columns": {"geometry": {"encoding": "WKB", "geometry_types": [], "crs": None}}}
        ),
        "parquet_with_nested_columns.parquet": parquet(
            rows.append_column("tags", pa.array([{"a": [1, 2]}])).append_column("raw", pa.array([b"\xff"])),
            GEO,
        ),
        "parquet_with_broken_wkb.parquet": parquet(pa.table({"geometry": [b"\x01\x02", WKB]}), GEO),
        "parquet_with_durations.parquet": parquet(
            rows.append_column("d", pa.array([5], pa.duration("s"))), GEO
        ),
        "parquet_cut_off.parquet": written(places(), "places.parquet")[:-40],
        "shapefile_zipped.zip": zipped(named),
        "shapefile_zipped.shp.zip": zipped(named),
        "shapefile_in_a_folder.zip": zipped({f"a/b ä/{name}": content for name, content in named.items()}),
        "shapefile_in_capitals.zip": zipped({name.upper(): content for name, content in named.items()}),
        "shapefile_beside_another.zip": zipped(
            {**named, **{f"other/{name}": content for name, content in named.items()}}
        ),
        "shapefile_beside_other_files.zip": zipped(
            {**named, "readme.txt": b"hello", "__MACOSX/._places.shp": b"x"}
        ),
        "shapefile_without_prj.zip": zipped({k: v for k, v in named.items() if not k.endswith("prj")}),
        "shapefile_without_dbf.zip": zipped({k: v for k, v in named.items() if not k.endswith("dbf")}),
        "shapefile_without_shx.zip": zipped({k: v for k, v in named.items() if not k.endswith("shx")}),
        "shapefile_with_a_prj_of_nonsense.zip": zipped({**named, "places.prj": b"nonsense"}),
        "shapefile_cut_off.zip": zipped({**named, "places.shp": parts[".shp"][:-28]}),
        "shapefile_not_zipped.shp": parts[".shp"],
        "zip_of_geojson.zip": zipped({"a.geojson": collection(feature())}),
        "zip_of_geojson_and_a_text.zip": zipped({"readme.txt": b"hello", "a.geojson": collection(feature())}),
        "zip_of_two_geojson.zip": zipped({f"{name}.geojson": collection(feature()) for name in "ab"}),
        "kmz.kmz": zipped({"doc.kml": kml(placemark(KML_POINT)), "files/a.png": b"\x89PNG"}),
        "kmz_of_a_folder.kmz": zipped({"A/Places.KML": kml(placemark(KML_POINT))}),
        "kmz_without_kml.kmz": zipped({"a.png": b"\x89PNG"}),
        "kmz_that_is_kml.kmz": kml(placemark(KML_POINT)),
        "zip_empty.zip": zipped({}),
        "zip_cut_off.zip": zipped(named)[:-50],
        "zip_that_is_none.zip": b"PK\x03\x04 and no more",
    }


SCRIPT = "window.__tripped=1"
IMAGE = f"<img src=x onerror={SCRIPT}>"


def payloads() -> Files:
    """What would run or be interpreted, were it not text."""
    given = {
        "html_image": IMAGE,
        "html_script": f"<script>{SCRIPT}</script>",
        "html_end_of_script": f"</script><script>{SCRIPT}</script>",
        "html_comment": "<!--<script>",
        "html_style": "<style>*{display:none}</style>",
        "html_frame": "<iframe src='https://example.org/'></iframe>",
        "html_form": "<form action='https://example.org/'><input name=a autofocus onfocus=alert(1)></form>",
        "html_meta_refresh": "<meta http-equiv=refresh content='0;url=https://example.org/'>",
        "html_base": "<base href='https://example.org/'>",
        "html_attribute": f'" onmouseover="{SCRIPT}',
        "html_entity": "&lt;img src=x onerror=alert(1)&gt;&#60;b&#62;",
        "svg": f"<svg onload={SCRIPT}><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "template_literal": "${" + SCRIPT + "}`${alert(1)}`",
        "template_jinja": "{{ 7*7 }}{% include '/etc/passwd' %}",
        "template_python": "{0.__class__.__mro__} %(name)s %s {name!r}",
        "javascript_link": f"javascript:{SCRIPT}",
        "javascript_link_disguised": f"java\tscript:{SCRIPT}",
        "data_link": f"data:text/html,<script>{SCRIPT}</script>",
        "file_link": "file:///etc/passwd",
        "markdown": "# big\n![x](https://example.org/x.png) [click](javascript:alert(1)) **bold**",
        "latex": "$\\href{javascript:alert(1)}{x}$ $$\\includegraphics{a}$$",
        "streamlit": ":red[red] :material/home: :rainbow-background[x] :smile:",
        "css": "red;background:url(https://example.org/x.png)",
        "formula_equals": '=HYPERLINK("https://example.org/","x")',
        "formula_plus": "+1+cmd|' /C calc'!A0",
        "formula_minus": "-2+3+cmd|' /C calc'!A0",
        "formula_at": "@SUM(1+1)",
        "formula_tab": "\t=1+1",
        "formula_return": "\r=1+1",
        "sql": "'; DROP TABLE features; --",
        "log_lines": "x\n2026-01-01 ERROR all is lost",
        "terminal": "\x1b]0;title\x07\x1b[2J",
    }
    files = of_properties(
        **{f"value_{name}": {"name": text, "text": text, "web": text} for name, text in given.items()}
    )
    names = {
        f"name_{name}": {given[name]: "x"}
        for name in (
            "html_image",
            "html_end_of_script",
            "template_literal",
            "formula_equals",
            "sql",
            "markdown",
        )
    }
    pollution = {"__proto__": {"polluted": True}, "constructor": {"prototype": {"polluted": True}}}
    return (
        files
        | of_properties(**names)
        | of_properties(prototype_pollution=pollution)
        | {
            "id_of_html.geojson": collection(feature(properties={}, id=IMAGE)),
            "type_of_html.geojson": collection(feature(shape(IMAGE, [6, 52]), {})),
            "crs_of_html.geojson": collection(
                feature(properties={}), crs={"type": "name", "properties": {"name": IMAGE}}
            ),
            "crs_that_names_a_file.geojson": collection(
                feature(properties={}),
                crs={"type": "name", "properties": {"name": "+proj=longlat +nadgrids=/etc/passwd +no_defs"}},
            ),
            "crs_that_names_a_host.geojson": collection(
                feature(properties={}),
                crs={
                    "type": "link",
                    "properties": {"href": "https://example.org/crs", "name": "https://example.org/crs"},
                },
            ),
            "csv_of_formulas.csv": b"name,lon,lat,=1+1\n\"=cmd|' /C calc'!A0\",6.89,52.22,@SUM(A1)\n",
            "csv_that_names_a_host.csv": b"name,lon,lat\n/vsicurl/https://example.org/x.csv,6.89,52.22\n",
        }
    )


def bombs() -> Files:
    """What grows, nests or reaches out while it is read."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    entity = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    named = placemark(KML_POINT, "<name>&{};</name>")
    link = "<NetworkLink><Link><href>{}</href></Link></NetworkLink>"
    style = "<styleUrl>http://127.0.0.1:9/style.kml#a</styleUrl>"
    parts = shapefile(places())
    full = {f"places{ending}": content for ending, content in parts.items()}
    symlink = zipfile.ZipInfo("places.shp")
    symlink.external_attr = (stat.S_IFLNK | 0o777) << 16
    vrt = (
        b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/vsicurl/http://127.0.0.1:9/x.geojson"
        b"</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    algorithm = {
        "type": "gdal_streamed_alg",
        "command_line": "gdal vector pipeline ! read /etc/passwd ! write x",
    }
    nested: Any = POINT
    for _ in range(200):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    encrypted = bytearray(zipped(full))
    for place in range(len(encrypted) - 4):
        if encrypted[place : place + 4] == b"PK\x01\x02":
            encrypted[place + 8] |= 1
        if encrypted[place : place + 4] == b"PK\x03\x04":
            encrypted[place + 6] |= 1
    lying = bytearray(zipped({**full, "places.shp": bytes(BIG)}))
    for place in range(len(lying) - 4):
        if lying[place : place + 4] == b"PK\x01\x02" and lying[place + 46 :].startswith(b"places.shp"):
            lying[place + 24 : place + 28] = struct.pack("<I", 100)
    flat = written(places(), "places.fgb", driver="FlatGeobuf", SPATIAL_INDEX="NO")
    footer = written(places(), "places.parquet")
    same = pa.table({"geometry": pa.array([WKB] * 600_000).dictionary_encode()})
    return {
        "nested_lists.geojson": b"[" * 100_000,
        "nested_objects.geojson": b'{"a":' * 50_000,
        "nested_properties.geojson": collection(feature(properties={"a": json.loads("[" * 100 + "]" * 100)})),
        "nested_geometry_collections.geojson": collection(feature(nested, {})),
        "nested_coordinates.geojson": collection(
            feature(shape("Polygon", json.loads("[" * 80 + "]" * 80)), {})
        ),
        "brackets_in_texts.geojson": collection(
            feature(properties={"name": "[" * 5000 + '\\"' + "{" * 5000})
        ),
        "many_properties.geojson": collection(feature(properties={f"p{n}": n for n in range(2_000)})),
        "text_of_200000_characters.geojson": collection(feature(properties={"name": "x" * 200_000})),
        "virtual_dataset.geojson": vrt,
        "virtual_dataset.kml": vrt,
        "virtual_dataset.csv": vrt,
        "virtual_dataset.gpkg": vrt,
        "algorithm.geojson": json.dumps(algorithm).encode(),
        "address_instead_of_data.geojson": b"/vsicurl/http://127.0.0.1:9/x.geojson",
        "kml_billion_laughs.kml": kml(named.format("l9"), f"<!DOCTYPE kml [{laughs}]>"),
        "kml_entity_of_a_file.kml": kml(named.format("x"), entity),
        "kml_entity_of_a_host.kml": kml(
            named.format("x"), entity.replace("file:///etc/passwd", "http://127.0.0.1:9/")
        ),
        "kml_document_type_of_a_host.kml": kml(
            placemark(KML_POINT), '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd">'
        ),
        "kml_parameter_entity.kml": kml(
            placemark(KML_POINT), '<!DOCTYPE kml [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>'
        ),
        "kml_xinclude.kml": kml(
            placemark(
                KML_POINT,
                '<description><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" '
                'parse="text"/></description>',
            )
        ),
        "kml_link_to_a_host.kml": kml(placemark(KML_POINT) + link.format("http://127.0.0.1:9/x.kml")),
        "kml_link_to_a_file.kml": kml(placemark(KML_POINT) + link.format("file:///etc/passwd")),
        "kml_link_to_itself.kml": kml(placemark(KML_POINT) + link.format("kml_link_to_itself.kml")),
        "kml_style_of_a_host.kml": kml(placemark(KML_POINT, f"<name>a</name>{style}")),
        "kml_style_sheet_of_a_host.kml": kml(
            placemark(KML_POINT), '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl" type="text/xsl"?>'
        ),
        "kml_nested.kml": kml("<Folder>" * 5_000 + "</Folder>" * 5_000),
        "kml_script.kml": kml(placemark(KML_POINT, f"<name><![CDATA[{IMAGE}]]></name>")),
        "gpx_billion_laughs.gpx": gpx(
            "<wpt lat='52' lon='6'><name>&l9;</name></wpt>", f"<!DOCTYPE gpx [{laughs}]>"
        ),
        "gpx_entity_of_a_file.gpx": gpx(
            "<wpt lat='52' lon='6'><name>&x;</name></wpt>", entity.replace("kml", "gpx")
        ),
        "gpx_nested.gpx": gpx(
            "<wpt lat='52' lon='6'><extensions>" + "<a>" * 5_000 + "</a>" * 5_000 + "</extensions></wpt>"
        ),
        "gpx_script_as_link.gpx": gpx(f"<wpt lat='52' lon='6'><link href='javascript:{SCRIPT}'/></wpt>"),
        "kmz_bomb.kmz": zipped({"doc.kml": b"<" + bytes(BIG)}),
        "kmz_with_an_entity.kmz": zipped({"doc.kml": kml(named.format("x"), entity)}),
        "kmz_with_a_path_upwards.kmz": zipped({"../doc.kml": kml(placemark(KML_POINT))}),
        "kmz_with_a_link_to_a_host.kmz": zipped(
            {"doc.kml": kml(link.format("http://127.0.0.1:9/a.kml") + placemark(KML_POINT))}
        ),
        "zip_of_geojson_that_is_a_bomb.zip": zipped({"a.geojson": b"{" + b" " * BIG}),
        "zip_bomb.zip": zipped({**full, "places.dbf": bytes(BIG)}),
        "zip_bomb_that_lies_about_its_size.zip": bytes(lying),
        "zip_in_a_zip.zip": zipped({"places.zip": zipped(full)}),
        "zip_of_2000_files.zip": zipped({**full, **{f"{n}.txt": b"" for n in range(2_000)}}),
        "zip_with_a_path_upwards.zip": zipped({**full, "../../evil.shp": parts[".shp"]}),
        "zip_with_a_path_upwards_of_windows.zip": zipped({**full, "..\\..\\evil.shp": parts[".shp"]}),
        "zip_with_a_path_from_the_root.zip": zipped({**full, "/etc/evil.shp": parts[".shp"]}),
        "zip_with_a_path_of_a_drive.zip": zipped({**full, "C:\\evil.shp": parts[".shp"]}),
        "zip_with_a_link.zip": zipped({symlink: b"/etc/passwd", "places.shx": parts[".shx"]}),
        "zip_with_a_password.zip": bytes(encrypted),
        "zip_with_a_name_twice.zip": zipped(
            {**full, "PLACES.SHP".title(): parts[".shp"], "places.SHP": parts[".shp"]}
        ),
        "zip_with_a_virtual_dataset.zip": zipped({**full, "places.shp": vrt}),
        "shapefile_with_a_record_beyond_its_end.zip": zipped(
            {**full, "places.shp": parts[".shp"][:104] + b"\x7f\xff\xff\xff" + parts[".shp"][108:]}
        ),
        "shapefile_with_an_index_beyond_its_end.zip": zipped(
            {**full, "places.shx": parts[".shx"][:100] + b"\x7f\xff\xff\xff" + parts[".shx"][104:]}
        ),
        "shapefile_with_a_table_of_two_billion_rows.zip": zipped(
            {**full, "places.dbf": parts[".dbf"][:4] + b"\xff\xff\xff\x7f" + parts[".dbf"][8:]}
        ),
        "gpkg_virtual_table_of_a_host.gpkg": geopackage(
            with_virtual_table(
                "CREATE VIRTUAL TABLE x USING VirtualOGR('/vsicurl/http://127.0.0.1:9/x.geojson')"
            )
        ),
        "gpkg_view_that_never_ends.gpkg": geopackage(
            VIEW.format(
                sql="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                "SELECT i AS fid, NULL AS geom FROM n"
            )
        ),
        "gpkg_view_that_loads_code.gpkg": geopackage(
            VIEW.format(sql="SELECT fid, geom, load_extension('/tmp/x') FROM places")
        ),
        "gpkg_trigger.gpkg": geopackage(
            "CREATE TRIGGER evil AFTER INSERT ON places BEGIN DELETE FROM places; END;"
        ),
        "gpkg_schema_of_nonsense.gpkg": geopackage(
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'nonsense' WHERE name = 'places';"
        ),
        "fgb_with_a_header_of_two_gigabytes.fgb": flat[:8] + b"\xff\xff\xff\x7f" + flat[12:],
        "fgb_with_a_header_of_noise.fgb": flat[:12] + bytes(range(256)),
        "parquet_with_a_footer_of_two_gigabytes.parquet": footer[:-8] + b"\xff\xff\xff\x7f" + footer[-4:],
        "parquet_with_600000_rows.parquet": parquet(same, GEO),
        "noise.gpkg": b"SQLite format 3\0" + bytes(range(256)) * 8,
        "noise.fgb": b"fgb\x03fgb\x00" + bytes(range(256)) * 8,
        "noise.parquet": b"PAR1" + bytes(range(256)) * 8 + b"PAR1",
        "noise.zip": b"PK\x03\x04" + bytes(range(256)) * 8,
        "noise.csv": bytes(range(256)) * 8,
        "noise.kml": b"<" + bytes(range(256)) * 8,
    }


def main() -> None:
    """Write all files anew."""
    folders = {
        "odd": shapes() | texts() | documents() | tables() | marked_up() | binaries(),
        "hostile": payloads() | bombs(),
    }
    for folder, files in folders.items():
        (HERE / folder).mkdir(exist_ok=True)
        for old in (HERE / folder).iterdir():
            old.unlink()
        for name, content in files.items():
            (HERE / folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
