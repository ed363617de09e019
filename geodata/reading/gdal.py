"""GDAL with its doors closed: the drivers of the list and no other, and no file system that fetches.

Every module that reads or writes through GDAL takes `pyogrio` from here.
"""

from __future__ import annotations

import warnings

import pyogrio
from pyogrio.core import _register_drivers

DRIVERS = ("GeoJSON", "GeoJSONSeq", "GPKG", "FlatGeobuf", "ESRI Shapefile", "LIBKML", "GPX")
"""What stays: no driver that asks another host, runs an algorithm, or opens a file that its file names."""

pyogrio.set_gdal_config_options(
    {
        "GDAL_SKIP": ",".join(set(pyogrio.list_drivers()) - set(DRIVERS)),
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
        "CPL_ALLOW_VSISTDIN": "NO",
        # GDAL 3.12's short cut from FlatGeobuf to Arrow ends the process where a geometry is null.
        "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",
    }
)
_register_drivers()  # once more: now those to be skipped go

# In memory a file has no ending.
warnings.filterwarnings("ignore", "File /vsimem/.* has GPKG application_id", RuntimeWarning)

__all__ = ["DRIVERS", "pyogrio"]
