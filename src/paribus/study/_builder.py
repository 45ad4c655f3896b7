"""What a builder says of itself by its signature."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from paribus.errors import listed, nearest

Builder = Callable[..., Any]
"""`build(input_shape, classes) -> keras.Model`, and by name the knobs of a builder that has some; the shape is that of one
example, without the batch axis."""

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def options(build: Builder) -> dict[str, inspect.Parameter]:
    """Return the parameters besides the first two that can be given by name; none if it has no signature."""
    try:
        signature = inspect.signature(build)
        taken = signature.bind_partial((), 1).arguments
    except (TypeError, ValueError):
        return {}
    return {
        name: parameter
        for name, parameter in signature.parameters.items()
        if name not in taken and parameter.kind in _BY_NAME
    }


def without_default(build: Builder, names: Sequence[str]) -> tuple[str, ...]:
    """Return those of the parameters that must be given."""
    known = options(build)
    return tuple(name for name in names if name in known and known[name].default is inspect.Parameter.empty)


def builder_problems(build: Builder, names: Sequence[str]) -> list[str]:
    """Say why it cannot be called as `build(input_shape, classes)` and by name the parameters in `names`."""
    if not callable(build):
        return [f"the builder is a {type(build).__name__}, not a function."]
    try:
        signature = inspect.signature(build)
    except ValueError:  # a builtin without a signature: calling it will tell
        return []
    if unknown := _unknown(signature, names, list(options(build))):
        return unknown
    try:
        signature.bind((), 1, **dict.fromkeys(names, 1))
    except TypeError:
        call = ", ".join(["input_shape", "classes", *(f"{name}=..." for name in names)])
        return [f"the builder takes {signature}; it is called as build({call})."]
    return []


def _unknown(signature: inspect.Signature, names: Sequence[str], known: Sequence[str]) -> list[str]:
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in signature.parameters.values()):
        return []
    return [
        f"knob '{name}' is no parameter of its builder that could size it; there are {listed(known)}.{nearest(name, known)}"
        for name in names
        if name not in known
    ]
