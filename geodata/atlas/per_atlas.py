"""What is worked out once for each state of an atlas: kept with it, and gone with it.

A cache beside the atlases would hold on to those of files that have changed since, and to what sessions
brought and took away.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from geodata.atlas.atlas import Atlas

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

Function = Callable[Concatenate[Atlas, Arguments], Result]


def per_atlas(
    maxsize: int | None = None,
) -> Callable[[Function[Arguments, Result]], Function[Arguments, Result]]:
    """Have a function of an atlas answer the same question once, as `functools.lru_cache` does.

    `maxsize` is how many answers are kept for each atlas; without one, all are.
    """

    def decorate(function: Function[Arguments, Result]) -> Function[Arguments, Result]:
        @wraps(function)
        def ask(atlas: Atlas, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            kept: dict[Any, Callable[..., Result]] = vars(atlas).setdefault("_kept", {})
            if function not in kept:
                kept.setdefault(function, lru_cache(maxsize)(_bound(function, atlas)))
            return kept[function](*args, **kwargs)

        return ask

    return decorate


def _bound(function: Function[Arguments, Result], atlas: Atlas) -> Callable[Arguments, Result]:
    """Return the function for one atlas, which does not live on for it: its files close when it goes."""
    reference = weakref.ref(atlas)

    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return function(cast(Atlas, reference()), *args, **kwargs)

    return answer
