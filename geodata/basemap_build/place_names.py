"""Collects the names of a source of street tiles, one entry for each name, kind and locality."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import Field
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.basemap_build.frames import GEOGRAPHIC_CRS, METRIC_CRS
from geodata.basemap_build.localities import Localities
from geodata.basemap_build.names_file import OTHER_NAMES
from geodata.basemap_build.street_layers import Table
from geodata.basemap_build.street_selection import Bbox
from geodata.basemap_build.street_source import Batch

COLUMNS = ("name", "kind", *OTHER_NAMES, "country")

UNDERGROUND = "tunnel"
"""Value of `brunnel` of waters that are not seen."""

SIMPLIFY_M = 30.0
"""Tolerance of the lines that are kept to see which of them hang together, in m."""


class NameRule(Table):
    """Which features of a layer are entries."""

    layer: str
    kinds: list[str] = Field(default_factory=list)
    kind: str | None = None
    whole: bool = False
    """Whether lines stay one entry where they pass through several localities."""


class NameRules(Table):
    """The file `place_names.toml`."""

    names: list[NameRule]
    localities: dict[str, float]
    """Kind of place → how far it reaches in relation to the others."""
    max_locality_m: float
    """Largest distance from a locality."""
    gap_m: float
    """Distance up to which lines of a name hang together."""
    whole_gap_m: float
    """The same for lines that stay whole."""
    twins: dict[str, str]
    """Kind that is left out beside another of the same name and locality, such as a street's cycle path."""
    least_part_m: float
    """A shorter part of a line in another locality counts to the locality of the rest."""

    @property
    def whole_kinds(self) -> set[str]:
        """Kinds of lines that stay whole."""
        return {kind for rule in self.names if rule.whole for kind in rule.kinds}


@cache
def name_rules() -> NameRules:
    """Return the content of the file."""
    text = Path(__file__).with_name("place_names.toml").read_text(encoding="utf-8")
    return NameRules.model_validate(tomllib.loads(text))


class NameCollector:
    """Takes the features of a source, batch by batch, and makes entries of them."""

    def __init__(self, bbox: Bbox | None) -> None:
        self._bbox = bbox
        self._found: list[gpd.GeoDataFrame] = []

    def add(self, batch: Batch) -> None:
        """Keep the named features of a batch."""
        features = batch.features
        if "name" not in features:
            return
        for rule in name_rules().names:
            if rule.layer != batch.layer:
                continue
            chosen = features["name"].notna()
            if rule.kinds:
                chosen &= features["kind"].isin(rule.kinds)
            if rule.whole and "brunnel" in features:
                chosen &= features["brunnel"].ne(UNDERGROUND)
            if self._bbox is not None:
                chosen &= features.intersects(shapely.box(*self._bbox))
            found = features[chosen].reindex(columns=[*COLUMNS, "geometry"])
            if not found.empty:
                self._found.append(_prepare(found if rule.kind is None else found.assign(kind=rule.kind)))

    def entries(self) -> gpd.GeoDataFrame:
        """Return the entries in EPSG:4326, points with `COLUMNS` and `locality`, sorted."""
        if not self._found:
            return gpd.GeoDataFrame(columns=[*COLUMNS, "locality", "geometry"], crs=GEOGRAPHIC_CRS)
        found = gpd.GeoDataFrame(pd.concat(self._found, ignore_index=True), crs=METRIC_CRS)
        rules = name_rules()
        found["locality"] = Localities(found, rules.localities, rules.max_locality_m).names_for(found)
        found["part"] = -1
        is_whole = found["kind"].isin(rules.whole_kinds)
        for lines, gap_m in (
            (found["length_m"].gt(0) & ~is_whole, rules.gap_m),
            (is_whole, rules.whole_gap_m),
        ):
            found.loc[lines, "part"] = hanging_together(found[lines], gap_m)
        streets = found["part"].ge(0) & ~is_whole
        found.loc[streets, "locality"] = without_short_parts(found[streets], rules.least_part_m)
        # A line that stays whole is one entry, whatever it passes through.
        found["of"] = found["locality"].mask(is_whole, found["part"].astype(str)).fillna("")
        single = without_twins(found.loc[nearest_to_middle(found, ["name", "kind", "of"])], rules.twins)
        sorted_entries = single.sort_values(["kind", "name", "locality", "x", "y"], na_position="first")
        points = gpd.points_from_xy(sorted_entries["x"], sorted_entries["y"], crs=METRIC_CRS)
        entries = sorted_entries[[*COLUMNS, "locality"]].reset_index(drop=True)
        return gpd.GeoDataFrame(entries, geometry=points).to_crs(GEOGRAPHIC_CRS)


def _prepare(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return features in EPSG:3035, lines simplified, with a point on each as `x` and `y`, and lengths."""
    features = features.to_crs(METRIC_CRS)
    shapes = features.geometry.to_numpy()
    points = shapely.point_on_surface(shapes)
    is_line = shapely.get_dimensions(shapes) == 1
    lengths = np.where(is_line, shapely.length(shapes), 0.0)
    if is_line.any():
        parts, of = shapely.get_parts(shapes[is_line], return_index=True)
        longest = pd.Series(shapely.length(parts)).groupby(of).idxmax()
        points[is_line] = shapely.line_interpolate_point(parts[longest], 0.5, normalized=True)
    return features.assign(length_m=lengths, x=shapely.get_x(points), y=shapely.get_y(points)).set_geometry(
        shapely.simplify(shapes, SIMPLIFY_M), crs=METRIC_CRS
    )


def hanging_together(lines: gpd.GeoDataFrame, gap_m: float) -> NDArray[np.int32]:
    """Return a number for each line: the same for those of one name that are at most so far apart."""
    if lines.empty:
        return np.empty(0, dtype=np.int32)
    shapes = lines.geometry.to_numpy()
    names = pd.factorize(lines["kind"] + "\n" + lines["name"])[0]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap_m)
    same = names[one] == names[other]
    graph = coo_array((np.ones(same.sum(), dtype=bool), (one[same], other[same])), shape=(len(lines),) * 2)
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int32)


def without_short_parts(lines: gpd.GeoDataFrame, least_m: float) -> pd.Series:
    """Return the locality of each line: that of the longest part where its own part is short."""
    lengths = lines.groupby(["part", lines["locality"].fillna("")])["length_m"].transform("sum")
    longest = lines.assign(sum=lengths).sort_values("sum", kind="stable").groupby("part")["locality"]
    return lines["locality"].mask(
        lengths < least_m, lines["part"].map(longest.agg(lambda some: some.iloc[-1]))
    )


def nearest_to_middle(found: pd.DataFrame, keys: list[str]) -> pd.Index:
    """Return for each group of equal keys the row whose point is nearest to the middle of the group."""
    weights = found["length_m"].clip(lower=1)
    groups = [found[key] for key in keys]
    sums = weights.groupby(groups).transform("sum")
    away = [
        found[axis] - (found[axis] * weights).groupby(groups).transform("sum") / sums for axis in ("x", "y")
    ]
    return pd.Index(np.hypot(*away).groupby(groups).idxmin())


def without_twins(entries: gpd.GeoDataFrame, twins: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return entries without those beside which one of another kind has their name."""
    names = entries[["kind", "name", "locality"]].fillna("")
    twin_names = names.assign(kind=names["kind"].map(twins))
    return entries[~pd.MultiIndex.from_frame(twin_names).isin(pd.MultiIndex.from_frame(names))]
