"""Reads the dates of data in texts such as `2012 to 2024-01-01`, and joins them to one span."""

import re
from collections.abc import Iterable

DATE = re.compile(r"\b\d{4}(?:-\d\d(?:-\d\d)?)?\b")
"""A year, a month or a day, as ISO 8601 writes them."""

SPAN = re.compile(rf"{DATE.pattern}(?: to {DATE.pattern})?")
"""A date, or the first and the last one."""


def span_of(texts: Iterable[str | None]) -> str | None:
    """Return the span from the first to the last date in some texts; `None` if there is none."""
    dates = [date for text in texts for date in DATE.findall(text or "")]
    if not dates:
        return None
    first, last = min(dates), max(dates, key=end_of)
    return last if last == first else f"{first} to {last}"


def end_of(date: str) -> str:
    """Return the last day of a year, a month or a day, for comparison: 2024 ends after 2024-05-01."""
    return f"{date}-12-31"[: len("2024-12-31")] if len(date) == len("2024") else f"{date}-31"[:10]
