"""Names of the base map as entries of a search index: places, streets, waters and more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from geodata.basemap_build.names_file import OTHER_NAMES, read_names
from geodata.features.folding import fold
from geodata.search.index import Entry
from geodata.search.keywords import AREA, CATEGORY, JOINED, NAME, UMLAUTS, Weights

if TYPE_CHECKING:
    import pyarrow as pa

SAME_M = 50_000.0
"""Distance up to which two files mean the same by a name in the same group of kinds."""

NEAR_M, NEAR_STEPS = 150_000.0, 20
"""Distance from the middle up to which nearer names come first, and the steps of priority that this makes."""

DEGREE_M = 111_320.0
"""Length of a degree of latitude."""

BATCH_ROWS = 4_096
"""Number of entries in memory at a time."""

LANGUAGES = [column.removeprefix("name_") for column in OTHER_NAMES]

MAX_LATITUDE = 85.0
"""The map shows nothing beyond."""


Degrees = NDArray[np.float64] | float


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name of the base map."""

    name: str
    kind: str
    locality: str | None
    """The town or village it lies in; for a village, the town nearby."""
    country: str | None
    """ISO 3166 code, where the file says so."""
    lonlat: tuple[float, float]
    """A position on it, in degrees (WGS 84)."""


@dataclass(frozen=True)
class KindOfName:
    """What the search needs to know of a kind of names."""

    group: str
    priority: int
    """The greater, the earlier among equally likely names; 0 to 40."""
    words: tuple[str, ...] = ()
    """Folded words that find all names of the kind."""


class PlaceNames(Sequence[Entry]):
    """The names of some files as entries, which are made when they are asked for."""

    def __init__(
        self, paths: Iterable[Path], kinds: Mapping[str, KindOfName], middle: tuple[float, float]
    ) -> None:
        """Read files, those with more detail first; raises `NamesFileError` if one is damaged.

        Kinds that are not in `kinds` are left out. Around `middle` (longitude, latitude), names come first.
        """
        import pyarrow as pa

        usual = pa.default_memory_pool()
        pa.set_memory_pool(pa.system_memory_pool())  # which gives back what reading takes
        try:
            tables = [_usable(read_names(path), kinds) for path in paths]
            self._table = reduce(lambda table, later: _join(table, later, kinds), tables).combine_chunks()
        finally:
            pa.set_memory_pool(usual)
        self._columns = [
            self._table[name].combine_chunks() for name in ("name", "kind", "locality", *OTHER_NAMES)
        ]
        self._kinds = kinds
        away_m = distance_m(self._table["x"].to_numpy(), self._table["y"].to_numpy(), *middle)
        self._nearness = (NEAR_STEPS * (1 - np.minimum(away_m / NEAR_M, 1))).astype(np.int8)
        self._fold_locality = lru_cache(maxsize=4096)(fold)

    def __len__(self) -> int:
        return len(self._table)

    @overload
    def __getitem__(self, number: int) -> Entry: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Entry]: ...
    def __getitem__(self, number: int | slice) -> Entry | Sequence[Entry]:
        """Return the entry of a number."""
        if isinstance(number, slice):
            return [self[place] for place in range(*number.indices(len(self)))]
        return self._entry(number, *(column[number].as_py() for column in self._columns))

    def __iter__(self) -> Iterator[Entry]:
        for first in range(0, len(self), BATCH_ROWS):
            columns = [column.slice(first, BATCH_ROWS).to_pylist() for column in self._columns]
            for number, row in enumerate(zip(*columns, strict=True), first):
                yield self._entry(number, *row)

    def place(self, reference: str, language: str) -> PlaceName:
        """Return what the reference of an entry stands for, named in a language where that is known."""
        number = int(reference)
        name, kind, locality, *others = (column[number].as_py() for column in self._columns)
        name = dict(zip(LANGUAGES, others, strict=True)).get(language) or name
        country, x, y = (self._table[column][number].as_py() for column in ("country", "x", "y"))
        return PlaceName(name, kind, locality, country, (round(x, 5), round(y, 5)))

    def _entry(self, number: int, name: str, kind: str, locality: str | None, *others: str | None) -> Entry:
        folded = fold(name)
        names = {tag: fold(other) for tag, other in zip(LANGUAGES, others, strict=True) if other}
        priority = self._kinds[kind].priority + int(self._nearness[number])
        words = self._words(name, [folded, *names.values()], locality, kind)
        return Entry(str(number), "", folded, names, priority, words)

    def _words(self, name: str, folded: Iterable[str], locality: str | None, kind: str) -> Weights:
        """Return the words of a name (umlauts also as two letters), of its locality and of its kind."""
        weights = dict.fromkeys(self._kinds[kind].words, CATEGORY)
        if locality:
            weights.update(dict.fromkeys(self._fold_locality(locality).split(), AREA))
        spelt = name.translate(UMLAUTS)
        for text in folded if spelt == name else [*folded, fold(spelt)]:
            weights.setdefault(text.replace(" ", ""), JOINED)
            weights.update(dict.fromkeys(text.split(), NAME))
        return weights


def _usable(table: pa.Table, kinds: Mapping[str, KindOfName]) -> pa.Table:
    """Return the rows of known kinds whose names have letters or digits, and that lie on the map."""
    import pyarrow as pa
    import pyarrow.compute as pc

    tests = [
        pc.is_in(table["kind"].cast(pa.string()), pa.array(kinds)),
        pc.match_substring_regex(table["name"], r"[\pL\pN]"),
        pc.less_equal(pc.abs(table["x"]), 180),
        pc.less_equal(pc.abs(table["y"]), MAX_LATITUDE),
    ]
    return table.filter(reduce(pc.and_, tests))


def _join(table: pa.Table, later: pa.Table, kinds: Mapping[str, KindOfName]) -> pa.Table:
    """Return the rows of two tables, without those of the later one that the first has too.

    What the later one knows of such a row, such as names in other languages, goes to the first.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    groups = {kind: known.group for kind, known in kinds.items()}
    frames = []
    for rows in (table, later):
        numbers = pc.indices_nonzero(pc.is_in(rows["name"], later["name"]))
        some = rows.take(numbers).select(["name", "kind", "x", "y"]).to_pandas()
        frames.append(some.assign(group=some["kind"].astype(object).map(groups), row=numbers.to_numpy()))
    pairs = frames[0].merge(frames[1], on=["name", "group"], suffixes=("", "_later"))
    away_m = distance_m(*(pairs[name].to_numpy() for name in ("x", "y", "x_later", "y_later")))
    again = pairs[away_m < SAME_M].drop_duplicates("row")
    twins = np.full(len(table), -1)
    twins[again["row"]] = again["row_later"]
    for name in ("country", *OTHER_NAMES):
        known = later[name].take(pa.array(twins, mask=twins < 0))
        table = table.set_column(table.column_names.index(name), name, pc.coalesce(table[name], known))
    rest = np.setdiff1d(np.arange(len(later)), again["row_later"])
    return pa.concat_tables([table, later.take(pa.array(rest))]).unify_dictionaries().combine_chunks()


def distance_m(x: Degrees, y: Degrees, other_x: Degrees, other_y: Degrees) -> NDArray[np.float64]:
    """Return the distances of positions in degrees, good enough to compare them."""
    return np.asarray(np.hypot((x - other_x) * np.cos(np.radians(y)), y - other_y) * DEGREE_M)
