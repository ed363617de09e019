"""What axe-core finds against WCAG 2.2, levels A and AA, in a page or in one of its frames."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python

from tests.support.browser_page import BrowserPage

TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def violations_in_both_themes(visited: BrowserPage, *frames: int, within: str | None = None) -> list[str]:
    """Return what is found in the theme of the page, and what the colors of the other add, in which it stays.

    `frames` are the numbers of the page's frames to look at, by default the page itself.
    """
    found = []
    is_dark = visited.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    schemes = ("dark", "light") if is_dark else ("light", "dark")
    for scheme in schemes:
        visited.page.emulate_media(color_scheme=scheme)
        visited.settle()
        for frame in frames or (0,):
            document = visited.page.frames[frame]
            found += [
                f"{scheme}: {each}"
                for each in violations(document, within=within, colors_only=scheme == schemes[1])
            ]
    return found


def violations(document: Any, *, within: str | None = None, colors_only: bool = False) -> list[str]:
    """Return one line per element that breaks a rule: rule, element, cure.

    Parameters
    ----------
    document
        Playwright's page or frame. A frame inside of it is a document of its own, and asked apart.
    within
        CSS selector of the part to look at.
    colors_only
        Whether to ask only the rules on which a theme has a bearing.
    """
    if not document.evaluate("'axe' in window"):
        document.evaluate(_source())
    # Notes on the rules that hold are long, and nobody reads them.
    options = {
        "runOnly": COLOR_RULES if colors_only else TAGS,
        "resultTypes": ["violations"],
        "iframes": False,
    }
    found = document.evaluate("([part, options]) => axe.run(part, options)", [within or "html", options])
    return [
        f"{rule['id']}: {json.dumps(node['target'])} {node['html'][:160]} — {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@cache
def _source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
