"""What axe-core finds against WCAG 2.2, levels A and AA, in a page or in one of its frames."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def violations(document: Any, *, within: str | None = None, without: tuple[str, ...] = ()) -> list[str]:
    """Return one line per element that breaks a rule: rule, element, cure.

    Parameters
    ----------
    document
        Playwright's page or frame. A frame inside of it is a document of its own, and asked apart.
    within, without
        CSS selectors of the part to look at, and of those to leave out: what Streamlit draws.
    """
    if not document.evaluate("'axe' in window"):
        document.evaluate(_source())
    context = {"include": [within or "html"], "exclude": list(without)}
    # Notes on the rules that hold are long, and nobody reads them.
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "resultTypes": ["violations"],
        "iframes": False,
    }
    found = document.evaluate("([context, options]) => axe.run(context, options)", [context, options])
    return [
        f"{rule['id']}: {json.dumps(node['target'])} {node['html'][:160]} — {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@cache
def _source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
