"""Numbers in the addresses of routes, written `{name:number}`; importing this module defines them."""

from starlette.convertors import IntegerConvertor, register_url_convertor


class NumberConvertor(IntegerConvertor):
    """A number of at most 12 digits; Starlette's `int` fails on thousands of them."""

    regex = "[0-9]{1,12}"


register_url_convertor("number", NumberConvertor())
