"""Restricts GDAL to the drivers of the allow-list and to local files.

Every module that reads or writes through GDAL imports `pyogrio` from here.
"""

from __future__ import annotations

import warnings

import pyogrio
from pyogrio.core import _register_drivers

DRIVERS = ("GeoJSON", "GeoJSONSeq", "GPKG", "FlatGeobuf", "ESRI Shapefile", "LIBKML", "GPX")
"""Allowed drivers: none of them asks another host, runs an algorithm, or opens a file that a file names."""

pyogrio.set_gdal_config_options(
    {
        "GDAL_SKIP": ",".join(set(pyogrio.list_drivers()) - set(DRIVERS)),
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
        "CPL_ALLOW_VSISTDIN": "NO",
        # GDAL 3.12's own path from FlatGeobuf to Arrow crashes on a null geometry.
        "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",
    }
)
_register_drivers()  # again, so that the drivers to skip are removed

# A file in memory has no ending.
warnings.filterwarnings("ignore", "File /vsimem/.* has GPKG application_id", RuntimeWarning)

__all__ = ["DRIVERS", "pyogrio"]
