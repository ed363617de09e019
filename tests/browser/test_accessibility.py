"""The map without mouse or sight: keys, names, roles, and what axe-core finds in each state of it."""

import io
import re

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import expect

from tests.support.axe import violations, violations_in_both_themes
from tests.support.browser_page import PHONE

FOCUSED = """() => {
    const {dataset, tagName} = document.activeElement;
    const [role, name] = ["role", "aria-label"].map(key => document.activeElement.getAttribute(key));
    return {feature: dataset.feature ?? null, tag: tagName, role, name};
}"""


def focused(visited):
    return visited.page.evaluate(FOCUSED)


def to_first_feature(visited):
    visited.page.locator('path[role="button"]').wait_for()
    visited.map.locator(".atlas-map").focus()
    visited.page.keyboard.press("Tab")
    return focused(visited)


def test_from_the_address_bar_to_a_feature_s_details_and_back_with_keys_alone(visit):
    visited = visit().open("/map")
    keys = visited.page.keyboard
    assert to_first_feature(visited) == {
        "feature": "euroregion.euregio",
        "tag": "path",
        "role": "button",
        "name": "EUREGIO, Euroregion",
    }
    keys.press("End")
    last = focused(visited)
    assert last["feature"].startswith("cities.")
    keys.press("PageUp")
    assert focused(visited)["feature"].startswith("cities.")
    keys.press("Enter")
    dialog = visited.map.get_by_role("dialog")
    expect(dialog).to_be_focused()
    name = visited.map.locator(".atlas-popup h2").inner_text()
    assert dialog.get_attribute("aria-label") == name
    keys.press("Tab")
    expect(visited.map.get_by_role("button", name="More details")).to_be_focused()
    keys.press("Enter")
    expect(dialog).to_contain_text("Source:")
    expect(dialog).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    back = focused(visited)
    assert back["name"].startswith(name)
    keys.press("Tab")
    expect(visited.map.get_by_role("button", name="Zoom in")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    assert focused(visited)["role"] == "application"
    assert visited.errors == []


def test_arrow_keys_lead_to_the_neighbor_on_that_side(visit):
    visited = visit().open("/map?layers=cities")
    to_first_feature(visited)
    keys = visited.page.keyboard

    def center():
        return visited.page.evaluate(
            """() => {
                const {x, y, width, height} = document.activeElement.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            }"""
        )

    for _ in range(30):
        if focused(visited)["feature"] == "cities.hengelo":
            break
        keys.press("PageDown")
    start = center()
    for key, axis, sign in (
        ("ArrowRight", 0, 1),
        ("ArrowLeft", 0, -1),
        ("ArrowUp", 1, -1),
        ("ArrowDown", 1, 1),
    ):
        keys.press(key)
        at = center()
        assert (at[axis] - start[axis]) * sign > 0, key
        start = at
    view = visited.map.locator(".atlas-position").inner_text()
    assert view == visited.map.locator(".atlas-position").inner_text(), "the map stays where it is"


def test_every_feature_in_view_is_reached_by_paging_through_and_has_a_name(visit):
    visited = visit().open("/map?layers=region,municipalities,clusters,cities,rail_corridors")
    to_first_feature(visited)
    drawn = set(
        visited.map.locator("path[data-feature]").evaluate_all(
            """paths => paths.filter(path => {
                const {x, y, width, height} = path.getBoundingClientRect();
                const {offsetLeft} = document.querySelector(".atlas-map");
                return x > offsetLeft && y > 0 && x + width < innerWidth && y + height < innerHeight;
            }).map(path => path.dataset.feature)"""
        )
    )
    assert len(drawn) > 40
    reached = {}
    while focused(visited)["feature"] not in reached:
        now = focused(visited)
        reached[now["feature"]] = now["name"]
        assert visited.map.locator("path[tabindex]").count() == 1, "one tab stop among all"
        visited.page.keyboard.press("PageDown")
    assert drawn <= set(reached)
    assert all(", " in name for name in reached.values())


def test_on_the_map_itself_arrow_keys_pan(visit):
    visited = visit().open("/map")
    position = visited.map.locator(".atlas-position")
    before = position.inner_text()
    visited.map.get_by_role("application").focus()
    visited.page.keyboard.press("ArrowRight")
    expect(position).not_to_have_text(before)


def test_the_tab_stop_moves_on_when_its_layer_is_switched_off(visit):
    visited = visit().open("/map?layers=euroregion,cities")
    assert to_first_feature(visited)["feature"] == "euroregion.euregio"
    visited.map.locator("input[data-layer=euroregion]").uncheck()
    expect(visited.map.locator('path[role="button"]')).to_have_attribute("data-feature", "cities.munster")


def test_the_focus_can_be_seen_on_a_shape_a_line_and_a_symbol(visit):
    visited = visit()
    for layer in ("region", "border", "cities"):
        visited.open(f"/map?layers={layer}")
        to_first_feature(visited)
        style = visited.page.evaluate(
            """() => {
                const {outlineWidth, outlineStyle, strokeWidth} = getComputedStyle(document.activeElement);
                const outline = outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
                return {outline, stroke: parseFloat(strokeWidth)};
            }"""
        )
        assert style["outline"] >= 3 or style["stroke"] >= 5, layer
        expect(visited.map.locator(".atlas-tooltip")).to_be_visible()


def test_layers_and_evidence_are_used_by_keyboard(visit):
    visited = visit().open("/map")
    keys = visited.page.keyboard
    visited.map.locator(".atlas-panel summary").focus()
    keys.press("Tab")
    cities = visited.map.locator("input[data-layer=cities]")
    expect(cities).to_be_focused()
    expect(cities).to_have_accessible_description(re.compile("Arrow up and down: other layers"))
    keys.press("Space")
    expect(cities).not_to_be_checked()
    keys.press("Space")
    keys.press("ArrowRight")
    expect(
        visited.map.get_by_role("button", name="Kinds and settings: Cities and towns", expanded=True)
    ).to_be_visible()
    expect(visited.map.get_by_text("City of the network")).to_be_visible()
    for _ in range(5):
        keys.press("ArrowDown")
    keys.press("Enter")
    expect(visited.map.locator("dialog.atlas-evidence")).to_be_visible()
    keys.press("Escape")
    expect(visited.map.locator("dialog.atlas-evidence")).to_have_count(0)
    expect(visited.map.get_by_role("button", name="Evidence card: Cities and towns")).to_be_focused()
    keys.press("Escape")
    expect(cities).to_be_focused()
    keys.press("Tab")
    expect(visited.map.get_by_role("radio", name="Built-in")).to_be_focused()
    keys.press("Shift+Tab")
    expect(cities).to_be_focused()
    keys.press("End")
    expect(visited.map.locator("input[data-layer=partners]")).to_be_focused()
    keys.press("Home")
    keys.press("ArrowLeft")
    expect(visited.map.get_by_text("City of the network")).to_be_hidden()
    visited.map.locator(".atlas-panel summary").focus()
    keys.press("Enter")
    expect(visited.map.locator(".atlas-panel-body")).to_be_hidden()


def test_a_popup_is_a_dialog_whose_button_speaks_the_language(visit):
    visited = visit()
    for language, word in (("en", "Close"), ("nl", "Sluiten"), ("de", "Schließen")):
        visited.open(f"/map?lang={language}&feature=cities.munster")
        dialog = visited.map.get_by_role("dialog", name="Münster")
        expect(dialog.get_by_role("button", name=word, exact=True)).to_be_visible()


def test_a_native_name_is_read_in_its_own_language(visit):
    visited = visit()
    for feature, name, lang in (
        ("university_of_twente", "Universiteit Twente", "nl"),
        ("university_of_munster", "Universität Münster", "de"),
    ):
        visited.open(f"/map?feature=knowledge_institutes.{feature}")
        visited.map.get_by_role("button", name="More details").click()
        expect(visited.map.locator(f'.atlas-popup [lang="{lang}"]')).to_contain_text(name)


def start(visited):
    pass


def popup(visited):
    visited.feature("cities.almelo").click()
    expect(visited.map.locator(".atlas-popup h2")).to_be_visible()


def evidence(visited):
    if visited.map.locator(".atlas-panel[open]").count() == 0:
        visited.map.locator(".atlas-panel summary").click()
    visited.map.locator(".atlas-fold").nth(5).click()
    visited.map.locator(".atlas-info:visible").click()
    expect(visited.map.locator("dialog.atlas-evidence")).to_be_visible()


def measuring(visited):
    visited.map.locator("[data-button=measure]").click()
    box = visited.map.locator(".atlas-map").bounding_box()
    for part in (0.35, 0.45, 0.55):
        visited.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * part)
    expect(visited.map.locator(".atlas-measure-dot")).to_have_count(3)


