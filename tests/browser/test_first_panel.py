"""The panel that the document brings: readable before Streamlit is there, and replaced without a jump."""

import pytest
from playwright.sync_api import expect

from tests.support.axe import violations
from tests.support.browser_page import PHONE

STREAMLIT = "**/static/js/index*"

BOXES = """(panel) => ["h2", "[role=radiogroup]", ":is(article, section) > p", "dl"]
  .map((part) => document.querySelector(`${panel} ${part}`)?.getBoundingClientRect() ?? {})
  .map(({ x, y, width }) => [x, y, width].map(Math.round))"""

UNTIL_FONT = """async () => {
  const isLoaded = ({ family, status }) => family.includes("Source Sans") && status === "loaded";
  while (![...document.fonts].some(isLoaded)) await new Promise(requestAnimationFrame);
}"""


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("address", ["/", "/?feature=cities.almelo", "/?story=region&lang=de"])
def test_streamlit_takes_the_place_of_the_first_panel_without_a_jump(visit, address, options):
    visited = visit(is_new=True, **options)
    page = visited.page
    held = []
    page.route(STREAMLIT, lambda route: held.append(route))
    page.goto(visited.url + address)
    expect(page.locator(".atlas-first h2")).to_be_attached()
    page.evaluate(UNTIL_FONT)
    before = page.evaluate(BOXES, ".atlas-first")
    assert violations(page) == []
    for route in held:
        route.continue_()
    expect(page.locator(".atlas-first")).to_have_count(0)
    visited.settle()
    assert page.evaluate(BOXES, "#root") == before
    assert visited.errors == []


def test_without_streamlit_text_and_figures_can_be_read_and_links_lead_on(visit):
    visited = visit(is_new=True)
    page = visited.page
    page.route(STREAMLIT, lambda route: route.abort())
    page.goto(visited.url + "/")
    panel = page.locator(".atlas-first")
    expect(panel.get_by_role("heading", name="Twente, a region on the border")).to_be_visible()
    expect(panel.locator("dl")).to_contain_text("municipalities")
    panel.get_by_role("link", name="Take the tour of the region").click()
    expect(panel.get_by_role("heading", name="Fourteen municipalities, three cities")).to_be_visible()


@pytest.mark.parametrize("address", ["/?panel=charts", "/?reach=hengelo", "/?feature=cities.nowhere"])
def test_what_is_not_there_yet_has_its_shape_and_a_word(visit, address):
    visited = visit(is_new=True)
    page = visited.page
    page.route(STREAMLIT, lambda route: route.abort())
    page.goto(visited.url + address)
    panel = page.locator(".atlas-first")
    expect(panel.get_by_text("Loading…")).to_be_visible()
    expect(panel.locator("[aria-busy=true] .atlas-shape")).to_be_visible()
    chosen = {"charts": "Charts", "reach": "Reach", "feature": "Explore"}
    word = next(title for part, title in chosen.items() if part in address)
    expect(panel.locator("[aria-checked=true]")).to_have_text(word)
