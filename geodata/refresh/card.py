"""The evidence cards of refreshed layers, rewritten in the catalog, whose comments and order stay."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import tomlkit

from geodata.refresh.draft import Draft
from geodata.refresh.phrases import renew


def rewrite_cards(text: str, drafts: Sequence[Draft], today: datetime.date) -> str:
    """Return the catalog's text with what the refreshed layers' cards say now."""
    document: Any = tomlkit.parse(text)
    for draft in drafts:
        table = document["layers"][draft.layer.id]
        table["retrieved"] = today
        if "count" in table and table["count"] != len(draft.features):
            table["count"] = len(draft.features)
        for feed, date in draft.renewals:
            _renew(table, "vintage", feed.phrases, date)
            for chart in document.get("charts", []):
                if chart.get("layer") == draft.layer.id:
                    _renew(chart, "note", feed.phrases, date)
            for source in table["sources"]:
                if source["name"] == feed.source and feed.vintage is not None:
                    source["vintage"] = date.strftime(feed.vintage)
    return tomlkit.dumps(document)


def _renew(table: Any, key: str, phrases: Sequence[str], date: datetime.date) -> None:
    text = renew(str(table[key]), phrases, date)
    if text != table[key]:
        table[key] = text
