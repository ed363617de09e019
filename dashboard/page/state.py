"""The state of one session: what the panel and the map show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import urlencode

import shapely
import streamlit as st

from dashboard.link.reach_choice import ReachChoice, to_parameters
from dashboard.link.selection import CHARTS, EXPLORE, REACH, TABLE, Selection, read_selection
from dashboard.views.explore import find_chapter
from geodata import Atlas, Chapter
from geodata.json_object import JsonObject

IN_VIEW = "table_in_view"
"""Key of the switch that limits the table to what the map shows."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (WGS 84)."""


MARGIN = 0.1
"""Room around the places of a chapter, for their names, as a part of their extent."""


class MapCommand(TypedDict, total=False):
    """What the map is to show; it keeps what is not named."""

    feature: str | None
    """Reference of the selected feature."""
    layers: list[str]
    """Ids of the visible layers."""
    show: str
    """Id of a layer that is shown beside those that are visible."""
    bounds: list[float]
    """West, south, east, north in degrees (WGS 84)."""
    view: str
    """Zoom, latitude and longitude as in an address, or `home`."""
    highlight: list[str]
    """References of the highlighted features."""
    annotation: JsonObject
    """Words beside one of them: `lat` and `lng` in degrees, `text`, `side`."""
    reach: str
    """Query for travel times (`/reach.json`); empty for none."""


@dataclass
class PageState:
    """The state of one session."""

    feature: str | None = None
    """Reference of the selected feature."""
    story: str | None = None
    """Id of the open chapter."""
    panel: str = EXPLORE
    subjects: dict[str, str] = field(default_factory=dict)
    """Panel → the layer of its table, or the id of its chart."""
    reach: ReachChoice = field(default_factory=ReachChoice)
    """The question about travel times; on the map while the panel shows it."""
    bounds: Bounds | None = None
    """What the map shows; reported only while the page needs it."""
    row: str | None = None
    """Reference of the feature that is selected in the table."""
    compared: list[str] = field(default_factory=list)
    """References of all rows that are chosen in the table."""
    tables: int = 0
    """Number of tables drawn so far: a selection from elsewhere needs a new table."""
    visited: int = 0
    """Number of the last earlier address that the browser's history led to."""
    serial: int = 0
    """Number of commands sent to the map, which executes each new one."""
    is_new: bool = True
    """Whether the page has not been drawn yet."""
    command: MapCommand = field(default_factory=MapCommand)
    """The latest command to the map."""

    def show_feature(self, reference: str | None) -> None:
        """Select a feature, or none, on the page and the map."""
        if reference != self.feature or self.story is not None:
            self.feature, self.story = reference, None
            self._send({"feature": reference, "highlight": []})

    def compare(self, references: list[str]) -> None:
        """Choose these rows of the table; the map shows the one that came last."""
        added = [reference for reference in references if reference not in self.compared]
        if added or self.row not in references:
            self.row = next(reversed(added or references), None)
        self.compared = references
        self.show_feature(self.row)

    def show_layer(self, layer_id: str) -> None:
        """Show a layer on the map, and select nothing."""
        self.feature = self.story = None
        self._send({"feature": None, "highlight": [], "show": layer_id})

    def follow_feature(self, reference: str | None) -> None:
        """Select the feature that was selected on the map."""
        self.feature = reference
        if reference is not None and self.story is not None:
            self.story = None
            self._send({"highlight": []})

    def show_story(self, atlas: Atlas, chapter_id: str | None) -> None:
        """Open a chapter, with its layers and places on the map; `None` closes the story."""
        chapter = find_chapter(atlas, chapter_id)
        command: MapCommand = {"feature": None, "highlight": []}
        if chapter is not None:
            command.update(to_command(atlas, chapter))
        if self.panel == REACH:
            command["reach"] = ""
        self.story, self.feature, self.panel = chapter.id if chapter else None, None, EXPLORE
        self._send(command)

    def show_panel(self, panel: str) -> None:
        """Switch the panel; the map shows travel times while the panel does."""
        before, self.panel = self.panel, panel
        if REACH in (before, panel) and before != panel:
            self._send({"reach": self.reach_query()})

    def open_panel(self, atlas: Atlas, panel: str, subject: str) -> None:
        """Open the table of a layer, or the charts at one of them."""
        if panel == TABLE and subject in atlas.layers:
            self.show_layer(subject)
        elif panel != CHARTS or subject not in {chart.id for chart in atlas.catalog.charts}:
            return
        self.subjects[panel] = subject
        self.show_panel(panel)

    def ask_reach(self, choice: ReachChoice) -> None:
        """Show the answer to a question about travel times on panel and map."""
        self.reach, self.panel = choice, REACH
        self._send({"reach": self.reach_query()})

    def go_to(self, atlas: Atlas, query: Mapping[str, str]) -> None:
        """Show what an address says, on panel and map, whatever is shown now."""
        selection = read_selection(query, atlas)
        chapter = find_chapter(atlas, selection.story)
        self.feature, self.story = selection.feature, selection.story
        self.panel, self.reach = selection.panel, selection.reach
        if selection.subject is not None:
            self.subjects[self.panel] = selection.subject
        usual = [layer_id for layer_id, layer in atlas.catalog.layers.items() if layer.visible]
        self._send(
            {
                "layers": query["layers"].split(",") if "layers" in query else usual,
                "view": query.get("view", "home"),
                "feature": self.feature,
                "highlight": to_command(atlas, chapter)["highlight"] if chapter else [],
                "reach": self.reach_query(),
            }
        )

    def reach_query(self) -> str:
        """Return the query for travel times that the map fetches; empty while another panel is open."""
        if self.panel != REACH:
            return ""
        return urlencode({name: value for name, value in to_parameters(self.reach).items() if value})

    def _send(self, command: MapCommand) -> None:
        self.serial += 1
        self.command = command


