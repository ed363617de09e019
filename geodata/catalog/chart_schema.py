"""Defines the charts of a catalog: what each draws, of which layer, and what a reader sees in it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from geodata.catalog.base import Entry, Id, Reference, Text
from geodata.catalog.text_number import TextNumber


class Measure(Entry):
    """A figure that is computed for each feature; exactly one of the three ways is given."""

    label: Text
    unit: Text | None = None
    """Unit printed after the value."""
    minutes_from: Reference | None = None
    """Station from which the fastest way by rail is taken, in minutes; the features are stations."""
    trains_per_hour: bool = False
    """Trains that call per hour in one direction, all services added; the features are stations."""
    distance_to: str | None = None
    """Layer to whose nearest feature the distance is taken, in km."""

    @model_validator(mode="after")
    def _is_computed_in_one_way(self) -> Self:
        if (self.minutes_from is not None) + self.trains_per_hour + (self.distance_to is not None) != 1:
            raise ValueError("give one of `minutes_from`, `trains_per_hour` and `distance_to`")
        return self


class Chart(Entry):
    """A chart of one layer."""

    id: Id
    subject: Text
    """Two or three words for the list of charts."""
    title: Text
    """What one sees, as a short sentence."""
    finding: Text
    """The same with its figures, in one sentence."""
    note: Text
    """What the figures mean and do not mean."""
    numbers: list[TextNumber] = []
    """Numbers of title and finding, in English, that are those of features."""
    kind: Literal["bar", "dots", "stack", "scatter", "route"] = "bar"
    """`bar` has a bar per feature, `dots` a symbol per feature in a row per group, `stack` a bar of parts per
    group, `scatter` a point per feature, `route` the minutes of trains from station to station."""
    layer: str
    value: str = ""
    """Field with the number; the lower end of a range if `upper` is given; what `stack` adds up."""
    upper: str | None = None
    """Field with the upper end of a range."""
    measure: Measure | None = None
    """A computed figure instead of the field `value`."""
    across: str | None = None
    """Of `scatter`: the field with the number on the horizontal axis; `value` is on the vertical one."""
    group: str | None = None
    """Of `dots` and `stack`: the field with the group, or with features of another layer that are groups."""
    colors: str | None = None
    """Field with choices, each of which has a color."""
    counted_as: dict[str, str] = {}
    """Value of the field `colors` → another one, with which it is counted."""
    features: Annotated[list[str], Field(min_length=1)] | None = None
    """Ids of the features that are shown; all unless given."""
    where: dict[str, list[str]] = {}
    """Field → the values of which a feature must have one."""
    smallest_first: bool = False
    shares: bool = False
    """Whether each bar of `stack` is as long as the others, so that its parts are shares of a whole."""
    log: bool = False
    """Whether the vertical axis of `scatter` is logarithmic."""

    @model_validator(mode="after")
    def _has_what_its_kind_draws(self) -> Self:
        needed: dict[str, list[object]] = {
            "bar": [self.value or self.measure],
            "dots": [self.group, self.colors],
            "stack": [self.value, self.group, self.colors],
            "scatter": [self.value, self.across],
            "route": [],
        }
        if not all(needed[self.kind]):
            raise ValueError(f"a chart of kind {self.kind} lacks one of its fields")
        return self

    @property
    def fields(self) -> list[str]:
        """The fields of its layer that it names."""
        named = (self.value, self.upper, self.across, self.group, self.colors, *self.where)
        return [name for name in named if name]
