"""The evidence cards of refreshed layers, rewritten in the catalog, whose comments and order stay."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import tomlkit

from geodata.refresh.dated_text import renew, to_text
from geodata.refresh.draft import Draft
from geodata.refresh.plan import Card


def rewrite_cards(text: str, drafts: Sequence[Draft], today: datetime.date) -> str:
    """Return the catalog's text with what the refreshed layers' cards say now."""
    document: Any = tomlkit.parse(text)
    for draft in drafts:
        table = document["layers"][draft.layer.id]
        if draft.renewals:
            table["retrieved"] = today
        if draft.card is not None:
            _rewrite(table, *draft.card)
        if "count" in table and table["count"] != len(draft.features):
            table["count"] = len(draft.features)
        for credit, date in draft.renewals:
            _renew(table, "vintage", credit.phrases, date)
            _renew(table, "attribution", credit.attribution, today)
            for chart in document.get("charts", []):
                if chart.get("layer") == draft.layer.id:
                    _renew(chart, "note", credit.phrases, date)
            for source in table["sources"]:
                if source["name"] == credit.source and credit.vintage is not None:
                    source["vintage"] = to_text(credit.vintage, date)
    return tomlkit.dumps(document)


def _rewrite(table: Any, card: Card, date: datetime.date) -> None:
    """Have a card say what the plan has for it, as far as it does not yet."""
    for key in ("method", "vintage", "attribution"):
        text = getattr(card, key)
        if text is not None and table[key] != to_text(text, date):
            table[key] = to_text(text, date)
    if card.sources is not None:
        sources = [
            {key: to_text(value, date) for key, value in source.model_dump(exclude_none=True).items()}
            for source in card.sources
        ]
        if table["sources"].unwrap() != sources:
            table["sources"] = tomlkit.item(sources)


def _renew(table: Any, key: str, phrases: Sequence[str], date: datetime.date) -> None:
    text = renew(str(table[key]), phrases, date)
    if text != table[key]:
        table[key] = text
