"""Lists the conformance classes of the OGC standards that `/ogc` implements."""

from __future__ import annotations

SPEC = "http://www.opengis.net/spec"
ALWAYS = [
    f"{SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{SPEC}/ogcapi-common-1/1.0/conf/landing-page",
    f"{SPEC}/ogcapi-common-1/1.0/conf/json",
    f"{SPEC}/ogcapi-common-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-common-2/1.0/conf/collections",
    f"{SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    f"{SPEC}/ogcapi-features-5/1.0/conf/schemas",
]

FILTERS = [
    f"{SPEC}/ogcapi-features-3/1.0/conf/filter",
    f"{SPEC}/ogcapi-features-3/1.0/conf/features-filter",
    f"{SPEC}/cql2/1.0/conf/cql2-text",
    f"{SPEC}/cql2/1.0/conf/cql2-json",
    f"{SPEC}/cql2/1.0/conf/basic-cql2",
    f"{SPEC}/cql2/1.0/conf/advanced-comparison-operators",
    f"{SPEC}/cql2/1.0/conf/basic-spatial-functions",
]
"""Declared only if every collection can be filtered, as clients rely on it."""


def conforms_to(*, can_filter: bool) -> list[str]:
    """Return the conformance classes; those of filters only if every collection can be filtered."""
    return ALWAYS + FILTERS if can_filter else ALWAYS
