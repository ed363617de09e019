"""An atlas whose every text tries to be more than text: whatever shows it, it stays what it says."""

import json
import shutil
import tomllib

import pytest
import tomlkit
from playwright.sync_api import expect

from geodata import DEFAULT_CATALOG, load_atlas
from geodata.network.build import build_network
from tests.support.browser_page import MOVING

PAYLOAD = (
    "# **bold** _it_ $x^2$ \\(y\\) :red[red] :blue-badge[b] :smile: :material/home: `code` ~~no~~ &lt;b&gt;"
    " ${1+1} {{1+1}} ![x](https://evil.example/x.png) [go](javascript:trip()) <https://evil.example/>"
    ' <img src=x onerror=trip()> "><script>trip()</script>'
)
"""Markdown, LaTeX, and what Streamlit makes of it; HTML, templates, and ways to break out of them."""

PLAIN = (
    "title tagline summary heading label text description kind note"
    " attribution vintage method source line train sides subject finding"
)
"""Keys of a catalog whose texts people read."""

KINDS = ("bar", "dots", "stack", "scatter", "route")
"""Of charts: no texts."""

TRAP = """
window.trip = () => console.error("tripped");
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = window.trip;
"""

MADE = """
() => [...document.querySelectorAll(".stApp *, .atlas-header *")].filter((node) =>
  node.matches(".katex, img[src*=evil], script:not([src]), strong, em, del, code")
  || /^(javascript|data):/i.test(node.getAttribute("href") ?? "")
  || node.getAttribute("href")?.includes("evil.example")
  || node.hasAttribute("onerror")
).map((node) => node.outerHTML.slice(0, 200))
"""
"""What only markup of a payload would have made: the dashboard itself uses none of it."""


