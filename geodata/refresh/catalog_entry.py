"""Updates the entries of refreshed layers in the catalog, whose comments and order stay."""

import datetime
from collections.abc import Sequence
from typing import Any

import tomlkit

from geodata.catalog.vintage import span_of
from geodata.refresh.dated_text import renew, to_text
from geodata.refresh.draft import Draft
from geodata.refresh.plan import Card


def update_entries(text: str, drafts: Sequence[Draft], today: datetime.date) -> str:
    """Return the text of a catalog with updated entries of the refreshed layers."""
    document: Any = tomlkit.parse(text)
    for draft in drafts:
        table = document["layers"][draft.layer.id]
        if draft.renewals:
            table["retrieved"] = today
        if draft.card is not None:
            _put_texts(table, *draft.card)
        if "count" in table:
            _put(table, "count", len(draft.features))
        for credit, date in draft.renewals:
            _put(table, "attribution", renew(table["attribution"], credit.attribution, today))
            for chart in document.get("charts", []):
                if chart.get("layer") == draft.layer.id:
                    _put(chart, "note", renew(chart["note"], credit.phrases, date))
            for source in table["sources"]:
                if source["name"] == credit.source and credit.vintage is not None:
                    source["vintage"] = to_text(credit.vintage, date)
        span = span_of(source.get("vintage") for source in table["sources"])
        if draft.renewals and span is not None:
            _put(table, "vintage", span)
    return tomlkit.dumps(document)


def _put_texts(table: Any, card: Card, date: datetime.date) -> None:
    for key in ("method", "attribution"):
        text = getattr(card, key)
        if text is not None:
            _put(table, key, to_text(text, date))
    if card.sources is not None:
        sources = [
            {key: to_text(value, date) for key, value in source.model_dump(exclude_none=True).items()}
            for source in card.sources
        ]
        if table["sources"].unwrap() != sources:
            table["sources"] = tomlkit.item(sources)


def _put(table: Any, key: str, value: str | int) -> None:
    """Set a value, unless it is the same: its form in the file stays."""
    if table[key] != value:
        table[key] = value
