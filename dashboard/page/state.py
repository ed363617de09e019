"""What a session is looking at; the page is drawn from it, and what people do changes it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import shapely
import streamlit as st

from dashboard.link.reach_choice import ReachChoice, to_parameters
from dashboard.link.selection import EXPLORE, REACH, Selection
from geodata import Atlas, Chapter
from geodata.json_object import JsonObject

IN_VIEW = "table_in_view"
"""Key of the switch that holds the table to what the map shows."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (WGS 84)."""


@dataclass
class PageState:
    """The state of one session."""

    feature: str | None = None
    story: str | None = None
    """Id of the chapter that is told."""
    panel: str = EXPLORE
    subjects: dict[str, str] = field(default_factory=dict)
    """Panel → layer of its table, or id of its chart."""
    reach: ReachChoice = field(default_factory=ReachChoice)
    """What is asked of the rail network, on the map while the panel shows it."""
    bounds: Bounds | None = None
    """What the map shows, as far as somebody asked to know."""
    row: str | None = None
    """The feature that the table has chosen."""
    tables: int = 0
    """Grows whenever a choice from elsewhere has to be shown in the table."""
    serial: int = 0
    """Grows with each command to the map; the map follows a new number."""
    is_new: bool = True
    """Until the page has been drawn once."""
    command: JsonObject = field(default_factory=dict)
    """What the map is told: `feature`, `layers`, `bounds`, `highlight`, `reach`."""

    def show_feature(self, reference: str | None) -> None:
        """Choose a feature on the page, or none; the map follows."""
        if reference != self.feature or self.story is not None:
            self.feature, self.story = reference, None
            self._tell(feature=reference, highlight=[])

    def follow_feature(self, reference: str | None) -> None:
        """Take over the feature that was chosen on the map."""
        self.feature = reference
        if reference is not None and self.story is not None:
            self.story = None
            self._tell(highlight=[])

    def tell_story(self, atlas: Atlas, chapter_id: str | None) -> None:
        """Open a chapter, with its layers and places on the map; `None` ends the story."""
        chapter = find_chapter(atlas, chapter_id)
        leaves_reach = {"reach": ""} if self.panel == REACH else {}
        self.story, self.feature, self.panel = chapter.id if chapter else None, None, EXPLORE
        command = to_command(atlas, chapter) if chapter else {"highlight": []}
        self._tell(feature=None, **command, **leaves_reach)

    def show_panel(self, panel: str) -> None:
        """Change what the panel shows; the map shows reach while the panel does."""
        before, self.panel = self.panel, panel
        if REACH in (before, panel) and before != panel:
            self._tell(reach=self.reach_query())

    def ask_reach(self, **changes: Any) -> None:
        """Change what is asked of the rail network, and show it on panel and map."""
        self.reach, self.panel = replace(self.reach, **changes), REACH
        self._tell(reach=self.reach_query())

    def reach_query(self) -> str:
        """Return what the map is to fetch of the rail network; nothing while another panel is open."""
        if self.panel != REACH:
            return ""
        return urlencode({name: value for name, value in to_parameters(self.reach).items() if value})

    def _tell(self, **command: object) -> None:
        self.serial += 1
        self.command = command


def current_state(atlas: Atlas, selection: Selection) -> PageState:
    """Return the session's state; a new session begins with what its address says."""
    if "page" not in st.session_state:
        state = PageState(selection.feature, panel=selection.panel, reach=selection.reach)
        if selection.panel == REACH and selection.reach.is_asked:
            state.ask_reach()
        if selection.subject is not None:
            state.subjects[selection.panel] = selection.subject
        if selection.story is not None:
            state.tell_story(atlas, selection.story)
            # A link that was shared in the middle of a chapter keeps the layers and the view that it says.
            for name, said in (("layers", "layers"), ("bounds", "view")):
                if said in selection.says:
                    state.command.pop(name)
        st.session_state.page = state
    page: PageState = st.session_state.page
    return page


def find_chapter(atlas: Atlas, chapter_id: str | None) -> Chapter | None:
    """Return a chapter by its id, or `None`."""
    return next((chapter for chapter in atlas.catalog.chapters if chapter.id == chapter_id), None)


def to_command(atlas: Atlas, chapter: Chapter) -> JsonObject:
    """Return what the map is told for a chapter: its layers, its places, the part of the map around them."""
    features = [found for item in chapter.features if (found := atlas.feature(item)) is not None]
    layers = chapter.layers or list(dict.fromkeys(found.layer.id for found in features))
    around = [float(value) for value in shapely.total_bounds([found.geometry for found in features])]
    return {
        "layers": [layer_id for layer_id in layers if layer_id in atlas.layers],
        "highlight": [found.reference for found in features],
        "bounds": chapter.bbox or (around if features else atlas.catalog.home_bbox),
    }
