"""Keeps results for as long as the atlas that they were computed from.

A cache outside the atlas would keep atlases of files that have changed since, and uploads that were removed.
"""

import weakref
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from geodata.atlas.atlas import Atlas

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

Function = Callable[Concatenate[Atlas, Arguments], Result]


def per_atlas(
    maxsize: int | None = None,
) -> Callable[[Function[Arguments, Result]], Function[Arguments, Result]]:
    """Cache the results of a function of an atlas, as `functools.lru_cache` does, with the atlas.

    `maxsize` is the number of results kept for each atlas; all are kept by default.
    """

    def decorate(function: Function[Arguments, Result]) -> Function[Arguments, Result]:
        @wraps(function)
        def ask(atlas: Atlas, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            kept: dict[object, Callable[..., Result]] = vars(atlas).setdefault("_kept", {})
            if function not in kept:
                kept.setdefault(function, lru_cache(maxsize)(_bound(function, atlas)))
            return kept[function](*args, **kwargs)

        return ask

    return decorate


def _bound(function: Function[Arguments, Result], atlas: Atlas) -> Callable[Arguments, Result]:
    """Return the function for one atlas, by a weak reference, so that an unused atlas closes its files."""
    reference = weakref.ref(atlas)

    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return function(cast(Atlas, reference()), *args, **kwargs)

    return answer
