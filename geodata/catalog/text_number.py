"""Defines a number in a text that is the figure of features, or their sum."""

from typing import Annotated

from pydantic import Field

from geodata.catalog.base import Entry, Reference


class TextNumber(Entry):
    """A number in an English text, and where it comes from."""

    number: Annotated[str, Field(pattern=r"^\d[\d,.]*( million| billion)?$")]
    """As the text writes it, such as `319,113`; one that ends in zeros is taken as rounded."""
    features: Annotated[list[Reference], Field(min_length=1)]
    """Features whose values add up to it."""
    field: str