def poison(value, key=""):
    """Have every text that people read end in the payload."""
    if isinstance(value, dict):
        return {
            name: (
                {choice: f"{text} {PAYLOAD}" for choice, text in inner.items()}
                if name == "choices"
                else poison(inner, name)
            )
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [poison(item, key) for item in value]
    is_text = isinstance(value, str) and key in PLAIN.split() and value not in KINDS
    return f"{value} {PAYLOAD}" if is_text else value


def poison_layer(document):
    for feature in document["features"]:
        properties = feature["properties"]
        for name in ("name", "description", "note", "source"):
            if name in properties:
                properties[name] = f"{properties[name]} {PAYLOAD}"
        if "website" in properties:
            properties["website"] = "javascript:trip()//https://x.example"
    return document


@pytest.fixture(scope="module")
def hostile(serve, tmp_path_factory):
    """A server of the shipped atlas with the payload in all texts of its catalog, stories and features."""
    catalog = write_hostile(tmp_path_factory.mktemp("hostile"))
    return serve("--catalog", str(catalog))


def write_hostile(folder):
    source = DEFAULT_CATALOG.parent
    for name in ("catalog.toml", "stories.toml", "network.toml"):
        document = poison(tomllib.loads((source / name).read_text(encoding="utf-8")))
        (folder / name).write_text(tomlkit.dumps(document), encoding="utf-8")
    shutil.copytree(source / "basemap", folder / "basemap")
    (folder / "layers").mkdir()
    for file in (source / "layers").glob("*.geojson"):
        document = poison_layer(json.loads(file.read_text(encoding="utf-8")))
        (folder / "layers" / file.name).write_text(json.dumps(document), encoding="utf-8")
    return folder / "catalog.toml"


@pytest.fixture
def look(visit, hostile):
    """Open an address of it with traps set."""

    def start(path):
        visited = visit(hostile.url, **MOVING)
        visited.page.context.add_init_script(TRAP)
        visited.page.on("popup", lambda page: visited.errors.append(f"popup: {page.url}"))
        visited.page.on("dialog", lambda dialog: visited.errors.append(f"dialog: {dialog.message}"))
        return visited.open(path)

    return start


ADDRESSES = """
/?lang=en
/?lang=en&feature=cities.enschede
/?lang=en&feature=rail_corridors.amsterdam_hengelo_berlin
/?lang=en&feature=knowledge_institutes.university_of_twente
/?lang=en&story=region
/?lang=en&panel=table&of=cities
/?lang=en&panel=table&of=knowledge_institutes
/?lang=en&panel=charts
/?lang=en&panel=charts&of=minutes
/?lang=en&panel=reach&reach=hengelo&minutes=60
"""


def test_whatever_texts_try_to_be_they_stay_texts(look):
    addresses = ADDRESSES.split()
    visited = look(addresses[0])
    for path in addresses:
        if path != addresses[0]:
            visited.open(path)
        panel = visited.page.locator(".st-key-panel")
        expect(panel).to_contain_text("**bold** _it_ $x^2$")
        visited.settle()
        assert visited.page.evaluate(MADE) == [], path
        for options in visited.page.locator(".st-key-panel [role=combobox]").all()[:2]:
            options.click()
            visited.page.keyboard.press("Escape")
        assert visited.page.evaluate(MADE) == [], path
        text = panel.inner_text()
        for sign in ("$x^2$", ":red[red]", ":smile:", ":material/home:", "`code`", "&lt;b&gt;", "<img src=x"):
            assert sign in text, (sign, path)
        assert visited.errors == [], path
        assert visited.other_hosts() == [], path


def test_a_table_offers_no_file_whose_cells_a_spreadsheet_would_run(look):
    visited = look("/?lang=en&panel=table&of=cities")
    table = visited.page.locator("[data-testid=stDataFrame]")
    table.hover()
    tools = visited.page.locator("[data-testid=stElementToolbarButton] button")
    expect(tools.and_(visited.page.locator("[aria-label^=Search]"))).to_be_visible()
    expect(tools.and_(visited.page.locator("[aria-label^='Download as CSV']"))).to_be_hidden()
    expect(visited.page.locator(".st-key-panel").get_by_role("link", name="CSV", exact=True)).to_be_visible()


def test_on_the_map_too(look):
    visited = look("/map?lang=en&feature=cities.enschede")
    popup = visited.map.locator(".atlas-popup")
    expect(popup).to_contain_text("<img src=x onerror=trip()>")
    popup.locator(".atlas-more").click()
    visited.map.locator(".atlas-layers").click(position={"x": 2, "y": 2})
    assert visited.map.locator(".katex, strong, img[src*=evil], [href^=javascript], [onerror]").count() == 0
    assert visited.errors == []
    assert visited.other_hosts() == []


def test_in_data_of_one_s_own_too(look, tmp_path):
    properties = {"name": PAYLOAD, "description": PAYLOAD, PAYLOAD: PAYLOAD, "link": "javascript:trip()"}
    shape = {"type": "Point", "coordinates": [6.7, 52.35]}
    file = tmp_path / "$x^2$ :smile: **a**.geojson"
    file.write_text(json.dumps({"type": "Feature", "properties": properties, "geometry": shape}))
    visited = look("/?lang=en")
    visited.page.locator("#atlas-uploads-input").set_input_files([file])
    title = visited.page.locator("#atlas-uploads input[type=text]")
    expect(title).to_have_value("$x^2$ :smile: **a**")
    title.fill(PAYLOAD[:100])
    title.press("Enter")
    expect(visited.map.locator(".atlas-layers")).to_contain_text("**bold** _it_ $x^2$")
    visited.page.evaluate("document.querySelector('#atlas-uploads').hidePopover()")
    visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)').dispatch_event("click")
    panel = visited.page.locator(".st-key-panel")
    expect(panel.locator("h2").first).to_contain_text("<img src=x onerror=trip()>")
    assert visited.page.evaluate(MADE) == []
    visited.page.get_by_text("Table", exact=True).click()
    expect(panel).to_contain_text("1 of 1.")
    visited.settle()
    assert visited.page.evaluate(MADE) == []
    assert visited.errors == []
    assert visited.other_hosts() == []


def test_a_letter_box_is_a_link_and_a_script_is_none(visit, serve, tmp_path):
    from tests.support.small_catalog import SmallCatalog

    small = SmallCatalog(tmp_path)
    small.toml += '[layers.towns.fields.contact]\nlabel = "Contact"\ntype = "url"\n'
    small.feature("towns", 0)["properties"]["contact"] = "mailto:town@example.org"
    small.feature("towns", 1)["properties"]["contact"] = "javascript:trip()"
    visited = visit(serve("--catalog", str(small.write())).url).open("/?lang=en&feature=towns.one")
    link = visited.page.locator(".st-key-panel a[href^='mailto:']")
    expect(link).to_have_text("town@example.org")
    assert link.get_attribute("href") == "mailto:town@example.org"
    visited.open("/?lang=en&feature=towns.two")
    expect(visited.page.locator(".st-key-panel")).to_contain_text("javascript:trip()")
    assert visited.page.locator(".st-key-panel a[href^='javascript']").count() == 0


def test_the_hostile_atlas_is_as_whole_as_the_one_it_was_made_of(tmp_path):
    """So that the tests above see what they say: every layer, chapter, chart, and the network."""
    made, shipped = load_atlas(write_hostile(tmp_path)), load_atlas(DEFAULT_CATALOG)
    assert list(made.layers) == list(shipped.layers)
    assert len(made.catalog.chapters) == len(shipped.catalog.chapters)
    assert len(made.catalog.charts) == len(shipped.catalog.charts)
    assert build_network(made) is not None
    assert PAYLOAD in made.catalog.chapters[0].text[0]