def current_state(atlas: Atlas, selection: Selection) -> PageState:
    """Return the session's state; a new session begins with its address."""
    if "page" not in st.session_state:
        state = PageState(selection.feature, panel=selection.panel, reach=selection.reach)
        if selection.panel == REACH and selection.reach.is_asked:
            state.ask_reach(selection.reach)
        if selection.subject is not None:
            state.subjects[selection.panel] = selection.subject
        if selection.story is not None:
            state.show_story(atlas, selection.story)
            # A link that was shared within a chapter keeps its layers and its view.
            if "layers" in selection.says:
                state.command.pop("layers", None)
            if "view" in selection.says:
                state.command.pop("bounds", None)
        st.session_state.page = state
    page: PageState = st.session_state.page
    return page


def to_command(atlas: Atlas, chapter: Chapter) -> MapCommand:
    """Return the command that shows a chapter: its layers, its places, and the bounds around them."""
    features = [found for item in chapter.features if (found := atlas.feature(item)) is not None]
    layers = chapter.layers or list(dict.fromkeys(found.layer.id for found in features))
    west, south, east, north = shapely.total_bounds([found.geometry for found in features]).tolist()
    x, y = MARGIN * (east - west), MARGIN * (north - south)
    around = [west - x, south - y, east + x, north + y]
    command: MapCommand = {
        "layers": [layer_id for layer_id in layers if layer_id in atlas.layers],
        "highlight": [found.reference for found in features],
        "bounds": chapter.bbox or (around if features else atlas.catalog.home_bbox),
    }
    annotated = atlas.feature(chapter.annotation.feature) if chapter.annotation else None
    if chapter.annotation is not None and annotated is not None:
        place = annotated.geometry.representative_point()
        words = chapter.annotation.model_dump(include={"text", "side"})
        command["annotation"] = {"lat": place.y, "lng": place.x, **words}
    return command
