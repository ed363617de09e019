"""Numbers in addresses, written `{name:number}`; importing this is enough."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor


class NumberConvertor(Convertor[int]):
    """A number in an address; what has more digits than any of ours has no place there."""

    regex = "[0-9]{1,12}"

    def convert(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Return the digits."""
        return str(value)


register_url_convertor("number", NumberConvertor())