def panel_switched(visited):
    visited.map.locator(".atlas-panel summary").click()
    for fold in visited.map.locator(".atlas-fold:visible").all():
        fold.click()


def focus_on_a_symbol(visited):
    to_first_feature(visited)
    visited.page.keyboard.press("End")


def near(visited):
    visited.page.goto(f"{visited.url}/map?view=12/52.22/6.85")
    visited.map.locator("html[data-atlas=drawn]").wait_for(state="attached")


STATES = [start, popup, evidence, measuring, panel_switched, focus_on_a_symbol, near]


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_against_wcag_in_any_state_of_the_map(visit, options):
    visited = visit(**options)
    for state in STATES:
        state(visited.open("/map"))
        assert violations_in_both_themes(visited) == [], state


def test_axe_finds_nothing_in_the_other_languages(visit):
    visited = visit()
    for language in ("nl", "de"):
        visited.open(f"/map?lang={language}&feature=cities.munster").settle()
        assert violations(visited.page) == []
        assert visited.page.locator("html").get_attribute("lang") == language


def test_axe_finds_nothing_in_the_frame_of_the_dashboard(visit):
    visited = visit().open("/")
    assert violations(visited.page.frames[1]) == []


def test_what_a_finger_is_to_hit_is_large_enough(visit):
    visited = visit(**PHONE).open("/map?feature=cities.munster")
    visited.map.locator(".atlas-panel summary").click()
    visited.map.locator(".atlas-fold").first.click()
    for selector in (
        ".leaflet-bar a",
        ".atlas-buttons button",
        ".atlas-panel summary",
        ".atlas-layer > label",
        ".atlas-info",
        ".atlas-tool",
        ".atlas-basemaps label",
        ".leaflet-popup-close-button",
        ".atlas-more",
    ):
        for target in visited.map.locator(f"{selector}:visible").all():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= 44, selector


def test_with_reduced_motion_nothing_flies(visit):
    visited = visit(reduced_motion="reduce").open("/map?feature=cities.munster")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Münster")
    assert visited.page.evaluate("document.getAnimations().length") == 0


def test_with_the_system_s_own_colors_the_map_keeps_its_own_and_controls_have_those(visit):
    land = {"x": 300, "y": 300, "width": 500, "height": 300}
    pictures = []
    for options in ({}, {"forced_colors": "active"}):
        visited = visit(is_new=True, **options).open("/map?view=9/52.3/6.9&layers=region,border")
        visited.settle()
        pictures.append(Image.open(io.BytesIO(visited.page.screenshot(clip=land))).convert("RGB"))
    assert max(ImageStat.Stat(ImageChops.difference(*pictures)).mean) < 1
    shown = visited.map.locator(".leaflet-control-zoom-in").evaluate(
        "button => getComputedStyle(button).color"
    )
    system = visited.page.evaluate(
        """() => {
            document.body.append(Object.assign(document.createElement("a"), { id: "sample", href: "#" }));
            return getComputedStyle(document.querySelector("#sample")).color;
        }"""
    )
    assert shown == system
