"""Uploads in the browser: dropped on the page, shown, edited, reported and removed."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.axe import violations, violations_in_both_themes
from tests.support.browser_page import MOVING
from tests.support.corpus import paths
from tests.support.uploading import CONTENT, drop

TRAP = """
window.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  // Libraries of Streamlit's try whether they may evaluate, and do without.
  if (!["eval", "wasm-eval"].includes(blockedURI)) console.error(violatedDirective, blockedURI);
});
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = () => console.error("tripped: " + name);
}
"""
"""Whatever a payload might try is an error in the console."""


SAID = """
rows => rows.map((row) => [
  row.querySelector("h3").textContent,
  [...row.querySelectorAll("p")].map((line) => line.textContent).join(" "),
])
"""

WATCH = """
() => {
  const list = document.querySelector("#atlas-uploads ul");
  const count = () => { window.fewest = Math.min(window.fewest ?? Infinity, list.children.length); };
  count();
  new MutationObserver(count).observe(list, { childList: true });
}
"""

CLEAR = """
async () => {
  const { uploads } = window.atlasPage;
  await Promise.all(uploads.files.map(({ id }) => uploads.change(`/files/${id}`, "DELETE")));
  uploads.local = [];
  await uploads.look();
}
"""


@pytest.fixture
def bring(visit, tmp_path):
    """Open the page with traps set, and drop files on it; returns what the dialog says of each."""

    def start(language="en", **options):
        visited = visit(**MOVING | options)
        visited.page.context.add_init_script(TRAP)
        visited.page.on("dialog", lambda dialog: visited.errors.append(f"dialog: {dialog.message}"))
        visited.page.on("popup", lambda page: visited.errors.append(f"popup: {page.url}"))
        visited.page.on(
            "framenavigated",
            lambda frame: (
                "/map" in frame.url or visited.page.main_frame == frame or visited.errors.append(frame.url)
            ),
        )
        visited.open(f"/?lang={language}")
        return visited

    return start


def test_an_uploaded_layer_works_like_any_other(bring, tmp_path):
    file = tmp_path / "trees.geojson"
    file.write_bytes(CONTENT)
    visited = bring()
    visited.page.get_by_role("button", name="Add your own data").click()
    dialog = visited.page.get_by_role("dialog", name="Add your own data")
    expect(dialog).to_contain_text("Only you see it.")
    drop(visited, [file])
    expect(dialog.get_by_role("listitem")).to_contain_text("5 of 5 features are on the map.")
    assert violations(visited.page, within="#atlas-uploads") == []
    dialog.get_by_role("button", name="Show on the map: trees").click()
    row = visited.map.locator(".atlas-layer", has_text="trees")
    expect(row).to_contain_text("5")
    shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
    expect(shapes).to_have_count(5)
    shapes.nth(2).click()
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Tree 2")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Tree 2")
    expect(visited.page.locator(".st-key-panel")).to_contain_text("only you see it")
    assert not visited.page.locator(".st-key-panel a[href^='javascript']").count()
    assert "own_" not in visited.page.url, "it is not part of a link"
    visited.page.locator("#atlas-search").fill("tree 4")
    expect(visited.page.get_by_role("option").first).to_contain_text("Tree 4")
    visited.page.keyboard.press("Escape")
    visited.page.get_by_text("Table", exact=True).click()
    expect(visited.page.get_by_text("5 of 5.")).to_be_visible()
    assert "own_" not in visited.page.url
    visited.page.reload()
    expect(shapes).to_have_count(5)
    visited.page.get_by_role("button", name="Add your own data").click()
    dialog.get_by_role("button", name="Remove: trees.geojson").click()
    expect(shapes).to_have_count(0)
    expect(row).to_have_count(0)
    assert visited.errors == []
    assert visited.other_hosts() == []


def test_the_map_goes_to_a_file_that_was_read_once_and_has_its_shape_in_the_list(bring, tmp_path):
    ring = [[13.3, 52.4], [13.5, 52.4], [13.5, 52.6], [13.3, 52.4]]
    area = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = tmp_path / "berlin.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [area]}), encoding="utf-8")
    visited = bring()
    visited.page.get_by_role("button", name="Add your own data").click()
    drop(visited, [file])
    assert visited.wait_for_address("view", r"/52\.\d+/13\.\d+$")
    row = visited.map.locator(".atlas-layer", has_text="berlin")
    expect(row.locator(".atlas-legend rect")).to_be_visible()
    visited.page.goto(f"{visited.url}/?view=9/52.3/6.8")
    expect(row).to_have_count(1)
    assert visited.query["view"] == "9/52.3/6.8"


def test_an_uploaded_layer_is_renamed_recolored_and_saved_on_the_page(bring, tmp_path):
    files = [tmp_path / "trees.geojson", tmp_path / "pumps.geojson"]
    for number, file in enumerate(files):
        file.write_bytes(CONTENT.replace(b"Tree", b"Pump") if number else CONTENT)
    visited = bring("de")
    drop(visited, files)
    dialog = visited.page.get_by_role("dialog", name="Eigene Daten hinzufügen")
    legend = visited.map.locator(".atlas-layers")
    expect(legend).to_contain_text("pumps")
    title = dialog.get_by_label("Name der Ebene: trees")
    title.fill("")
    title.press("Tab")
    expect(title).to_have_value("trees")
    title.fill("Bäume <b>&amp; $x$")
    title.press("Tab")
    row = legend.locator("li", has_text="Bäume <b>&amp; $x$")
    expect(row).to_have_count(1)
    expect(legend.locator("li", has_text="trees")).to_have_count(0)
    dialog.get_by_label("Farbe der Ebene: Bäume").fill("#00aa00")
    shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
    expect(visited.map.locator('path[data-feature^="own_"][stroke="#00aa00"]')).to_have_count(5)
    row.get_by_role("checkbox").click()
    expect(shapes).to_have_count(5)
    dialog.get_by_label("Farbe der Ebene: Bäume").fill("#aa00aa")
    expect(row.get_by_role("checkbox")).not_to_be_checked()
    expect(shapes).to_have_count(5)
    with visited.page.expect_download() as saved:
        dialog.get_by_role("link", name="Speichern als CSV: pumps").click()
    assert saved.value.suggested_filename == "pumps.csv"
    assert "Pump 4" in Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert visited.errors == []


def test_the_dialog_is_worked_by_keyboard_alone(bring, tmp_path):
    file = tmp_path / "trees.geojson"
    file.write_bytes(CONTENT)
    visited = bring()
    choosers = []
    visited.page.on(
        "filechooser", lambda chooser: choosers.append(chooser)
    )  # early: Chromium takes a while to heed it
    keyboard = visited.page.keyboard
    focused = visited.page.locator(":focus")

    def tab_to(locator):
        for _ in range(20):
            keyboard.press("Tab")
            if locator.evaluate("(node) => node === document.activeElement"):
                return
        raise AssertionError(f"no Tab leads to {locator}")

    button = visited.page.get_by_role("button", name="Add your own data")
    button.focus()
    keyboard.press("Enter")
    dialog = visited.page.get_by_role("dialog", name="Add your own data")
    expect(dialog).to_be_visible()
    visited.settle()
    tab_to(visited.page.locator("#atlas-uploads-input"))
    keyboard.press("Enter")
    visited.wait_for(lambda: choosers)
    choosers[0].set_files([file])
    title = dialog.get_by_label("Name of the layer: trees")
    expect(title).to_be_visible()
    tab_to(title)
    keyboard.type("My trees")
    keyboard.press("Enter")
    expect(visited.map.locator(".atlas-layer", has_text="My trees")).to_have_count(1)
    expect(focused).to_have_value("My trees")
    tab_to(dialog.get_by_role("link", name="Save as GeoParquet: My trees"))
    tab_to(dialog.get_by_role("button", name="Show on the map: My trees"))
    tab_to(dialog.get_by_role("button", name="Remove: trees.geojson"))
    keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_count(0)
    keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    assert visited.errors == []


@pytest.mark.parametrize("width", [1440, 390])
def test_dialog_and_report_are_accessible(bring, tmp_path, width):
    trees, wrong, elsewhere = (tmp_path / f"{name}.geojson" for name in ("trees", "wrong", "elsewhere"))
    trees.write_bytes(CONTENT)
    wrong.write_bytes(b"{")
    elsewhere.write_bytes(CONTENT.replace(b"52.3", b"471000.5"))
    visited = bring("de", viewport={"width": width, "height": 844})
    visited.page.evaluate("document.querySelector('#atlas-uploads').showPopover()")
    assert violations(visited.page, within="#atlas-uploads") == []
    drop(visited, [trees, wrong, elsewhere])
    expect(
        visited.page.get_by_label("In welchem Koordinatensystem (CRS) liegen die Koordinaten vor?")
    ).to_have_count(1)
    assert violations_in_both_themes(visited, within="#atlas-uploads") == []
    box = visited.page.locator("#atlas-uploads").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    overflow = "(node) => node.scrollWidth > node.clientWidth"
    assert not visited.page.locator("#atlas-uploads").evaluate(overflow)


def test_an_answer_that_comes_late_hides_no_file(bring, tmp_path):
    file = tmp_path / "trees.geojson"
    file.write_bytes(CONTENT)
    visited = bring()
    late = []

    def hold_first(route):
        if late or route.request.method != "GET":
            route.continue_()
        else:
            late.append((route, route.fetch()))

    visited.page.route("**/own/*", hold_first)
    visited.page.evaluate("void window.atlasPage.uploads.look()")
    visited.wait_for(lambda: late)
    drop(visited, [file])
    visited.page.evaluate(WATCH)
    [(route, answer)] = late
    with visited.page.expect_event("requestfinished", lambda request: request == route.request):
        route.fulfill(response=answer)
    visited.settle()
    assert visited.page.evaluate("window.fewest") == 1


def corpus_batches(size=18):
    """Return the hostile files, and an odd one of each format, in parts that one session has room for.

    What is said of the other odd files, and that what is left of them can be drawn, needs no browser.
    """
    odd = {path.suffix: path for path in paths() if path.parent.name == "odd"}
    files = [*odd.values(), *(path for path in paths() if path.parent.name == "hostile")]
    return [files[start : start + size] for start in range(0, len(files), size)]


def test_no_hostile_file_of_the_corpus_does_harm_or_stays_silent(bring):
    visited = bring("de")
    for batch in corpus_batches():
        drop(visited, batch)
        rows = visited.page.locator("#atlas-uploads li")
        said = rows.evaluate_all(SAID)
        silent = [name for name, text in said if not text]
        assert silent == [], "each file has a sentence"
        shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
        if shapes.count():
            visited.page.evaluate("document.querySelector('#atlas-uploads').hidePopover()")
            shapes.first.dispatch_event("click")
            visited.map.locator(".atlas-popup").last.wait_for()  # that of the batch before may still fade
        visited.settle()  # the map may still fetch a layer
        # The next have room once these are gone.
        visited.page.evaluate(CLEAR)
        expect(rows).to_have_count(0)
        assert visited.errors == []
    assert visited.page.evaluate("window.__pwned === undefined")
    assert visited.other_hosts() == []
